"""The file of a backup by itself: what is damaged, cut off, hostile or locked is refused with a sentence."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from goldenthread.jobs.backups.archive import members, writing
from goldenthread.jobs.backups.layout import FORMAT, About, Manifest
from goldenthread.jobs.backups.making import _as_json
from goldenthread.jobs.backups.sealing import Keys, read_keys, sealed, unsealed
from goldenthread.jobs.backups.unpacking import unpack
from goldenthread.jobs.refused import Refused

ABOUT = About(FORMAT, "1.0", "2026-04-20T12:00:00+00:00", "sqlite", (("record", "0001_initial"),))
SECRET = Identity.generate()
NOBODY = Keys()
KEYS = Keys((SECRET.to_public(),), (SECRET,))


def ignore(*_: object) -> None:
    """Nothing is to be told, nothing checked."""


def write_backup(file: Path, keys: Keys = NOBODY, *, about: About = ABOUT, manifest: bool = True) -> Path:
    facts = file.with_name("facts")
    facts.write_bytes(random.Random(7).randbytes(200_000))
    with file.open("wb") as out, sealed(out, keys.recipients) as plain, writing(plain) as archive:
        archive.add_text("about.json", _as_json(About, about), made_at=0)
        archive.add("store/calls/one.parquet", facts)
        if manifest:
            said = Manifest({}, {}, None, {"calls": 0}, dict(archive.digests))
            archive.add_text("manifest.json", _as_json(Manifest, said), made_at=0)
    return file


def unpacked(file: Path, keys: Keys = NOBODY) -> tuple[About, Manifest]:
    home = file.with_name(f"{file.name}-home")
    home.mkdir()
    return unpack(file, home, keys=keys, check=ignore, progress=ignore)


@pytest.mark.parametrize("keys", [NOBODY, KEYS], ids=["plain", "encrypted"])
def test_what_was_written_is_read(tmp_path: Path, keys: Keys) -> None:
    about, _manifest = unpacked(write_backup(tmp_path / "backup", keys), keys)
    assert about == ABOUT
    place = tmp_path / "backup-home" / "store" / "calls" / "one.parquet"
    assert place.read_bytes() == (tmp_path / "facts").read_bytes()
    assert [one.stat().st_mode & 0o077 for one in (place, place.parent, place.parent.parent)] == [0, 0, 0]


@pytest.mark.parametrize("keys", [NOBODY, KEYS], ids=["plain", "encrypted"])
@pytest.mark.parametrize("share", range(0, 100, 7))
def test_what_is_cut_off_or_changed_anywhere_is_found(tmp_path: Path, keys: Keys, share: int) -> None:
    whole = write_backup(tmp_path / "backup", keys).read_bytes()
    at = len(whole) * share // 100
    cut, changed = tmp_path / "cut", tmp_path / "changed"
    cut.write_bytes(whole[:at])
    changed.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
    for damaged in (cut, changed):
        if damaged is changed and keys is NOBODY and 4 <= at < 10:
            continue  # gzip's own time and system, which nobody reads
        with pytest.raises(Refused, match=r"backup|secret key"):
            unpacked(damaged, keys)


def test_chunks_that_changed_places_are_found(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as out, sealed(out, KEYS.recipients) as plain:
        plain.write(bytes(400_000))
    large = (tmp_path / "large").read_bytes()
    chunk = 64 * 1024 + 16
    body = large.index(b"\n", large.index(b"\n---") + 1) + 1 + 16
    first, second = large[body : body + chunk], large[body + chunk : body + 2 * chunk]
    assert first != second
    swapped = io.BytesIO(large[:body] + second + first + large[body + 2 * chunk :])
    with pytest.raises(Refused, match="cannot be decrypted"), unsealed(swapped, KEYS.identities) as plain:
        plain.read()


def test_without_its_end_it_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="it ends too soon"):
        unpacked(write_backup(tmp_path / "backup", manifest=False))


def test_a_format_of_later_days_is_refused(tmp_path: Path) -> None:
    later = About(FORMAT + 1, "9.0", ABOUT.made_at, "sqlite", ())
    with pytest.raises(Refused, match=f"has the format {FORMAT + 1}"):
        unpacked(write_backup(tmp_path / "backup", about=later))


@pytest.mark.parametrize(
    ("keys", "said"),
    [(NOBODY, "no secret key was given"), (Keys((), (Identity.generate(),)), "cannot be decrypted")],
)
def test_only_the_right_key_opens_it(tmp_path: Path, keys: Keys, said: str) -> None:
    file = write_backup(tmp_path / "backup", KEYS)
    assert b"parquet" not in file.read_bytes()
    with pytest.raises(Refused, match=said):
        unpacked(file, keys)


def hostile(**changes: object) -> Callable[[tarfile.TarFile], None]:
    def add(tar: tarfile.TarFile) -> None:
        member = tarfile.TarInfo("store/file")
        for name, value in changes.items():
            setattr(member, name, value)
        tar.addfile(member)

    return add


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../outside"},
        {"name": "/etc/passwd"},
        {"name": "store/../../outside"},
        {"name": "bin/anything"},
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "store/other"},
        {"type": tarfile.CHRTYPE},
        {"type": tarfile.FIFOTYPE},
    ],
    ids=str,
)
def test_nothing_is_written_outside_the_workspace(changes: dict[str, object]) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as out, tarfile.open(fileobj=out, mode="w|") as tar:
        hostile(**changes)(tar)
    packed.seek(0)
    with pytest.raises(Refused, match="which no backup does"):
        list(members(packed))


def test_a_line_that_is_no_key_is_named_and_not_repeated() -> None:
    with pytest.raises(Refused, match="Line 2 of the setting is no key") as refused:
        read_keys("# mine\nhunter2\n", called="the setting")
    assert "hunter2" not in str(refused.value)
