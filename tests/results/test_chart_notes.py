"""Notes and re-set limits are told only of units that the reader sees, with who wrote them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.facts.scope import Scope
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures import actions
from goldenthread.record.measures.models import Measure, Rebase
from goldenthread.record.orgs.models import Unit
from goldenthread.results.chart_notes import find_rebase, notes_on, rebases
from goldenthread.results.series import series
from tests.builders import system_scope
from tests.web.desk.worlds import CALENDAR, build_world, last_month

pytestmark = pytest.mark.django_db

NORTH = Scope(viewer="user:1", reason="own rights", units=frozenset({"north"}))


@pytest.fixture
def measure() -> Measure:
    build_world()
    return Measure.objects.get(key="calls_answered")


def ada() -> Actor:
    return Actor.user(User.objects.get(username="ada").pk)


def places() -> list[Unit | None]:
    return [None, Unit.objects.get(key="north"), Unit.objects.get(key="south")]


def test_notes_on_units_that_are_hidden_are_left_out(measure: Measure) -> None:
    for unit in places():
        actions.annotate(
            measure=measure,
            unit=unit,
            period_start=last_month().start,
            text=f"Snow in {unit or 'the county'}",
            by=ada(),
            now=timezone.now(),
            today=timezone.now().date(),
        )
    seen = notes_on(measure, NORTH, CALENDAR)
    assert {(one.unit, one.what, one.by) for one in seen} == {
        (None, "Snow in the county", "Ada"),
        ("north", "Snow in North office", "Ada"),
    }
    assert len(notes_on(measure, system_scope(), CALENDAR)) == 3


def test_limits_re_set_for_units_that_are_hidden_are_left_out(measure: Measure) -> None:
    for months, unit in enumerate(places(), start=1):
        actions.rebase(
            measure=measure,
            unit=unit,
            starts_on=CALENDAR.shift(last_month(), -months).start + datetime.timedelta(days=3),
            what_happened="New phones",
            reason=f"The work of {unit or 'everybody'} changed.",
            by=ada(),
            now=timezone.now(),
            today=timezone.now().date(),
        )
    seen = rebases(measure, NORTH, CALENDAR)
    assert [one.unit for one in seen] == [None, "north"]
    assert [one.day for one in seen] == [CALENDAR.shift(last_month(), -months).start for months in (1, 2)]
    hidden = Rebase.objects.get(unit__key="south")
    assert find_rebase(measure, hidden.pk, NORTH) is None
    assert find_rebase(measure, hidden.pk, system_scope()) == hidden
    assert find_rebase(Measure.objects.get(key="potholes"), hidden.pk, system_scope()) is None


def test_limits_re_set_for_one_unit_are_not_those_of_another(measure: Measure) -> None:
    def segments(unit: str) -> int:
        found = series(measure.key, unit, system_scope(), today=timezone.localdate())
        assert found is not None
        return len(found.segments)

    before = {unit: segments(unit) for unit in ("north", "south", "county")}
    actions.rebase(
        measure=measure,
        unit=Unit.objects.get(key="north"),
        starts_on=CALENDAR.shift(last_month(), -3).start,
        what_happened="New phones",
        reason="The work of North changed.",
        by=ada(),
        now=timezone.now(),
        today=timezone.localdate(),
    )
    assert {unit: segments(unit) for unit in before} == {**before, "north": before["north"] + 1}
