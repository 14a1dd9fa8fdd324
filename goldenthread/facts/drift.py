"""What was found to differ in a file, as plain values that survive JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Change:
    """What joins ``key`` (``from``, ``format`` or ``values``) of a column, why, and the share of the rows in
    the sample that cannot be read in full without it."""

    column: str
    key: str
    add: tuple[str, ...]
    why: str
    share: float


@dataclass(frozen=True)
class Drift:
    """The changes proposed, and in sentences what else is different and proposes nothing."""

    changes: tuple[Change, ...] = ()
    told: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain lists, dicts, text and numbers."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The drift that ``as_dict`` described, also after a trip through JSON."""
        changes = tuple(Change(**{**one, "add": tuple(one["add"])}) for one in plain.get("changes", ()))
        return cls(changes, tuple(plain.get("told", ())))


NO_DRIFT = Drift()


def in_words(change: Change) -> str:
    """What would be changed, and why, as one sentence, which repeats no value of the file."""
    added = ", ".join(f"“{one}”" for one in change.add)
    what = {
        "from": f"read it also from {added}",
        "format": f"read it also as {added}",
        "values": f"let {len(change.add)} more stand there",
    }[change.key]
    return f"{change.column}: {what}, because {change.why}."
