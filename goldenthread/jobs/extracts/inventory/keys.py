"""Keys made of names, the same every year."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

# Keys have room for 100; the rest is for the number of a repeated one.
LONGEST = 96
_HASH_DIGITS = 8
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def key_of(names: Iterable[str]) -> str:
    """The names as one key of at most 96 letters, digits and hyphens.

    Names that differ only in capitals, accents or punctuation give the same key. A key that would be longer
    is cut and ends in a hash of the whole, so that it stays apart from others that begin alike. Empty when
    the names hold no letter or digit.
    """
    parts = [part for part in map(_plain, names) if part]
    key = "-".join(parts)
    if len(key) <= LONGEST:
        return key
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_HASH_DIGITS]
    return f"{key[: LONGEST - _HASH_DIGITS - 1].rstrip('-')}-{digest}"


def again(key: str, number: int) -> str:
    """The key of the ``number``-th measure that has the same one."""
    return f"{key}-{number}"


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NO_LETTER.sub("-", letters).strip("-")
