"""Rows of single workers in the store: which months are old, and letting go of them.

The values of units that were computed from them stand, and are not computed again (``results.horizon``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.calc.retention import KeptFor
from goldenthread.facts.sources import Placement, SourceDefinition
from goldenthread.facts.store.outdating import Aging
from goldenthread.jobs import computing
from goldenthread.jobs.locks import Busy, all_at_once
from goldenthread.jobs.retention.kept import Kept
from goldenthread.jobs.retention.schedule import RecordClass
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.models import Outdated
from goldenthread.record.measures.queries import active_definitions
from goldenthread.record.orgs.models import Person, PersonIdentifier
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.actions import note_facts_let_go
from goldenthread.results.facts import table_of
from goldenthread.results.pieces import DENOMINATOR, NUMERATOR, pieces_of
from goldenthread.results.tallying import let_go_of_tallies

_MONTHS = FiscalCalendar()
_WAIT_SECONDS = 60


def old_facts(kept: KeptFor, *, today: date) -> Iterator[Kept]:
    """Each month of each source whose rows name a worker and have been kept for long enough."""
    before = _first_kept(kept, today=today)
    for key, definition in sources.definitions().items():
        if definition.worker is None or definition.kind == "inventory":
            continue
        months = table_of(key).old_months(_aging(definition, definition.worker), before=before)
        people = _people_by_id(definition.worker) if months else {}
        for one in months:
            strangers = one.workers - people.keys()
            end = _MONTHS.period_of(one.month, Grain.MONTH).end
            yield Kept(
                RecordClass.WORKER_FACTS,
                f"{key} {one.month:%Y-%m}",
                since=end,
                first_day=one.first_day,
                day_after=end,
                people=None
                if strangers
                else frozenset(pk for worker in one.workers for pk in people[worker]),
            )


def let_go_of_facts(some: Sequence[Kept], *, by: Actor, now: datetime) -> None:
    """Let go of the rows of these months. What is outdated is computed first, for it could not be after.

    Raises Busy when somebody keeps loading or computing meanwhile; nothing of the source has gone then.
    """
    by_source: dict[str, list[Kept]] = defaultdict(list)
    for one in some:
        by_source[one.object_id.partition(" ")[0]].append(one)
    for key, gone in by_source.items():
        computing.catch_up(by=by, now=now)
        with all_at_once(["compute", key], wait_seconds=_WAIT_SECONDS):
            if Outdated.objects.exists():
                raise Busy(
                    f"Values wait to be computed, so that the rows of “{key}” behind them are still needed. "
                    f"Nothing of it has gone; try again when that is done."
                )
            definition = sources.definitions([key])[key]
            assert definition.worker is not None
            months = [date.fromisoformat(f"{one.object_id.partition(' ')[2]}-01") for one in gone]
            note_facts_let_go(
                key, months=months, held_from=max(one.day_after for one in gone), by=by, now=now
            )
            # First: interrupted in between, the rows are still there, and both go the next time.
            let_go_of_tallies(key, months)
            table_of(key).let_go(months, _aging(definition, definition.worker))


def _first_kept(kept: KeptFor, *, today: date) -> date:
    """The first day of the first month that is not old yet."""
    month = _MONTHS.period_of(today, Grain.MONTH)
    while not kept.is_over(month.end, today=today):
        month = _MONTHS.shift(month, -1)
    return month.end


def _aging(definition: SourceDefinition, worker: Placement) -> Aging:
    """A row is not over while it is open by any measure that counts what is open."""
    sides = (
        side
        for piece in pieces_of(active_definitions())
        for role in (NUMERATOR, DENOMINATOR)
        if (side := piece.side(role)) is not None and side.source == definition.source
    )
    return Aging(worker.column, frozenset(side.until for side in sides if side.until))


def _people_by_id(worker: Placement) -> Mapping[str, Collection[int]]:
    """Who ever stood under each id that may be in the column of the worker."""
    if worker.system is None:
        return {key: (pk,) for key, pk in Person.objects.values_list("key", "pk")}
    people: dict[str, set[int]] = defaultdict(set)
    identifiers = PersonIdentifier.objects.filter(system=worker.system)
    for value, person in identifiers.values_list("value", "person"):
        people[value].add(person)
    return people
