"""Of which cases the work of units was made up in one period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from goldenthread.calc.folding import Fold
from goldenthread.calc.periods import Period
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.measures.queries import current_definition
from goldenthread.results.facts import store_engine
from goldenthread.results.seen import as_seen, stored_of
from goldenthread.results.splitting import SPLIT, split_table
from goldenthread.results.surroundings import Surroundings


@dataclass(frozen=True)
class Mix:
    """``strata`` are (numerator, denominator) by category; without any when one of them ``is_folded``."""

    strata: Mapping[str, tuple[float, float]]
    is_folded: bool = False


def mixes_of(
    measure: Measure,
    units: Collection[str],
    column: str,
    period: Period,
    scope: Scope,
    around: Surroundings,
) -> dict[str, Mix]:
    """By unit what is kept of the period by category of ``column``, for the units the scope sees that have
    any. One query of the database and one of the store."""
    serves = current_definition(measure).serves
    seen = [unit for unit in units if scope.sees_result(unit, serves)]
    files = split_table().files()
    if not seen or not files:
        return {}
    whole = _folds(measure, seen, period, around)
    with store_engine().session() as session:
        rows = session.table(files, split_table().schema())
        mine = rows.filter(
            rows.measure == measure.key,
            rows.unit.isin(seen),
            rows.breakdown == column,
            rows.period_start == period.start,
        )
        found = session.execute(mine.select(*(name for name in SPLIT.names if name in rows.columns)))
    strata: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    folded = set()
    for row in found.to_pylist():
        unit, own = row["unit"], row.get("fold")
        fold = max(Fold.FOLDED if own is None else own, whole.get(unit, Fold.OPEN))
        cell = as_seen(scope, unit, fold, stored_of(row, definition=0))
        if cell.folded:
            folded.add(unit)
        else:
            strata[unit][row["category"]] = (cell.numerator or 0, cell.denominator or 0)
    told = {unit: Mix(cells) for unit, cells in strata.items()}
    return told | {unit: Mix({}, is_folded=True) for unit in folded}


def _folds(measure: Measure, units: Collection[str], period: Period, around: Surroundings) -> dict[str, int]:
    """What became of the whole numbers of the units."""
    rows = Observation.objects.filter(
        measure=measure,
        unit__in=[around.ids[unit] for unit in units],
        grain=measure.frequency,
        period_start=period.start,
        tree="event",
        fold__gt=0,
    )
    return {around.keys[unit]: fold for unit, fold in rows.values_list("unit_id", "fold")}
