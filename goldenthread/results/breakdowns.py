"""A measure of one unit by category, such as by language: each category judged against its own past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from goldenthread.calc.folding import Fold
from goldenthread.calc.periods import Period
from goldenthread.facts.formulas.vocabulary import Word
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure, MeasureVersion, Observation, Rebase
from goldenthread.record.measures.queries import current_definition
from goldenthread.results.assembling import Known, Reset, assemble
from goldenthread.results.facts import store_engine
from goldenthread.results.seen import Stored, as_seen, stored_of
from goldenthread.results.splitting import SPLIT, split_table
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Slice

MOST_CATEGORIES = 24


@dataclass(frozen=True)
class Breakdown:
    """The categories of one column, by name, of at most a given number the ones with most facts.

    ``left_out`` is how many more there are.
    """

    column: str
    slices: tuple[Slice, ...]
    left_out: int


def breakdown(
    measure_key: str,
    unit_key: str,
    column: str,
    scope: Scope,
    *,
    today: date,
    most: int | None = MOST_CATEGORIES,
    around: Surroundings | None = None,
) -> Breakdown | None:
    """The measure's own periods by category of ``column``; None when the unit is not to be seen, or when the
    measure is not split by that column.

    ``most`` None is for files, which leave no category out.
    """
    around = around or Surroundings(today)
    measure = Measure.objects.select_related("current").filter(key=measure_key, current__isnull=False).first()
    if measure is None or unit_key not in around.names:
        return None
    definition = current_definition(measure)
    if not scope.sees_result(unit_key, definition.serves) or column not in definition.breakdowns:
        return None
    seen = _Door(scope, unit_key, _folds(measure, unit_key, around))
    found = _by_category(measure, definition, _kept(measure_key, unit_key, column), seen, around)
    largest = sorted(found, key=lambda category: -sum(one.facts for one in found[category].values()))
    rebases = [
        Reset(one.starts_on, one.what_happened, one.reason)
        for one in Rebase.objects.filter(measure=measure).select_related("unit")
        if one.unit is None or one.unit.key == unit_key
    ]
    here = around.at(unit_key)
    slices = tuple(
        Slice(
            category,
            assemble(definition, Known(found[category], rebases=rebases), here, of_whole=False),
        )
        for category in sorted(largest[:most], key=str.casefold)
    )
    return Breakdown(column, slices, len(found) - len(slices))


@dataclass(frozen=True)
class _Door:
    """What is told of one unit. ``whole`` says what became of the unit's whole number, by first day."""

    scope: Scope
    unit: str
    whole: Mapping[date, int]

    def tell(self, start: date, fold: int | None, one: Stored) -> Stored:
        """Rows from before an upgrade have no fold; they are closed until they are computed again."""
        own = Fold.FOLDED if fold is None else fold
        return as_seen(self.scope, self.unit, max(own, self.whole.get(start, Fold.OPEN)), one)


def _folds(measure: Measure, unit: str, around: Surroundings) -> dict[date, int]:
    rows = Observation.objects.filter(
        measure=measure, unit=around.ids[unit], grain=measure.frequency, tree="event", fold__gt=0
    )
    return dict(rows.values_list("period_start", "fold"))


def _kept(measure: str, unit: str, column: str) -> pa.Table:
    """What the store holds, the oldest first."""
    files = split_table().files()
    if not files:
        return SPLIT.empty_table()
    with store_engine().session() as session:
        rows = session.table(files, split_table().schema())
        mine = rows.filter(rows.measure == measure, rows.unit == unit, rows.breakdown == column)
        return session.execute(mine.order_by("period_start"))


def _by_category(
    measure: Measure, definition: MeasureDefinition, rows: pa.Table, door: _Door, around: Surroundings
) -> dict[str, dict[Period, Stored]]:
    numbers = dict(MeasureVersion.objects.filter(measure=measure).values_list("pk", "number"))
    found: dict[str, dict[Period, Stored]] = defaultdict(dict)
    for row in rows.to_pylist():
        start = row["period_start"]
        stored = stored_of(row, definition=numbers.get(row["version"], 0))
        period = around.calendar.period_of(start, definition.frequency)
        found[row["category"]][period] = door.tell(start, row.get("fold"), stored)
    return with_empty_ones(found, definition)


def with_empty_ones(
    found: dict[str, dict[Period, Stored]], definition: MeasureDefinition
) -> dict[str, dict[Period, Stored]]:
    """What a category without a fact says in a period that has facts of another one: zero for a count of
    things, else nothing. Where the others are folded so is it, for which ones are empty tells about them."""
    covered = {period: one for of in found.values() for period, one in of.items()}
    empty = {period: one for period, one in covered.items() if one.folded}
    numerator = definition.numerator
    counts = numerator is not None and numerator.word in (Word.COUNT, Word.COUNT_DISTINCT)
    if counts and definition.denominator is None:
        zeros = {period: Stored(0.0, None, 0.0, 0, None, one.definition) for period, one in covered.items()}
        empty = zeros | empty
    return {category: empty | of for category, of in found.items()}
