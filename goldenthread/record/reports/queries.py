"""Reads of reports: which there are, and how each is defined."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from goldenthread.record.reports.definition import ReportDefinition, as_data
from goldenthread.record.reports.models import Report, ReportVersion
from goldenthread.record.sources.fields import as_plain, as_text

_DEFINITIONS_KEPT = 500


@lru_cache(maxsize=_DEFINITIONS_KEPT)
def _parsed(text: str) -> ReportDefinition:
    """Kept by its own text: what is kept can never be stale."""
    return ReportDefinition.model_validate(as_plain(text))


def definition_of(version: ReportVersion) -> ReportDefinition:
    return _parsed(as_text(version.definition))


def current_definition(report: Report) -> ReportDefinition:
    """The definition in force; every saved report has one."""
    assert report.current is not None
    return definition_of(report.current)


def find_report(key: str) -> Report | None:
    """A report that is in use, or was."""
    return Report.objects.select_related("current", "unit").filter(key=key).first()


def in_use() -> QuerySet[Report]:
    """Every report that is not retired, by title."""
    return Report.objects.select_related("current", "unit").filter(retired_on=None)


def defined_below(units: frozenset[str], *, top: str | None) -> tuple[Report, ...]:
    """Every report that one of these units keeps, retired ones too, by title; what no unit keeps is the
    ``top``'s."""
    if not units:
        return ()
    every = Report.objects.select_related("unit")
    return tuple(one for one in every if (one.unit.key if one.unit else top) in units)


def dump() -> dict[str, dict[str, Any]]:
    """Every report in use as the YAML that would make it, by key."""
    return {report.key: as_data(current_definition(report)) for report in in_use().order_by("key")}
