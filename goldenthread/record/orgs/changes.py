"""What a load changes, told before or after it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from goldenthread.record.orgs.days import ALWAYS, Dated, Days, changed_span, spanning
from goldenthread.record.orgs.snapshots import (
    IdentifierSnapshot,
    OrganizationSnapshot,
    PersonSnapshot,
    UnitSnapshot,
    memberships,
)


class Effect(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    REMOVED = "removed"
    KEPT = "kept"
    """Missing from the file and left as it is."""


@dataclass(frozen=True)
class Change:
    """One thing that a load changes (or keeps although the file is silent); ``field`` names which part of
    it."""

    effect: Effect
    kind: str
    key: str
    field: str
    sentence: str


@dataclass(frozen=True)
class Changes:
    """All that a load changes. ``span`` holds the days whose numbers it touches, None when it touches none.

    With ``recounts`` days fall into other periods, or other days are worked: also the numbers of facts that
    nobody places change.
    """

    items: tuple[Change, ...] = ()
    span: Days | None = None
    recounts: bool = False

    def __bool__(self) -> bool:
        return any(item.effect is not Effect.KEPT for item in self.items)

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.items + other.items, spanning((self.span, other.span)), self.recounts or other.recounts
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each effect; effects that do not occur are left out."""
        return dict(Counter(item.effect.value for item in self.items))

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(item.sentence for item in self.items)

    def by_key(self, kind: str) -> dict[str, list[Change]]:
        """The changes of one kind of thing, gathered by its key, without what is merely kept."""
        gathered: dict[str, list[Change]] = {}
        for item in self.items:
            if item.kind == kind and item.effect is not Effect.KEPT:
                gathered.setdefault(item.key, []).append(item)
        return gathered


def compare_organization(
    before: OrganizationSnapshot | None, after: OrganizationSnapshot, *, kept: Iterable[str] = ()
) -> Changes:
    """From what the record holds to what it should; ``kept`` are the units that the file leaves out."""
    items = [*_settings(before, after)]
    recount = before is None or any(item.field in _COUNTS_DAYS for item in items)
    known = before.units if before else {}
    for key, unit in after.units.items():
        items += _unit(known.get(key), unit)
    items += [
        Change(Effect.KEPT, "unit", key, "", f"Unit {key} is missing from the file; it is kept.")
        for key in kept
    ]
    if recount:
        return Changes(tuple(items), ALWAYS, recounts=True)
    return Changes(tuple(items), changed_span(_ancestries(before), _ancestries(after)))


def _ancestries(organization: OrganizationSnapshot | None) -> Iterator[Dated]:
    if organization:
        for step in organization.tree.history():
            yield (step.unit, step.ancestor), step.days


_SETTINGS = {
    "name": "name",
    "fiscal_year_starts": "first month of the fiscal year",
    "timezone": "time zone",
    "working_days": "working days (1 is Monday)",
}
# These decide to which period a fact belongs, or how many days it took.
_COUNTS_DAYS = frozenset({"fiscal_year_starts", "timezone", "working_days", "holidays"})


def _settings(before: OrganizationSnapshot | None, after: OrganizationSnapshot) -> Iterator[Change]:
    if before is None:
        yield Change(Effect.ADDED, "organization", "organization", "", f"The organization is {after.name}.")
        return
    for field, words in _SETTINGS.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            sentence = f"The organization's {words}: {_shown(old)} becomes {_shown(new)}."
            yield Change(Effect.CHANGED, "organization", "organization", field, sentence)
    old_days, new_days = dict(before.holidays), dict(after.holidays)
    for day in sorted(old_days.keys() | new_days.keys()):
        if old_days.get(day) == new_days.get(day):
            continue
        if day not in new_days:
            effect, sentence = Effect.REMOVED, f"{day} is no longer a holiday."
        elif day not in old_days:
            effect, sentence = Effect.ADDED, f"{day} becomes a holiday, {new_days[day] or 'unnamed'}."
        else:
            effect, sentence = (
                Effect.CHANGED,
                f"The holiday on {day} is now called {new_days[day] or 'nothing'}.",
            )
        yield Change(effect, "organization", "organization", "holidays", sentence)


def _unit(before: UnitSnapshot | None, after: UnitSnapshot) -> Iterator[Change]:
    key = after.key
    if before is None:
        under = ", ".join(f"{parent}{days}" for parent, days in after.parents)
        sentence = f"Unit {key}, {after.name}, is new{f', under {under}' if under else ', at the top'}."
        yield Change(Effect.ADDED, "unit", key, "", sentence)
        return
    for field in ("name", "kind"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            sentence = f"Unit {key}: {field} {_shown(old)} becomes {_shown(new)}."
            yield Change(Effect.CHANGED, "unit", key, field, sentence)
    if before.days.start != after.days.start:
        sentence = f"Unit {key}: start {_shown(before.days.start)} becomes {_shown(after.days.start)}."
        yield Change(Effect.CHANGED, "unit", key, "from", sentence)
    if before.days.end != after.days.end:
        if after.days.end and not before.days.end:
            yield Change(Effect.ENDED, "unit", key, "to", f"Unit {key} exists until {after.days.end}.")
        else:
            sentence = f"Unit {key}: end {_shown(before.days.end)} becomes {_shown(after.days.end)}."
            yield Change(Effect.CHANGED, "unit", key, "to", sentence)
    if before.parents != after.parents:
        old, new = (
            ", ".join(f"{parent}{days}" for parent, days in unit.parents) or "nothing"
            for unit in (before, after)
        )
        yield Change(
            Effect.CHANGED, "unit", key, "parents", f"Unit {key} moves: under {old} becomes under {new}."
        )


def compare_people(before: Mapping[str, PersonSnapshot], after: Mapping[str, PersonSnapshot]) -> Changes:
    """From the people and posts of the record to those of the file; nobody in ``before`` is ever deleted."""
    items = [item for key, person in after.items() for item in _person(before.get(key), person)]
    gone = [person for key, person in before.items() if key not in after]
    for person in gone:
        items += _posts(person, PersonSnapshot(person.key, person.name))
        if person.posts:
            sentence = (
                f"{person.key}, {person.name}, is missing from the file; the person is kept, without a post."
            )
            items.append(Change(Effect.KEPT, "person", person.key, "", sentence))
    return Changes(tuple(items), changed_span(memberships(before), memberships(after)))


def _person(before: PersonSnapshot | None, after: PersonSnapshot) -> Iterator[Change]:
    if before is None:
        posts = ", ".join(map(str, after.posts)) or "without a post"
        sentence = f"{after.key}, {after.name}, is new: {posts}."
        yield Change(Effect.ADDED, "person", after.key, "", sentence)
        return
    for part in fields(PersonSnapshot):
        old, new = getattr(before, part.name), getattr(after, part.name)
        if part.name != "posts" and old != new:
            sentence = f"{after.key}: {part.name} {_shown(old)} becomes {_shown(new)}."
            yield Change(Effect.CHANGED, "person", after.key, part.name, sentence)
    yield from _posts(before, after)


def _posts(before: PersonSnapshot, after: PersonSnapshot) -> Iterator[Change]:
    who = f"{after.key}, {after.name},"
    old_posts = {post.identity: post for post in before.posts}
    new_posts = {post.identity: post for post in after.posts}
    for identity, post in new_posts.items():
        old = old_posts.get(identity)
        if old is None:
            yield Change(Effect.ADDED, "person", after.key, "posts", f"{who} becomes {post}.")
        elif old.days.end != post.days.end:
            effect = Effect.CHANGED if old.days.end else Effect.ENDED
            yield Change(effect, "person", after.key, "posts", f"{who} {old} becomes {post}.")
        elif old.supervisor != post.supervisor:
            sentence = f"{who} {post}: supervisor {_shown(old.supervisor)} becomes {_shown(post.supervisor)}."
            yield Change(Effect.CHANGED, "person", after.key, "posts", sentence)
    for identity, post in old_posts.items():
        if identity not in new_posts:
            yield Change(Effect.REMOVED, "person", after.key, "posts", f"{who} is no longer {post}.")


def compare_identifiers(
    kind: str, before: Iterable[IdentifierSnapshot], after: Iterable[IdentifierSnapshot]
) -> Changes:
    """From the ids of the record to those of the file, which is the whole truth; ``kind`` is unit or
    person."""
    old, new = set(before), set(after)
    items = [
        Change(effect, kind, one.owner, "identifiers", f"{one.owner} is {words} {one}.")
        for effect, words, some in (
            (Effect.ADDED, "now", new - old),
            (Effect.REMOVED, "no longer", old - new),
        )
        for one in sorted(some, key=lambda one: (one.owner, one.system, one.value, one.days.bounds))
    ]
    dated = [[((one.system, one.value, one.owner), one.days) for one in some] for some in (old, new)]
    return Changes(tuple(items), changed_span(*dated))


def _shown(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"“{value}”"
