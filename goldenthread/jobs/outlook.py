"""What a file that was read would bring: days, ids that nobody can place, and the measures it touches."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.facts.formulas.whereabouts import PlacedBy, WhereaboutsTables, places_of
from goldenthread.facts.intake.report import ACCEPTED, PLACES
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.facts.store.as_if import as_if_loaded
from goldenthread.facts.store.log import Mode
from goldenthread.jobs.computing import clocks_of
from goldenthread.jobs.extracts.importing import folder_of
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.measures.models import Measure, ReportedValue
from goldenthread.record.measures.queries import ActiveMeasure, active_definitions
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.results.compute import as_arrow
from goldenthread.results.facts import source_facts, store_engine, table_of
from goldenthread.results.foretelling import LockedValue, foretell, locked_values

MOST_ROWS_FORETOLD = 2_000_000
"""Rows of facts and file together that a page may go through before it answers."""
_LIKE = 0.75
# Letters an id must have to be compared with names: "w3" is like nobody.
_FEWEST = 3
_NOT_LETTERS = re.compile(r"[\W\d_]+")
Stay = tuple[date, date]


@dataclass(frozen=True)
class Stranger:
    """An id that no unit can be found for: as the reader may see it, its rows, and who has a name like it.

    An empty ``shown`` stands for rows without any id.
    """

    shown: str
    rows: int
    like: str = ""


@dataclass(frozen=True)
class Placed:
    """The ids of a batch in one role, ``worker`` or ``unit``; strangers with most rows first."""

    role: str
    ids: int
    strangers: tuple[Stranger, ...]


@dataclass(frozen=True)
class Touched:
    """A measure that a batch changes, and the periods from the first to the last it touches.

    Without periods nobody can say before: it goes by another date than the source, or stands on another
    measure. ``locked`` counts reported values among them, which stay readable as reported.
    """

    key: str
    title: str
    unit: str | None
    periods: tuple[Period, ...]
    locked: int


def placed_ids(batch: Batch, *, raw: bool) -> tuple[Placed, ...]:
    """How well the workers and units of a batch that was read are known; nothing after it was discarded.

    ``raw``: workers by their own ids; else by pseudonyms, and without a guess who it may be.
    """
    file = folder_of(batch) / "read" / PLACES
    if not file.exists():
        return ()
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in pq.read_table(file).to_pylist():
        rows[row["role"]].append(row)
    definition = queries.definition_of(batch.source)
    whereabouts = as_arrow(orgs.whereabouts())
    found = []
    if definition.worker and rows["worker"]:
        by = PlacedBy(definition.worker.column, "worker", definition.worker.system)
        names = _names_of_people() if raw else {}
        found.append(_placed(by, rows["worker"], whereabouts, names, masked=not raw))
    if definition.unit and rows["unit"]:
        by = PlacedBy(definition.unit.column, "unit", definition.unit.system)
        units = Unit.objects.values_list("key", "name")
        names = {form: name for key, name in units for form in (_letters(key), _letters(name))}
        found.append(_placed(by, rows["unit"], whereabouts, names, masked=False))
    return tuple(found)


def covered_until(batch: Batch) -> date | None:
    """The last day that the batches loaded before this one cover; None when it is the first."""
    ends = queries.batches(batch.source).filter(
        state=BatchState.LOADED, pk__lt=batch.pk, period_end__isnull=False
    )
    end = ends.order_by("-period_end").values_list("period_end", flat=True).first()
    return end - timedelta(days=1) if end else None


def touched_by(batch: Batch, scope: Scope, *, calendar: FiscalCalendar) -> tuple[Touched, ...]:
    """The measures that loading a batch computes anew, of those the scope opens, by title."""
    measures = active_definitions()
    titles = dict(Measure.objects.values_list("key", "title"))
    clocks = _clocks(measures, batch.source)
    time = queries.definition_of(batch.source).time
    touched = []
    for measure in measures:
        if measure.key not in clocks or not _sees(scope, measure):
            continue
        periods = _periods(batch, measure, calendar) if clocks[measure.key] == {time} else ()
        touched.append(
            Touched(measure.key, titles[measure.key], measure.keeper, periods, _locked(measure, periods))
        )
    return tuple(sorted(touched, key=lambda one: one.title))


def locked_by(
    batch: Batch, touched: Collection[Touched], scope: Scope, *, today: date, calendar: FiscalCalendar
) -> tuple[LockedValue, ...]:
    """The reported values among what a batch touches; of one that waits, with what each would become.

    That is left open where facts and file have more rows than ``MOST_ROWS_FORETOLD`` together, and where the
    file was read by an earlier definition of its source.
    """
    periods = {one.key: one.periods for one in touched if one.locked}
    measures = active_definitions(periods)
    values = locked_values(measures, periods, scope, calendar)
    staged, table = folder_of(batch) / "read" / ACCEPTED, table_of(batch.source.key)
    can_say = batch.state == BatchState.WAITING and batch.source_version == batch.source.version
    if not (values and can_say and table.exists and staged.exists()):
        return values
    if sum(pq.read_metadata(file).num_rows for file in (*table.files(), staged)) > MOST_ROWS_FORETOLD:
        return values
    definition = queries.definition_of(batch.source)
    facts = source_facts(definition)
    with as_if_loaded(
        table, staged, store_engine(), mode=Mode(batch.mode), key=definition.key, time=definition.time
    ) as after:
        awaited = [field for field in facts.schema if field.name not in after.schema.names]
        arriving = replace(facts, files=after.files, schema=pa.schema([*after.schema, *awaited]))
        return foretell(
            values,
            measures,
            {batch.source.key: arriving},
            scope,
            moving=[one.key for one in touched],
            today=today,
        )


def visible_measures_on(source: Source, scope: Scope) -> list[tuple[str, str]]:
    """Key and title of the measures that count rows of a source, of those the scope opens, by title."""
    measures = active_definitions()
    counting = _clocks(measures, source)
    seen = [one.key for one in measures if one.key in counting and _sees(scope, one)]
    return list(Measure.objects.filter(key__in=seen).order_by("title").values_list("key", "title"))


def _sees(scope: Scope, measure: ActiveMeasure) -> bool:
    return measure.keeper is not None and scope.sees_unit(measure.keeper)


def _clocks(measures: Iterable[ActiveMeasure], source: Source) -> dict[str, set[str | None]]:
    """For each measure that counts rows of the source, the columns by which it says when they count."""
    time = queries.definition_of(source).time
    found = {measure.key: clocks_of(measure, source.key, time=time) for measure in measures}
    return {key: clocks for key, clocks in found.items() if clocks}


def _periods(batch: Batch, measure: ActiveMeasure, calendar: FiscalCalendar) -> tuple[Period, ...]:
    if batch.period_start is None or batch.period_end is None:
        return ()
    periods = calendar.periods_between(batch.period_start, batch.period_end, measure.definition.frequency)
    held_from = batch.source.facts_held_from
    return tuple(period for period in periods if held_from is None or period.start >= held_from)


def _locked(measure: ActiveMeasure, periods: tuple[Period, ...]) -> int:
    if not periods:
        return 0
    inside = ReportedValue.objects.filter(
        measure=measure.id,
        grain=measure.definition.frequency,
        period_start__range=(periods[0].start, periods[-1].start),
    )
    return inside.values("unit", "period_start").distinct().count()


def _placed(
    by: PlacedBy,
    rows: Sequence[Mapping[str, object]],
    whereabouts: WhereaboutsTables,
    names: Mapping[str, str],
    *,
    masked: bool,
) -> Placed:
    known = _stays(by, {str(row["id"] or "") for row in rows}, whereabouts)
    strangers = []
    for row in rows:
        one = str(row["id"] or "")
        first, last = row["first_day"], row["last_day"]
        if not any(_meet(stay, first, last) for stay in known.get(one, [])):
            shown = pseudonym(one) if masked and one else one
            strangers.append(Stranger(shown, int(str(row["rows"])), _like(one, names)))
    return Placed(by.names, len(rows), tuple(sorted(strangers, key=lambda one: (-one.rows, one.shown))))


def _meet(stay: Stay, first: object, last: object) -> bool:
    """Whether a half-open stay holds one of the days; rows without a day are placed by any stay."""
    if not isinstance(first, date) or not isinstance(last, date):
        return True
    return stay[0] <= last and first < stay[1]


def _stays(by: PlacedBy, ids: Iterable[str], whereabouts: WhereaboutsTables) -> Mapping[str, Sequence[Stay]]:
    """When each of these ids had a unit, as the formulas will place it."""
    places = places_of(by, ids, whereabouts)
    stays: dict[str, list[Stay]] = defaultdict(list)
    for row in places.spans.to_pylist():
        if places.units[row["place"]] != NOT_ASSIGNED:
            stays[row["id"]].append((row["start"], row["end"]))
    return stays


def _names_of_people() -> dict[str, str]:
    """What other systems are likely to call each person, in letters alone: rosadelgado, rdelgado."""
    names: dict[str, str] = {}
    for key, name in Person.objects.values_list("key", "name"):
        given, _, family = name.rpartition(" ")
        for form in (key, name, f"{given[:1]}{family}", f"{family}{given[:1]}"):
            names.setdefault(_letters(form), name)
        names[key.casefold()] = name
    return names


def _like(one: str, names: Mapping[str, str]) -> str:
    if (same := names.get(one.casefold())) is not None:
        return same
    letters = _letters(one)
    near = difflib.get_close_matches(letters, names, n=1, cutoff=_LIKE) if len(letters) >= _FEWEST else []
    return names[near[0]] if near else ""


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()
