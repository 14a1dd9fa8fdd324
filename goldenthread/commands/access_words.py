"""What somebody can see, as text for a terminal and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from goldenthread.jobs.explaining import Compared, Explanation, Held, Told, why_nothing
from goldenthread.record.access.explain import About
from goldenthread.record.access.subjects import Subject

_HEADINGS = {
    About.UNIT: "Results of these units",
    About.SERVICE: "Results of the measures that serve these services",
    About.PERMISSION: "Permissions",
    About.PERSON: "Numbers of these people",
}


def explanation_text(subject: Subject, explained: Explanation) -> str:
    """Each line, under what it is about."""
    head = f"What {subject.name} can see on {explained.on}, and why"
    if not explained.lines:
        return f"{head}: nothing. {why_nothing(subject)}"
    held = [f"  {one.words}{_days(one)}" for one in explained.held]
    return "\n".join((f"{head}:", "\nHeld", *held, *_lines(explained.lines)))


def comparison_text(subject: Subject, compared: Compared) -> str:
    """What was gained, lost and kept, each with its lines."""
    lines = [f"What {subject.name} can see on {compared.earlier} and on {compared.later}:"]
    for title, told in (("Gained", compared.gained), ("Lost", compared.lost), ("Kept", compared.kept)):
        lines += ["", f"{title}: {len(told) or 'nothing'}", *_lines(told)]
    return "\n".join(lines)


def value_of(subject: Subject, found: Explanation | Compared) -> dict[str, Any]:
    """Who it is, and every line, its first day as ``from`` and its end as ``to``."""
    sides = {
        name: [_line_value(one) for one in part] if isinstance(part, tuple) else part
        for name, part in ((field, getattr(found, field)) for field in found.__dataclass_fields__)
    }
    return {
        "person": subject.person.key if subject.person else None,
        "account": subject.user.username if subject.user else None,
        "name": subject.name,
        **sides,
    }


def _line_value(one: Told | Held) -> dict[str, Any]:
    value = asdict(one)
    days = {"from": value.pop("since"), "to": value.pop("until")}
    return value | days


def _lines(told: Iterable[Told]) -> Iterator[str]:
    above = None
    for one in told:
        if one.about is not above:
            yield f"\n{_HEADINGS[one.about]}"
            above = one.about
        yield f"  {one.what}: {one.why}{_days(one)}"


def _days(one: Told | Held) -> str:
    words = (f"from {one.since}" if one.since else "", f"until {one.until}" if one.until else "")
    said = " ".join(filter(None, words))
    return f" ({said})" if said else ""
