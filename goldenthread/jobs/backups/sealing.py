"""A backup that only the holder of a key can read: age (https://age-encryption.org/v1), which every IT
department can decrypt without us.

A server needs the public half alone, so that whoever takes the machine cannot read its old backups. age works
in chunks that are numbered and closed by a last one: what was cut off or moved is found.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyrage
from django.conf import settings
from pyrage.x25519 import Identity, Recipient

from goldenthread.jobs.refused import Refused
from goldenthread.workspace import write_private

MAGIC = b"age-encryption.org/v1"
_SECRET, _PUBLIC = "AGE-SECRET-KEY-1", "age1"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Keys:
    """``recipients`` can read what is sealed from now on; ``identities`` unseal what was."""

    recipients: tuple[Recipient, ...] = ()
    identities: tuple[Identity, ...] = ()


def configured_keys() -> Keys:
    """The keys that the environment gives, or none. Refused when they cannot be read."""
    return read_keys(settings.BACKUP_KEY, called="GOLDENTHREAD_BACKUP_KEY")


def read_keys(text: str, *, called: str) -> Keys:
    """The keys in a text, one a line, as age-keygen writes them; # begins a comment. ``called`` names the
    setting they stand in. Refused when a line is no key; what stands there is not repeated."""
    recipients, identities = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        key = line.strip()
        if not key or key.startswith("#"):
            continue
        try:
            if key.startswith(_SECRET):
                identities.append(Identity.from_str(key))
                recipients.append(identities[-1].to_public())
            else:
                recipients.append(Recipient.from_str(key))
        except (pyrage.IdentityError, pyrage.RecipientError) as error:
            raise Refused(
                f"Line {number} of {called} is no key for backups. Wanted a line that begins with {_PUBLIC} "
                f"or {_SECRET}; make both with: goldenthread backup --new-key FILE"
            ) from error
    return Keys(tuple(recipients), tuple(identities))


def write_new_key(file: Path) -> str:
    """Write a new key, secret half and all, that only its owner can read; the public half. Refused when the
    file is there."""
    identity = Identity.generate()
    text = f"# public key: {identity.to_public()}\n{identity}\n"
    if not write_private(file, text.encode()):
        raise Refused(f"{file} is there already. Name a file that is not.")
    return str(identity.to_public())


@contextmanager
def sealed(out: IO[bytes], recipients: Sequence[Recipient]) -> Iterator[IO[bytes]]:
    """Somewhere to write what ``out`` then holds encrypted; ``out`` itself when there are no recipients."""
    if not recipients:
        yield out
        return
    hears, says = os.pipe()

    def work() -> None:
        with os.fdopen(hears, "rb") as plain:
            pyrage.encrypt_io(plain, out, list(recipients))

    with _beside(work), os.fdopen(says, "wb") as plain:
        yield plain


@contextmanager
def unsealed(given: IO[bytes], identities: Sequence[Identity]) -> Iterator[IO[bytes]]:
    """What was sealed, or ``given`` itself when it is not encrypted. Refused without a key that fits, and
    when it was cut off or changed: read to the end before believing anything of it."""
    beginning = given.read(len(MAGIC))
    given.seek(0)
    if beginning != MAGIC:
        yield given
        return
    if not identities:
        raise Refused(
            "This backup is encrypted, and no secret key was given. Name the file that holds it: "
            "GOLDENTHREAD_BACKUP_KEY_FILE=/path/to/key"
        )
    hears, says = os.pipe()

    def work() -> None:
        with os.fdopen(says, "wb") as plain:
            pyrage.decrypt_io(given, plain, list(identities))

    with _beside(work), os.fdopen(hears, "rb") as plain:
        yield plain
        # That nothing was cut off is known at the end alone.
        while plain.read(_PIECE):
            pass


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[None]:
    """Run ``work`` at the other end of a pipe, in a thread that has ended when the block has. What it failed
    with explains what failed here: a stream that ends too soon is its other end's doing."""
    failed: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if failed and not _other_end_left(failed[0]):
            raise _told(failed[0])


def _other_end_left(error: Exception) -> bool:
    return isinstance(error, BrokenPipeError) or "Broken pipe" in str(error)


def _told(error: Exception) -> Refused:
    if isinstance(error, pyrage.EncryptError):
        return Refused(f"The backup could not be written: {error}.")
    return Refused(
        f"This backup cannot be decrypted ({error}): it was made for another key, cut off, or changed."
    )
