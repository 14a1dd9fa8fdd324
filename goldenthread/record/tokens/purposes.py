"""Purposes in code: what each is called, what a token of it does, and the one permission it opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from goldenthread.record.access.roles import Permission


class Purpose(StrEnum):
    """What a token is for. Values are stored."""

    RESULTS = "results"
    EXTRACTS = "extracts"
    AUDIT = "audit"


@dataclass(frozen=True)
class Meaning:
    """``of_sources``: such a token names the sources it is for."""

    name: str
    sentence: str
    permission: Permission
    of_sources: bool = False


MEANINGS = {
    Purpose.RESULTS: Meaning(
        "Read results",
        "Reads lists of measures and their values where you see them, as CSV, XLSX and JSON.",
        Permission.SEE_RESULTS,
    ),
    Purpose.EXTRACTS: Meaning(
        "Send extracts",
        "Sends files to the sources you name, has them loaded, and asks what came of them.",
        Permission.LOAD_DATA,
        of_sources=True,
    ),
    Purpose.AUDIT: Meaning(
        "Read the audit log",
        "Takes rows of the audit log along as CSV, for a collector of your own.",
        Permission.READ_AUDIT,
    ),
}


def permissions_for(purposes: Iterable[str]) -> frozenset[Permission]:
    """What these purposes open together; one that is no purpose any more opens nothing."""
    return frozenset(MEANINGS[Purpose(one)].permission for one in purposes if one in MEANINGS)
