"""One person's measures at a glance: where they stand, which missed, and how well they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from goldenthread.calc.lenses import Answer
from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.facts.scope import Scope
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.measures import upkeep
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs import queries as orgs
from goldenthread.results.series import Place, tiles_at
from goldenthread.results.standings import (
    Standing,
    Tally,
    keeper_places,
    measured_at,
    standings,
    tally,
    visible_measures,
)
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.threads import by_worth
from goldenthread.results.values import Tile

COMING_DAYS = 60
_OWN_TILES = 4


@dataclass(frozen=True)
class Missed:
    """A measure that is off its target, and who looks after it."""

    tile: Tile
    owner: str
    next_review: date | None


@dataclass(frozen=True)
class Upkeep:
    """Of ``total`` measures, how many have an owner, a value in time, a review date that has not passed, and
    values that compute themselves."""

    total: int
    owned: int
    in_time: int
    reviewed: int
    computed: int


@dataclass(frozen=True)
class Overview:
    """``missed`` are the first of the measures off target, by title; ``tally`` counts all of them, and
    ``ownerless`` those of them that have no owner.

    ``own`` are those that say most about ``unit``, the unit of somebody who leads none.
    """

    unit: str | None
    measures: int
    standings: tuple[Standing, ...]
    tally: Tally
    own: tuple[Tile, ...]
    missed: tuple[Missed, ...]
    ownerless: int
    upkeep: Upkeep


@dataclass(frozen=True)
class Coming:
    """Something that will be asked of the person who looks after a measure: a value, or its review."""

    day: date
    measure: str
    title: str
    value_of: str


def own_places(rights: Rights, scope: Scope) -> tuple[str | None, list[Place]]:
    """The measures that are somebody's own: those kept by the units they lead; for everybody else, those of
    their unit. With it the unit they are of, which is None for the whole of what somebody leads."""
    led = rights.units_with(Permission.SEE_RESULTS)
    if led:
        kept = [
            place for place in keeper_places(visible_measures(scope), top=rights.tree.top) if place[1] in led
        ]
        if kept:
            return None, kept
    unit = next((unit for role, unit in rights.held if role.sees_above), None)
    if unit is None:
        return None, []
    return unit, [(measure, unit) for measure in measured_at(unit, scope)]


def overview(rights: Rights, scope: Scope, *, today: date, at_most: int | None = 10) -> Overview:
    """What Home says about the measures of one person, with no more than ``at_most`` of those off target;
    constant in queries."""
    unit, places = own_places(rights, scope)
    around = Surroundings(today)
    found = standings(places, scope, today=today, around=around)
    missed = {(one.measure.key, one.unit) for one in found if one.target.answer is Answer.NO}
    off = [place for place in places if (place[0].key, place[1]) in missed]
    shown = off[:at_most]
    by_key = {measure.key: measure for measure, _ in shown}
    return Overview(
        unit=unit,
        measures=len(places),
        standings=found,
        tally=tally(found),
        own=tiles_at(by_worth(places)[:_OWN_TILES], scope, today=today, around=around) if unit else (),
        missed=tuple(_missed(tile, by_key) for tile in tiles_at(shown, scope, today=today, around=around)),
        ownerless=sum(1 for measure, _ in off if measure.owner is None),
        upkeep=_upkeep([measure for measure, _ in places], today),
    )


def coming_up(rights: Rights, *, today: date) -> tuple[Coming, ...]:
    """The next values and reviews of the measures this person looks after, soonest first."""
    if rights.person_id is None:
        return ()
    calendar = orgs.fiscal_calendar()
    mine = Measure.objects.filter(retired_on=None)
    found = [
        *_coming(mine.filter(owner=rights.person_id), calendar, today),
        *_coming(mine.filter(deputy=rights.person_id), calendar, today),
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.title)))


def _coming(measures: Iterable[Measure], calendar: FiscalCalendar, today: date) -> Iterable[Coming]:
    until = today + timedelta(days=COMING_DAYS)
    for one in measures:
        if one.next_review and today < one.next_review <= until:
            yield Coming(one.next_review, one.key, one.title, "")
        period = _running(calendar, one, today)
        due = period.expected_on(one.lag_days)
        if one.manual and due <= until:
            yield Coming(due, one.key, one.title, calendar.label(period))


def _running(calendar: FiscalCalendar, measure: Measure, today: date) -> Period:
    return calendar.period_of(today, Grain(measure.frequency))


def _missed(tile: Tile, measures: dict[str, Measure]) -> Missed:
    measure = measures[tile.measure.key]
    return Missed(tile, measure.owner.name if measure.owner else "", measure.next_review)


def _upkeep(measures: Sequence[Measure], today: date) -> Upkeep:
    neglected = {one.measure: one for one in upkeep.neglected(today=today, calendar=orgs.fiscal_calendar())}
    state = [(measure, neglected.get(measure.key)) for measure in measures]
    return Upkeep(
        total=len(state),
        owned=sum(1 for _, one in state if one is None or not (one.ownerless or one.owner_left)),
        in_time=sum(1 for _, one in state if one is None or not (one.never_updated or one.stale)),
        reviewed=sum(1 for one, _ in state if one.next_review is not None and one.next_review >= today),
        computed=sum(1 for one, _ in state if not one.manual),
    )
