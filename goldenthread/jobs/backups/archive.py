"""The file of a backup: a gzip-compressed tar archive, written and read from its start to its end."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from goldenthread.jobs.backups.layout import FOLDERS, RECORDS
from goldenthread.jobs.refused import Refused

# Most bytes are Parquet, compressed already; more effort gains next to nothing.
_EFFORT = 1
_PIECE = 1 << 20


class Writer:
    """Adds files, and remembers the SHA-256 of each."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.digests: dict[str, str] = {}

    def add(self, name: str, file: Path) -> None:
        with file.open("rb") as given:
            self._put(name, given, file.stat().st_size, int(file.stat().st_mtime))

    def add_text(self, name: str, text: str, *, made_at: float) -> None:
        data = text.encode()
        self._put(name, io.BytesIO(data), len(data), int(made_at))

    def _put(self, name: str, given: IO[bytes], size: int, modified: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, modified, 0o600
        hashed = _Hashing(given)
        self._tar.addfile(member, hashed)
        self.digests[name] = hashed.digest


class _Hashing:
    """A stream whose bytes are counted into a digest as they pass."""

    def __init__(self, given: IO[bytes]) -> None:
        self._given, self._digest = given, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._given.read(size)
        self._digest.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def writing(out: IO[bytes]) -> Iterator[Writer]:
    """A new archive into ``out``; it ends when the block does."""
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=_EFFORT) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield Writer(tar)


def members(given: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Each file of an archive, by name, to be read before the next one. Refused when it holds what no backup
    holds; what is damaged, ``damage_told`` tells."""
    with gzip.GzipFile(fileobj=given) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or not _belongs(member.name):
                    raise Refused(f"This is no backup: it holds {member.name}, which no backup does.")
                yield member.name, content
        # The sum over everything stands at the end.
        while packed.read(_PIECE):
            pass


@contextmanager
def damage_told() -> Iterator[None]:
    """What the libraries say of a file that is no archive or a damaged one becomes a sentence."""
    try:
        yield
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        said = str(error).rstrip(".") or "it ends too soon"
        raise Refused(f"This is no backup, or a damaged one: {said}. Nothing was restored.") from error


def _belongs(name: str) -> bool:
    parts = name.split("/")
    return all(part not in ("", ".", "..") for part in parts) and (
        len(parts) == 1 or parts[0] in (RECORDS, *FOLDERS)
    )


def write_out(content: IO[bytes], place: Path) -> str:
    """Write what comes to a new file that only its owner can read, on the disk; its SHA-256."""
    make_private(place.parent)
    digest = hashlib.sha256()
    with place.open("xb") as out:
        place.chmod(0o600)
        while piece := content.read(_PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are not there, for their owner alone; ``mkdir`` would leave
    those above it to everybody."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700)


def digest_of(file: Path) -> str:
    with file.open("rb") as given:
        return hashlib.file_digest(given, "sha256").hexdigest()


def text_of(content: IO[Any]) -> tuple[str, str]:
    """The text of a small file, and its SHA-256."""
    data = content.read()
    return data.decode(), hashlib.sha256(data).hexdigest()
