"""What every series of one request shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Unit


class Surroundings:
    """What every series of one request shares: the day, the calendar, the tree, and the names of units."""

    def __init__(self, today: date, tree: orgs.Tree | None = None) -> None:
        """``tree`` is for callers that have read it already."""
        self.today = today
        if tree is not None:
            self._tree = tree
        self._lines: dict[str, tuple[str, ...]] = {}

    @cached_property
    def calendar(self) -> FiscalCalendar:
        return orgs.fiscal_calendar()

    @cached_property
    def _tree(self) -> orgs.Tree:
        return orgs.tree()

    @cached_property
    def top(self) -> str | None:
        return self._tree.top

    @property
    def tree_changed(self) -> bool:
        """Whether the units of the time of an event can be others than today's."""
        return bool(self._tree.dates())

    @cached_property
    def _today_tree(self) -> orgs.DayTree:
        return self._tree.as_of(self.today)

    @cached_property
    def _units(self) -> list[tuple[str, str, int]]:
        return list(Unit.objects.values_list("key", "name", "pk"))

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {**{key: name for key, name, _ in self._units}, NOT_ASSIGNED: "Not assigned"}

    @cached_property
    def ids(self) -> Mapping[str, int | None]:
        """What the rows of observations call a unit; looking for its key there would read them all."""
        return {**{key: pk for key, _, pk in self._units}, NOT_ASSIGNED: None}

    @cached_property
    def keys(self) -> Mapping[int | None, str]:
        """``ids`` the other way round."""
        return {pk: key for key, pk in self.ids.items()}

    def line(self, unit: str) -> tuple[str, ...]:
        """The unit and all above it today, nearest first."""
        if unit not in self._lines:
            self._lines[unit] = self._line(unit)
        return self._lines[unit]

    def _line(self, unit: str) -> tuple[str, ...]:
        if unit == NOT_ASSIGNED:
            return (NOT_ASSIGNED, self.top) if self.top else (NOT_ASSIGNED,)
        return (unit, *self._today_tree.ancestors(unit))
