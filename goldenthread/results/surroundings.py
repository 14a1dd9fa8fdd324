"""What every series of one request shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.units import Units


@dataclass(frozen=True)
class Setting:
    """What judging the past of one unit takes of its surroundings. ``line`` is the unit with all above it
    today, nearest first, and ``above`` the name of the next one; ``top`` stands above every unit."""

    unit: str
    name: str
    above: str
    line: tuple[str, ...]
    top: str | None
    calendar: FiscalCalendar
    today: date

    def __hash__(self) -> int:
        """Not all of it: what is kept by it names the unit and the day, and is asked for often."""
        return hash((self.unit, self.today))


class Surroundings:
    """What every series of one request shares: the day, the calendar, the tree, and the names of units."""

    def __init__(
        self, today: date, units: Units | None = None, calendar: FiscalCalendar | None = None
    ) -> None:
        """``units`` and ``calendar`` are for callers that have read them already."""
        self.today = today
        if units is not None:
            self._units = units
        if calendar is not None:
            self.calendar = calendar
        self._settings: dict[str, Setting] = {}

    @cached_property
    def calendar(self) -> FiscalCalendar:
        return orgs.fiscal_calendar()

    @cached_property
    def _units(self) -> Units:
        return orgs.units()

    @property
    def top(self) -> str | None:
        return self._units.tree.top

    @property
    def tree_changed(self) -> bool:
        """Whether the units of the time of an event can be others than today's."""
        return bool(self._units.tree.dates())

    def by(self, calendar: FiscalCalendar) -> Surroundings:
        """The same by another calendar."""
        return Surroundings(self.today, self._units, calendar)

    def below(self, unit: str) -> tuple[str, ...]:
        """The units directly below a unit today."""
        return tuple(self._units.tree.as_of(self.today).children(unit))

    def subtree(self, unit: str) -> frozenset[str]:
        """A unit and every unit below it today."""
        return self._units.tree.as_of(self.today).subtree(unit)

    @property
    def names(self) -> Mapping[str, str]:
        return self._units.names

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """What kind each unit is of, a value of ``UnitKind``."""
        return {key: line.kind for key, line in self._units.lines.items()}

    @property
    def ids(self) -> Mapping[str, int | None]:
        return self._units.ids

    @property
    def keys(self) -> Mapping[int | None, str]:
        return self._units.keys

    def at(self, unit: str) -> Setting:
        """The surroundings of one unit."""
        if unit not in self._settings:
            line = self._line(unit)
            above = self.names[line[1]] if len(line) > 1 else ""
            self._settings[unit] = Setting(
                unit, self.names[unit], above, line, self.top, self.calendar, self.today
            )
        return self._settings[unit]

    def _line(self, unit: str) -> tuple[str, ...]:
        if unit == NOT_ASSIGNED:
            return (NOT_ASSIGNED, self.top) if self.top else (NOT_ASSIGNED,)
        return (unit, *self._units.tree.as_of(self.today).ancestors(unit))
