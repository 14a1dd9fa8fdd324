"""Where a reader first looks at each measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from goldenthread.facts.scope import Scope
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.orgs.tree import DayTree
from goldenthread.results.series import Place


def open_places(measures: Iterable[Measure], scope: Scope, tree: DayTree) -> list[Place]:
    """Each measure at the unit that keeps it (the top when none does) if the scope sees that, else at the
    highest unit it sees that has values; left out where there is none. Two queries."""
    rows = list(measures)
    kept = {row.pk: row.unit.key if row.unit else tree.top for row in rows}
    serves = {row.pk: row.service.key if row.service else None for row in rows}
    hidden = [pk for pk, unit in kept.items() if unit is None or not scope.sees_result(unit, serves[pk])]
    held: dict[int, list[str]] = defaultdict(list)
    values = Observation.objects.filter(measure__in=hidden, unit__isnull=False)
    for measure, unit in values.values_list("measure_id", "unit__key").distinct():
        if scope.sees_result(unit, serves[measure]):
            held[measure].append(unit)
    places: list[Place] = []
    for row in rows:
        seen = min(held[row.pk], key=lambda key: _height(key, tree), default=None)
        found = seen if row.pk in hidden else kept[row.pk]
        if found is not None:
            places.append((row, found))
    return places


def _height(unit: str, tree: DayTree) -> tuple[int, str]:
    return (len(tree.ancestors(unit)) if unit in tree else 99, unit)
