"""Typed values: who may, in which state, and what the figures come to."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.periods import Grain, Period
from goldenthread.definitions import Located, check
from goldenthread.record.access.actions import grant
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures import queries, typed_values
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure, TypedState, TypedValue
from goldenthread.record.measures.policies import (
    TRANSITIONS,
    Figures,
    check_can_become,
    settle,
)
from goldenthread.record.measures.typed_values import FiledValue
from goldenthread.record.orgs.models import Person, Post, Unit
from tests.record.measures.county import (
    ANSWERED,
    BY,
    CALENDAR,
    INSPECTIONS,
    NOW,
    TODAY,
    actor,
    build_county,
    save,
)

S = TypedState
SEPTEMBER = CALENDAR.period_of(datetime.date(2026, 9, 1), Grain.MONTH)
WITH_APPROVAL = INSPECTIONS + "approval: true\n"

MAY_BECOME = {
    True: {
        (S.DRAFT, S.DRAFT),
        (S.DRAFT, S.SUBMITTED),
        (S.SUBMITTED, S.APPROVED),
        (S.SUBMITTED, S.RETURNED),
        (S.RETURNED, S.DRAFT),
        (S.APPROVED, S.RETURNED),
    },
    False: {
        (S.DRAFT, S.DRAFT),
        (S.DRAFT, S.APPROVED),
        (S.SUBMITTED, S.DRAFT),
        (S.SUBMITTED, S.APPROVED),
        (S.SUBMITTED, S.RETURNED),
        (S.RETURNED, S.DRAFT),
        (S.APPROVED, S.DRAFT),
    },
}


@pytest.fixture
def county(db: None) -> None:
    build_county()
    person = Person.objects.get(key="w02")
    Post.objects.create(person=person, unit=Unit.objects.get(key="benefits"), role="director")


@pytest.mark.parametrize("approval", [True, False])
@pytest.mark.parametrize("wanted", S)
@pytest.mark.parametrize("found", S)
def test_truth_table_of_states(found: TypedState, wanted: TypedState, approval: bool) -> None:
    value = TypedValue(state=found, period_start=SEPTEMBER.start)
    if (found, wanted) in MAY_BECOME[approval]:
        check_can_become(value, wanted, approval=approval)
    else:
        with pytest.raises(NotAllowed, match="The value for 2026-09-01 is "):
            check_can_become(value, wanted, approval=approval)


def test_every_state_has_its_transitions() -> None:
    assert all(table.keys() == set(S) for table in TRANSITIONS.values())


class TestFigures:
    @pytest.mark.parametrize(
        ("unit", "typed", "wanted"),
        [
            ("count", Figures(value=7), Figures(7, None, 7)),
            ("count", Figures(numerator=7), Figures(7, None, 7)),
            ("count", Figures(numerator=7, value=7), Figures(7, None, 7)),
            ("percent", Figures(value=81.4), Figures(None, None, 81.4)),
            ("percent", Figures(57, 100), Figures(57, 100, 57)),
            ("percent", Figures(57, 100, 57), Figures(57, 100, 57)),
            ("percent", Figures(0, 0), Figures(0, 0, None)),
            ("count", Figures(), Figures()),
        ],
    )
    def test_what_they_come_to(self, unit: str, typed: Figures, wanted: Figures) -> None:
        assert settle(_manual(unit), typed) == wanted

    @pytest.mark.parametrize(
        ("unit", "typed", "sentence"),
        [
            ("percent", Figures(57, 100, 60), "Found the value 60, while 57 of 100 comes to 57"),
            ("percent", Figures(0, 0, 1), "comes to no value"),
            ("percent", Figures(numerator=57), "a numerator without its denominator"),
            ("percent", Figures(denominator=57), "a denominator without its numerator"),
            ("percent", Figures(1, -2), "wanted 0 or more"),
            ("count", Figures(numerator=7, value=8), "Found the amount 7 and the value 8"),
            ("count", Figures(value=float("inf")), "a number without end"),
            ("count", Figures(value=float("nan")), "a number without end"),
        ],
    )
    def test_what_contradicts_itself(self, unit: str, typed: Figures, sentence: str) -> None:
        with pytest.raises(NotAllowed, match=sentence):
            settle(_manual(unit), typed)

    @given(numerator=st.floats(-1e9, 1e9), denominator=st.floats(1e-3, 1e9))
    def test_settling_what_was_settled_changes_nothing(self, numerator: float, denominator: float) -> None:
        once = settle(_manual("percent"), Figures(numerator, denominator))
        assert once.value == numerator * 100 / denominator
        assert settle(_manual("percent"), once) == once


class TestWithoutApproval:
    def test_submitting_approves_and_the_owner_may_correct(self, county: None) -> None:
        measure = save(INSPECTIONS).measure
        value = _type(measure, 12)
        assert value.state == S.DRAFT
        assert _submit(value).state == S.APPROVED
        corrected = _type(measure, 13)
        assert (corrected.pk, corrected.state, corrected.value) == (value.pk, S.DRAFT, 13)

    def test_nobody_but_owner_and_deputy_types(self, county: None) -> None:
        measure = save(INSPECTIONS.replace("deputy: w02", "deputy: w99")).measure
        with pytest.raises(Denied, match="“Inspections done” are typed by Ana Ruiz"):
            _type(measure, 12, by=actor("w02"))
        measure = save(INSPECTIONS).measure
        assert _type(measure, 12, by=actor("w02")).typed_by == actor("w02").key

    def test_an_empty_value_needs_its_note(self, county: None) -> None:
        measure = save(INSPECTIONS).measure
        empty = _type(measure, None)
        with pytest.raises(NotAllowed, match="say in the note why there is none"):
            _submit(empty)
        assert _submit(_type(measure, None, note="Office closed.")).value is None

    def test_another_period_or_a_computed_measure_is_refused(self, county: None) -> None:
        measure = save(INSPECTIONS).measure
        week = CALENDAR.period_of(TODAY, Grain.WEEK)
        with pytest.raises(NotAllowed, match="one value for each month, not for a week"):
            _type(measure, 1, period=week)
        computed = save(ANSWERED).measure
        with pytest.raises(NotAllowed, match="computes itself from calls"):
            _type(computed, 1)


class TestWithApproval:
    def test_submitted_returned_corrected_approved(self, county: None) -> None:
        measure = save(WITH_APPROVAL).measure
        value = _submit(_type(measure, 12))
        assert value.state == S.SUBMITTED
        assert list(queries.values_to_approve(["north"])) == [value]
        with pytest.raises(NotAllowed, match=r"is submitted\. Ask that it be returned first"):
            _type(measure, 13)
        with pytest.raises(NotAllowed, match="Say what should be corrected"):
            _return(value, why=" ", by=actor("w02"))
        value = _return(value, why="August's number.", by=actor("w02"))
        assert (value.state, value.returned_why) == (S.RETURNED, "August's number.")
        value = _submit(_type(measure, 13))
        (value,) = _approve(value, by=actor("w02"))
        assert (value.state, value.value, value.decided_by) == (S.APPROVED, 13, actor("w02").key)
        actions = AuditEvent.objects.filter(kind="typed_value").values_list("action", flat=True)
        assert list(actions) == ["changed", "submitted", "returned", "changed", "submitted", "approved"]

    def test_nobody_approves_what_they_typed(self, county: None) -> None:
        value = _submit(_type(save(WITH_APPROVAL).measure, 12, by=actor("w02")), by=actor("w02"))
        with pytest.raises(Denied, match="You typed this value"):
            _approve(value, by=actor("w02"))

    def test_nobody_approves_without_the_right_over_the_unit(self, county: None) -> None:
        value = _submit(_type(save(WITH_APPROVAL).measure, 12, by=actor("w02")), by=actor("w02"))
        with pytest.raises(Denied, match="for north"):
            _approve(value, by=actor("w01"))
        user = Person.objects.get(key="w01").user
        assert user is not None
        south = Unit.objects.get(key="south")
        grant(user=user, role="director", unit=south, starts_on=TODAY, by=BY, now=NOW, today=TODAY)
        with pytest.raises(Denied, match="for north"):
            _approve(value, by=actor("w01"))


class TestFiles:
    def test_a_file_twice_changes_nothing_and_leaves_typed_values_alone(self, county: None) -> None:
        measure = save(INSPECTIONS).measure
        _submit(_type(measure, 12))
        august = CALENDAR.previous(SEPTEMBER)
        rows = [_filed(measure, SEPTEMBER, 99), _filed(measure, august, 98)]
        first = typed_values.file_values(values=rows, batch=5, by=BY, now=NOW)
        assert (first.added, first.changed, first.kept) == (1, 0, (("inspections_done", SEPTEMBER.start),))
        again = typed_values.file_values(values=rows, batch=6, by=BY, now=NOW)
        assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
        corrected = typed_values.file_values(values=[_filed(measure, august, 97)], batch=7, by=BY, now=NOW)
        assert corrected.changed == 1
        assert _values() == {"2026-08-01": 97.0, "2026-09-01": 12.0}
        assert typed_values.withdraw_filed(batch=7, by=BY, now=NOW) == 1
        assert _values() == {"2026-09-01": 12.0}


class TestOwed:
    """Defined on October 13 with five days of lag: September is asked for, and was in time until October
    6."""

    ZONE = ZoneInfo("America/Los_Angeles")

    def test_from_the_period_last_complete_when_it_was_defined(self, county: None) -> None:
        save(INSPECTIONS)
        owed = self._owed("w01", TODAY)
        assert [(one.period, one.late, one.state, one.is_owner) for one in owed] == [
            (SEPTEMBER, True, None, True)
        ]
        assert owed[0].due_on == datetime.date(2026, 10, 6)
        november = self._owed("w02", datetime.date(2026, 11, 3))
        assert [(one.period.start.month, one.late, one.is_owner) for one in november] == [
            (9, True, False),
            (10, False, False),
        ]

    def test_settled_by_handing_in_and_back_when_returned(self, county: None) -> None:
        measure = save(WITH_APPROVAL).measure
        value = _type(measure, 12)
        assert [one.state for one in self._owed("w01", TODAY)] == [S.DRAFT]
        value = _submit(value)
        assert self._owed("w01", TODAY) == ()
        _return(value, why="Wrong month.", by=actor("w02"))
        assert [one.returned_why for one in self._owed("w01", TODAY)] == ["Wrong month."]

    def test_late_ones_of_everybody(self, county: None) -> None:
        save(INSPECTIONS)
        for day, late in ((TODAY, True), (datetime.date(2026, 10, 6), False)):
            owed = queries.owed_by_everybody(today=day, calendar=CALENDAR, zone=self.ZONE)
            assert [(one.measure, one.late) for one in owed] == [("inspections_done", late)]

    def test_a_computed_measure_owes_nothing(self, county: None) -> None:
        save(ANSWERED)
        assert self._owed("w01", TODAY) == ()

    def _owed(self, person: str, today: datetime.date) -> tuple[queries.Owed, ...]:
        return queries.owed_values(
            Person.objects.get(key=person), today=today, calendar=CALENDAR, zone=self.ZONE
        )


def test_the_database_refuses_a_returned_value_without_a_reason(county: None) -> None:
    value = _type(save(INSPECTIONS).measure, 12)
    with pytest.raises(IntegrityError), transaction.atomic():
        TypedValue.objects.filter(pk=value.pk).update(state="returned")


def _manual(unit: str) -> MeasureDefinition:
    plain = {
        "measure": "m",
        "title": "M",
        "manual": True,
        "frequency": "month",
        "show_as": {"unit": unit, "per": 100 if unit == "percent" else 1},
    }
    return check(MeasureDefinition, Located(plain))


def _type(
    measure: Measure,
    number: float | None,
    *,
    note: str = "",
    period: Period = SEPTEMBER,
    by: Actor | None = None,
) -> TypedValue:
    return typed_values.type_value(
        measure=measure,
        unit=Unit.objects.get(key="north"),
        period=period,
        typed=Figures(value=number),
        note=note,
        by=by or actor("w01"),
        now=NOW,
    )


def _submit(value: TypedValue, *, by: Actor | None = None) -> TypedValue:
    (submitted,) = typed_values.submit_values(values=[value], by=by or actor("w01"), now=NOW)
    return submitted


def _return(value: TypedValue, *, why: str, by: Actor) -> TypedValue:
    return typed_values.return_value(value=value, why=why, by=by, now=NOW, today=TODAY)


def _approve(value: TypedValue, *, by: Actor) -> list[TypedValue]:
    return typed_values.approve_values(values=[value], by=by, now=NOW, today=TODAY)


def _filed(measure: Measure, period: Period, number: float) -> FiledValue:
    return FiledValue(measure, Unit.objects.get(key="north"), period, Figures(value=number))


def _values() -> dict[str, float | None]:
    return {str(row.period_start): row.value for row in TypedValue.objects.order_by("period_start")}
