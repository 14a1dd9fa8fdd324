"""Typed values under a tree that changes, and whose right it is to report what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from goldenthread.accounts.models import User
from goldenthread.calc.periods import Grain
from goldenthread.jobs import computing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures import typed_values
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.measures.policies import Figures
from goldenthread.record.orgs.models import Unit
from goldenthread.results.lock import lock, restate
from tests.results.counties import BY, CALENDAR, NOW, ORGANIZATION, TODAY

INSPECTIONS = """
measure: inspections
title: Inspections
manual: true
unit: south
frequency: month
show_as: {unit: count}
"""
FEBRUARY = CALENDAR.period_of(date(2026, 2, 1), Grain.MONTH)


@pytest.fixture
def folder(empty_store: Path, tmp_path: Path) -> Path:
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "inspections.yaml").write_text(INSPECTIONS)
    (tmp_path / "organization.yaml").write_text(ORGANIZATION)
    load_folder(tmp_path, by=BY, now=NOW)
    value = typed_values.type_value(
        measure=Measure.objects.get(),
        unit=Unit.objects.get(key="south"),
        period=FEBRUARY,
        typed=Figures(value=12),
        by=BY,
        now=NOW,
    )
    typed_values.submit_values(values=[value], by=BY, now=NOW)
    computing.compute_everything(by=BY, now=NOW)
    return tmp_path


def units_with_a_value() -> set[str]:
    rows = Observation.objects.filter(tree="event", grain="month", value=12)
    return set(rows.values_list("unit__key", flat=True))


def test_a_unit_that_moves_takes_its_typed_values_along(folder: Path) -> None:
    assert units_with_a_value() == {"south", "health", "county"}
    moved = ORGANIZATION.replace("unit: benefits, to: 2026-01-15", "unit: benefits, to: 2026-03-01")
    (folder / "organization.yaml").write_text(moved.replace("from: 2026-01-15", "from: 2026-03-01"))
    load_folder(folder, by=BY, now=NOW)
    assert units_with_a_value() == {"south", "benefits", "county"}


def test_a_rate_typed_without_its_sides_leaves_the_whole_without_a_value(folder: Path) -> None:
    rate = INSPECTIONS.replace("inspections", "in_time").replace("unit: count", "unit: percent, per: 100")
    (folder / "measures" / "in_time.yaml").write_text(rate)
    load_folder(folder, by=BY, now=NOW)
    for unit, typed in (("north", Figures(8, 10)), ("south", Figures(value=70))):
        value = typed_values.type_value(
            measure=Measure.objects.get(key="in_time"),
            unit=Unit.objects.get(key=unit),
            period=FEBRUARY,
            typed=typed,
            by=BY,
            now=NOW,
        )
        typed_values.submit_values(values=[value], by=BY, now=NOW)
    computing.compute_everything(by=BY, now=NOW)
    rows = Observation.objects.filter(measure__key="in_time", tree="event", grain="month")
    assert dict(rows.values_list("unit__key", "value")) == {
        "north": 80,
        "benefits": 80,
        "south": 70,
        "health": None,
        "county": None,
    }


@pytest.mark.parametrize(("act", "said"), [(lock, {}), (restate, {"why": "Counted again."})])
def test_only_who_may_report_locks_or_restates(
    folder: Path, act: Callable[..., object], said: dict[str, str]
) -> None:
    place = {"measure": Measure.objects.get(), "unit": Unit.objects.get(key="south"), "period": FEBRUARY}
    stranger = Actor.user(User.objects.create_user("new", name="New").pk)
    if act is restate:
        lock(**place, by=BY, now=NOW, today=TODAY)
        Observation.objects.update(value=13)
    with pytest.raises(Denied):
        act(**place, **said, by=stranger, now=NOW, today=TODAY)
    act(**place, **said, by=BY, now=NOW, today=TODAY)
