"""Handing measures over and retiring them, several at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, Prefetch, Q, When

from goldenthread.jobs.noticing import refresh_notices
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures import actions
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Person, Post
from goldenthread.record.orgs.queries import open_on

_MOST_CALLED = 50


@dataclass(frozen=True)
class Somebody:
    """A person who could look after a measure; ``units`` are the names of where they have posts."""

    key: str
    name: str
    units: tuple[str, ...]


def people_of(units: Collection[str], *, today: date) -> tuple[Somebody, ...]:
    """Who holds a post in one of these units today, by name."""
    posts = Post.objects.filter(open_on(today), unit__key__in=units).order_by("person__name", "unit__name")
    places: dict[tuple[str, str], dict[str, None]] = {}
    for key, name, unit in posts.values_list("person__key", "person__name", "unit__name"):
        places.setdefault((key, name), {})[unit] = None
    return tuple(Somebody(key, name, tuple(names)) for (key, name), names in places.items())


def people_called(typed: Iterable[str], *, near: Collection[str], today: date) -> tuple[Somebody, ...]:
    """Everybody whose name or key is one of these, then those with a post in the units ``near`` whose name
    holds one, with the units of their posts today; fifty at most."""
    exactly, nearly = Q(pk__in=()), Q(pk__in=())
    around = Post.objects.filter(open_on(today), unit__key__in=near).values("person")
    # No name holds a NUL, and PostgreSQL refuses to look for one.
    for text in filter(None, (one.replace("\0", "") for one in typed)):
        exactly |= Q(name__iexact=text) | Q(key__iexact=text)
        nearly |= Q(name__icontains=text, pk__in=around)
    posts = Prefetch("posts", Post.objects.filter(open_on(today)).select_related("unit"))
    first = Case(When(exactly, then=0), default=1)
    people = Person.objects.filter(exactly | nearly).order_by(first, "name").prefetch_related(posts)
    return tuple(
        Somebody(one.key, one.name, tuple(post.unit.name for post in one.posts.all()))
        for one in people[:_MOST_CALLED]
    )


def hand_over(
    measures: Collection[str],
    *,
    owner: str | None,
    deputy: str | None,
    by: Actor,
    now: datetime,
    today: date,
) -> int:
    """Name who looks after these measures from now on, all or none; people by key. Returns how many.

    A deputy of None leaves each deputy as they are. Raises Denied without the right over one of them, and
    DefinitionError when a definition cannot be saved as it stands.
    """
    people = {one.key: one for one in Person.objects.filter(key__in=[owner or "", deputy or ""])}
    with transaction.atomic():
        rows = _measures(measures)
        for measure in rows:
            actions.assign_owner(
                measure=measure,
                owner=people[owner] if owner else measure.owner,
                deputy=people[deputy] if deputy else measure.deputy,
                by=by,
                now=now,
                today=today,
            )
    refresh_notices(now=now)
    return len(rows)


def retire(measures: Collection[str], *, why: str, by: Actor, now: datetime, today: date) -> int:
    """Ask for no more values of these measures, all or none; returns how many.

    Raises Denied without the right over one of them, and NotAllowed with the sentence why not.
    """
    with transaction.atomic():
        rows = _measures(measures)
        for measure in rows:
            actions.retire_measure(measure=measure, why=why, by=by, now=now, today=today)
    refresh_notices(now=now)
    return len(rows)


def _measures(keys: Collection[str]) -> list[Measure]:
    rows = Measure.objects.filter(key__in=keys, retired_on=None)
    return list(rows.select_related("current", "unit", "owner", "deputy").order_by("key"))
