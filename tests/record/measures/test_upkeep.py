"""Ownerless, never updated, stale."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.record.measures import typed_values, upkeep
from goldenthread.record.measures.models import Measure, Observation, TypedState, TypedValue
from goldenthread.record.measures.policies import Figures
from goldenthread.record.measures.typed_values import FiledValue
from goldenthread.record.orgs.models import Post, Unit
from tests.record.measures.county import ANSWERED, BY, CALENDAR, INSPECTIONS, NOW, TODAY, build_county, save


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    build_county()


def test_a_new_measure_was_never_updated() -> None:
    save(INSPECTIONS)
    (one,) = _neglected()
    assert (one.never_updated, one.stale, one.ownerless) == (True, False, False)


def test_up_to_date_until_the_lag_of_the_next_period_is_over() -> None:
    measure = save(INSPECTIONS).measure
    _filed(measure, datetime.date(2026, 9, 1))
    assert _neglected() == ()
    assert _neglected(datetime.date(2026, 11, 5)) == ()
    (one,) = _neglected(datetime.date(2026, 11, 6))
    assert (one.stale, one.periods_behind, one.last_value) == (True, 1, datetime.date(2026, 9, 1))


def test_a_value_that_waits_for_approval_is_not_behind() -> None:
    measure = save(INSPECTIONS + "approval: true\n").measure
    _filed(measure, datetime.date(2026, 9, 1))
    (one,) = _neglected(datetime.date(2026, 11, 6))
    assert one.periods_behind == 1
    _typed(measure, datetime.date(2026, 10, 1), TypedState.DRAFT)
    assert _neglected(datetime.date(2026, 11, 6)) == (one,)
    TypedValue.objects.update(state=TypedState.SUBMITTED, handed_in_at=NOW)
    assert _neglected(datetime.date(2026, 11, 6)) == ()


def test_a_computed_measure_goes_by_its_observations() -> None:
    measure = save(ANSWERED).measure
    observation = Observation.objects.create(
        measure=measure,
        version=measure.current,
        unit=Unit.objects.get(key="north"),
        grain="month",
        period_start=datetime.date(2026, 7, 1),
        value=80.0,
        computed_at=NOW,
    )
    (one,) = _neglected()
    assert (one.stale, one.periods_behind) == (True, 2)
    observation.value = None
    observation.save()
    (one,) = _neglected()
    assert one.never_updated


def test_an_owner_who_left_is_told_from_one_who_never_held_a_post() -> None:
    measure = save(INSPECTIONS).measure
    _filed(measure, datetime.date(2026, 9, 1))
    Post.objects.filter(person__key="w01").update(ends_on=TODAY)
    (one,) = _neglected()
    assert (one.owner_left, one.ownerless, one.owner) == (True, False, "Ana Ruiz")
    assert list(upkeep.ownerless(today=TODAY)) == [measure]
    Post.objects.filter(person__key="w01").delete()
    assert _neglected() == ()


def test_no_owner_at_all() -> None:
    measure = save(INSPECTIONS.replace("owner: w01, ", "")).measure
    _filed(measure, datetime.date(2026, 9, 1))
    (one,) = _neglected()
    assert one.ownerless


def test_by_department_in_few_queries(django_assert_max_num_queries) -> None:
    save(INSPECTIONS)
    save(ANSWERED)
    with django_assert_max_num_queries(6):
        departments = upkeep.neglected_by_department(today=TODAY, calendar=CALENDAR)
    assert [(one.unit, [measure.measure for measure in one.measures]) for one in departments] == [
        ("benefits", ["inspections_done"]),
        (None, ["calls_answered_in_time"]),
    ]


def _neglected(today: datetime.date = TODAY) -> tuple[upkeep.Neglected, ...]:
    return upkeep.neglected(today=today, calendar=CALENDAR)


def _typed(measure: Measure, month: datetime.date, state: TypedState) -> None:
    TypedValue.objects.create(
        measure=measure,
        unit=Unit.objects.get(key="north"),
        grain="month",
        period_start=month,
        value=4,
        state=state,
        typed_by=BY.key,
        typed_at=NOW,
        handed_in_at=NOW,
    )


def _filed(measure: Measure, month: datetime.date) -> None:
    period = CALENDAR.period_of(month, Grain.MONTH)
    unit = Unit.objects.get(key="north")
    typed_values.file_values(
        values=[FiledValue(measure, unit, period, Figures(value=4))], batch=1, by=BY, now=NOW
    )
