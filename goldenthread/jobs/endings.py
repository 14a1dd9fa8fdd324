"""What a load would end: posts whose holders get no other, and units that people still have posts in.

A file that was cut off on its way is a sound file with fewer people in it: it says that the others have left.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from goldenthread.record.orgs.models import Post, Unit
from goldenthread.record.orgs.queries import open_on

FEWEST_POSTS = 10
"""Fewer posts than these end in an ordinary week of a small organization."""
LARGEST_SHARE = 1 / 3
"""Of all posts open today; more of them do not end between two files of a system that works."""


@dataclass(frozen=True)
class Held:
    """Who has which post today, as (person, unit, role), and until when each unit exists."""

    posts: frozenset[tuple[str, str, str]]
    units: dict[str, date | None]


@dataclass(frozen=True)
class Endings:
    """``ended`` of ``posts`` open today; ``units`` that come to an end with the number of people who have
    a post in them beyond it."""

    ended: int
    posts: int
    units: tuple[tuple[str, int], ...]

    @property
    def are_sweeping(self) -> bool:
        """Whether so many posts end that the file is likely to be cut off."""
        return self.ended >= FEWEST_POSTS and self.ended > self.posts * LARGEST_SHARE

    @property
    def sentences(self) -> tuple[str, ...]:
        """What whoever loads should know beforehand; nothing for an ordinary load."""
        units = tuple(f"Unit {key} comes to an end, and {_people(count)} in it." for key, count in self.units)
        if not self.are_sweeping:
            return units
        return (f"{self.ended:,} of {self.posts:,} open posts end. Is a file cut off?", *units)


def held(*, today: date) -> Held:
    """What there is to be ended, before a load."""
    posts = Post.objects.filter(open_on(today)).values_list("person__key", "unit__key", "role")
    return Held(frozenset(posts), dict(Unit.objects.values_list("key", "ends_on")))


def endings(before: Held, *, today: date) -> Endings:
    """What came to an end since ``before``. A person who moves to another post ends nothing."""
    now = held(today=today)
    moved = {person for person, _unit, _role in now.posts - before.posts}
    ended = [post for post in before.posts - now.posts if post[0] not in moved]
    closed = {key for key, end in now.units.items() if end and before.units.get(key, end) != end}
    people: dict[str, set[int]] = defaultdict(set)
    beyond = Post.objects.filter(Q(ends_on=None) | Q(ends_on__gt=F("unit__ends_on")), unit__key__in=closed)
    for key, person in beyond.values_list("unit__key", "person"):
        people[key].add(person)
    counts = tuple((key, len(persons)) for key, persons in sorted(people.items()))
    return Endings(len(ended), len(before.posts), counts)


def _people(count: int) -> str:
    return "1 person still has a post" if count == 1 else f"{count:,} people still have a post"
