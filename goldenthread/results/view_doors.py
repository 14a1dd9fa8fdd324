"""Which pages that somebody saved are open to them today, without a look at anybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from goldenthread.facts.scope import Scope
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.queries import current_definition, in_use
from goldenthread.record.reports.uses import names_open_work
from goldenthread.record.saved_views.models import SavedView
from goldenthread.results.reports import is_for, is_open
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.workers import own_reports, workers_of


@dataclass(frozen=True)
class ViewDoors:
    """The doors of one viewer, each as its page decides itself."""

    rights: Rights
    scope: Scope
    around: Surroundings
    _asked: dict[str, Collection[str]] = field(default_factory=dict)

    def opens(self, view: SavedView) -> bool:
        """Whether the page of a view is open."""
        unit, key = view.arguments.get("key"), view.arguments.get("report", "")
        if view.route == "indicators":
            return unit in self.around.names and self.scope.sees_unit(unit or "")
        report = self._reports.get(key)
        if report is None or not self._has_page(report, view):
            return False
        return key in self._own if unit is None else self._opens_at(unit, report, view)

    def _opens_at(self, unit: str, report: Report, view: SavedView) -> bool:
        if unit not in self.around.names or not is_for(current_definition(report), unit, self.around):
            return False
        if view.route == "unit_workers" and unit in self._defining:
            return True
        person = view.arguments.get("person")
        is_theirs = is_open(unit, self.scope)
        return is_theirs and (person is None or person in self._workers(unit))

    def _has_page(self, report: Report, view: SavedView) -> bool:
        """Whether a report has such a page at all."""
        definition = current_definition(report)
        if view.route == "report_categories":
            return definition.by is not None
        if view.route in ("worker_open_work", "my_open_work"):
            return names_open_work(report, today=self.around.today)
        return view.route != "unit_open_work" or definition.open_work is not None

    @cached_property
    def _reports(self) -> Mapping[str, Report]:
        return {one.key: one for one in in_use()}

    @cached_property
    def _own(self) -> Collection[str]:
        person = self.rights.person
        found = own_reports(person, around=self.around, today=self.around.today) if person else ()
        return dict(found).keys()

    @cached_property
    def _defining(self) -> Collection[str]:
        return self.rights.units_with(Permission.DEFINE_MEASURES)

    def _workers(self, unit: str) -> Collection[str]:
        if unit not in self._asked:
            self._asked[unit] = workers_of(unit, self.scope, around=self.around).keys()
        return self._asked[unit]
