"""My numbers: typed, pasted, handed in, approved and returned, through the real addresses."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django_tasks_db.models import DBTaskResult

from goldenthread.jobs.locks import one_at_a_time
from goldenthread.record.measures.models import Observation, TypedState, TypedValue
from goldenthread.record.orgs.models import Post
from goldenthread.web.desk.forms.typed_numbers import pasted_lines, read_number, written_number
from tests.web.desk.typing_world import build_world, field, month, signed_in

pytestmark = pytest.mark.django_db

NUMBERS, APPROVALS = "/my-numbers/", "/my-numbers/approve/"


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    build_world()


def states(measure: str) -> list[tuple[str, float | None]]:
    rows = TypedValue.objects.filter(measure__key=measure).order_by("period_start")
    return list(rows.values_list("state", "value"))


class TestTyping:
    def test_everything_owed_stands_there_with_its_lag_in_words(self, django_assert_max_num_queries) -> None:
        ana = signed_in("ana")
        with django_assert_max_num_queries(30):
            page = ana.get(NUMBERS).content.decode()
        assert "Inspections done" in page
        assert "Letters answered in time" in page
        assert "expected 5 days after it is over" in page
        assert "Owner Ana Ruiz, deputy Ben Okafor" in page
        assert "each value is approved by a director" in page
        assert "days late" in page

    def test_the_deputy_owes_what_they_stand_in_for_and_nobody_else_owes_anything(self) -> None:
        ben = signed_in("ben").get(NUMBERS).content.decode()
        assert "Inspections done" in ben
        assert "Letters answered" not in ben
        assert "You owe no values." in signed_in("eli").get(NUMBERS).content.decode()

    def test_an_owner_whose_post_ended_owes_nothing_and_types_nothing(self) -> None:
        ana, cell = signed_in("ana"), field("inspections", month(1), "value")
        Post.objects.filter(person__key="ana").delete()
        assert "Inspections done" not in ana.get(NUMBERS).content.decode()
        ana.post(NUMBERS, {cell: "12", "do": "submit"})
        assert states("inspections") == []

    def test_a_draft_is_kept_and_counts_only_once_it_is_submitted(self) -> None:
        ana, cell = signed_in("ana"), field("inspections", month(1), "value")
        assert ana.post(NUMBERS, {cell: "1,234", "do": "save"}).status_code == 302
        assert states("inspections") == [(TypedState.DRAFT, 1234)]
        assert not Observation.objects.filter(measure__key="inspections", value=1234).exists()
        page = ana.get(NUMBERS).content.decode()
        assert 'value="1234"' in page
        assert "Draft" in page
        answer = ana.post(NUMBERS, {cell: "1,235", "do": "submit"}, follow=True).content.decode()
        assert "One value submitted; it counts from now on." in answer
        assert states("inspections") == [(TypedState.APPROVED, 1235)]
        kept = Observation.objects.get(measure__key="inspections", unit__key="north", grain="month")
        assert kept.value == 1235

    def test_where_a_worker_runs_it_computes_and_the_page_does_not_wait(self) -> None:
        ana, cell = signed_in("ana"), field("inspections", month(1), "value")
        with one_at_a_time("worker"):
            answer = ana.post(NUMBERS, {cell: "12", "do": "submit"}, follow=True).content.decode()
        assert "One value submitted; it counts from now on." in answer
        assert "The numbers are being computed" in answer
        assert "are being computed again" in ana.get("/measures/inspections/").content.decode()
        assert not Observation.objects.filter(measure__key="inspections", value=12).exists()
        (queued,) = DBTaskResult.objects.ready()
        # The worker itself would close the connection that this test's transaction is in.
        queued.task.call()
        assert Observation.objects.filter(measure__key="inspections", value=12).exists()
        assert "being computed" not in ana.get("/measures/inspections/").content.decode()

    def test_two_amounts_come_to_a_rate(self) -> None:
        ana, period = signed_in("ana"), month(2)
        cells = {
            field("answered", period, "numerator"): "57",
            field("answered", period, "denominator"): "60",
            "do": "submit",
        }
        answer = ana.post(NUMBERS, cells, follow=True).content.decode()
        assert "it waits for approval" in answer
        assert "57 of 60" in answer
        assert states("answered") == [(TypedState.SUBMITTED, 95)]

    @pytest.mark.parametrize("wanted", ["save", "submit"])
    def test_a_mistake_keeps_everything_typed_and_nothing_in_the_record(self, wanted: str) -> None:
        good, bad = field("inspections", month(1), "value"), field("inspections", month(2), "value")
        response = signed_in("ana").post(NUMBERS, {good: "12", bad: "twelve", "do": wanted})
        page = response.content.decode()
        assert response.status_code == 200
        assert f'href="#id_{bad}"' in page
        assert "Found “twelve”, wanted a number such as 1,240." in page
        assert 'value="twelve"' in page
        assert 'value="12"' in page
        assert not TypedValue.objects.exists()

    def test_what_contradicts_itself_is_told_beside_its_row(self) -> None:
        cells = {field("answered", month(1), "numerator"): "57", "do": "save"}
        page = signed_in("ana").post(NUMBERS, cells).content.decode()
        assert "Found a numerator without its denominator" in page
        assert f'href="#id_{field("answered", month(1), "numerator")}"' in page
        assert not TypedValue.objects.exists()

    def test_no_number_needs_a_note_that_says_why(self) -> None:
        cells = {field("inspections", month(1), "note"): "The log was lost.", "do": "submit"}
        signed_in("ana").post(NUMBERS, cells)
        assert states("inspections") == [(TypedState.APPROVED, None)]

    def test_a_value_without_approval_is_typed_anew(self) -> None:
        ana, cell = signed_in("ana"), field("inspections", month(1), "value")
        ana.post(NUMBERS, {cell: "12", "do": "submit"})
        again = f"{NUMBERS}?anew={TypedValue.objects.get().pk}"
        assert 'value="12"' in ana.get(again).content.decode()
        ana.post(again, {cell: "21", "do": "submit"})
        assert states("inspections") == [(TypedState.APPROVED, 21)]
        assert Observation.objects.get(unit__key="north", grain="month").value == 21

    def test_somebody_elses_values_cannot_be_opened_anew(self) -> None:
        signed_in("ana").post(NUMBERS, {field("inspections", month(1), "value"): "12", "do": "submit"})
        again = f"{NUMBERS}?anew={TypedValue.objects.get().pk}"
        assert "Inspections" not in signed_in("eli").get(again).content.decode()

    def test_what_the_deputy_handed_in_meanwhile_is_told(self) -> None:
        cell = field("inspections", month(1), "value")
        row = {cell: "12", "row": cell.removesuffix("-value"), "do": "submit"}
        signed_in("ben").post(NUMBERS, row)
        answer = signed_in("ana").post(NUMBERS, row | {cell: "99"}, follow=True).content.decode()
        assert "One value was handed in by somebody else meanwhile" in answer
        assert states("inspections") == [(TypedState.APPROVED, 12)]


class TestPasting:
    def paste(self, measure: str, column: str, **more: str):
        data = {f"paste-{measure}-column": column, "do": f"fill:{measure}", **more}
        return signed_in("ana").post(NUMBERS, data).content.decode()

    def test_a_column_fills_rows_and_keeps_nothing_before_it_is_checked(self) -> None:
        page = self.paste("inspections", "11\n1,200\n\n")
        assert "Two rows of Inspections done are filled" in page
        assert 'value="11"' in page
        assert 'value="1,200"' in page
        assert not TypedValue.objects.exists()

    def test_two_columns_are_numerator_and_denominator(self) -> None:
        page = self.paste("answered", "57\t60\n58\t61")
        for text in ("57", "60", "58", "61"):
            assert f'value="{text}"' in page

    def test_what_was_typed_elsewhere_stays(self) -> None:
        page = self.paste("answered", "57\t60", **{field("inspections", month(1), "value"): "7777"})
        assert 'value="7777"' in page

    @pytest.mark.parametrize(
        ("column", "sentence"),
        [
            ("", "Found nothing."),
            ("1\n2\n3\n4\n5\n6\n7\n8", "Found 8 lines, but"),
            ("1\nSept", "Line 2: Found “Sept”, wanted a number"),
            ("1\t2", "Line 1: found 2 columns, wanted one."),
        ],
    )
    def test_a_column_that_does_not_fit_is_told_and_kept(self, column: str, sentence: str) -> None:
        page = self.paste("inspections", column)
        assert sentence in page
        assert "id_paste-inspections-column" in page
        assert column.strip().splitlines()[-1:] == [] or column.strip().splitlines()[-1] in page

    def test_a_measure_that_is_not_ones_own_is_not_there(self) -> None:
        data = {"paste-answered-column": "1", "do": "fill:answered"}
        assert signed_in("ben").post(NUMBERS, data).status_code == 404


class TestApproving:
    @pytest.fixture
    def value(self) -> TypedValue:
        cells = {
            field("answered", month(1), "numerator"): "57",
            field("answered", month(1), "denominator"): "60",
            "do": "submit",
        }
        signed_in("ana").post(NUMBERS, cells)
        return TypedValue.objects.get()

    def test_an_approved_value_counts(self, value: TypedValue) -> None:
        dora = signed_in("dora")
        page = dora.get(APPROVALS).content.decode()
        assert "One value waits for your approval." in page
        assert "57 of 60" in page
        answer = dora.post(APPROVALS, {"value": value.pk, "do": "approve"}, follow=True).content.decode()
        assert "One value approved; it counts from now on." in answer
        assert Observation.objects.get(unit__key="north", grain="month").value == 95

    def test_a_returned_value_comes_back_with_its_reason(self, value: TypedValue) -> None:
        why = {f"why-{value.pk}": "July is counted twice.", "return": value.pk}
        assert signed_in("dora").post(APPROVALS, why).status_code == 302
        assert "July is counted twice." in signed_in("ana").get(NUMBERS).content.decode()

    def test_an_approved_value_can_still_be_returned_and_no_longer_counts(self, value: TypedValue) -> None:
        dora = signed_in("dora")
        dora.post(APPROVALS, {"value": value.pk, "do": "approve"})
        dora.post(APPROVALS, {f"why-{value.pk}": "Look again.", "return": value.pk})
        value.refresh_from_db()
        assert value.state == TypedState.RETURNED
        assert not Observation.objects.filter(unit__key="north", value=95).exists()

    def test_where_a_worker_runs_a_decision_says_that_the_numbers_are_still_to_come(
        self, value: TypedValue
    ) -> None:
        dora, coming = signed_in("dora"), "The numbers are being computed"
        back = {f"why-{value.pk}": "Look again.", "return": value.pk}
        with one_at_a_time("worker"):
            approved = dora.post(APPROVALS, {"value": value.pk, "do": "approve"}, follow=True)
            returned = dora.post(APPROVALS, back, follow=True)
        assert coming in approved.content.decode()
        assert "Returned to Ana Ruiz: Letters answered in time" in returned.content.decode()
        assert coming in returned.content.decode()

    def test_returning_what_never_counted_computes_nothing(self, value: TypedValue) -> None:
        back = {f"why-{value.pk}": "Look again.", "return": value.pk}
        with one_at_a_time("worker"):
            page = signed_in("dora").post(APPROVALS, back, follow=True).content.decode()
        assert "Returned to Ana Ruiz: Letters answered in time" in page
        assert "The numbers are being computed" not in page

    @pytest.mark.parametrize("what", ["approve", "return"])
    def test_nothing_chosen_and_no_reason_are_told(self, value: TypedValue, what: str) -> None:
        data = {"do": "approve"} if what == "approve" else {"return": value.pk}
        page = signed_in("dora").post(APPROVALS, data).content.decode()
        assert ("Choose at least one value" if what == "approve" else "say what should be corrected") in page
        assert (">Say what should be corrected.<" in page) is (what == "return")
        value.refresh_from_db()
        assert value.state == TypedState.SUBMITTED

    def test_what_was_handed_in_has_a_column_of_notes_only_where_there_are_any(
        self, value: TypedValue
    ) -> None:
        ana, column = signed_in("ana"), '<td data-label="Note"'
        assert "Values handed in" in ana.get(NUMBERS).content.decode()
        assert column not in ana.get(NUMBERS).content.decode()
        TypedValue.objects.update(note="Two letters are missing.")
        page = ana.get(NUMBERS).content.decode()
        assert column in page
        assert "Two letters are missing." in page

    def test_nobody_approves_what_they_typed(self, value: TypedValue) -> None:
        dora = signed_in("dora")
        TypedValue.objects.update(typed_by=f"user:{dora.session['_auth_user_id']}")
        assert "One more is one you typed yourself" in dora.get(APPROVALS).content.decode()
        assert dora.post(APPROVALS, {"value": value.pk, "do": "approve"}).status_code == 404
        value.refresh_from_db()
        assert value.state == TypedState.SUBMITTED

    @pytest.mark.parametrize("who", ["ana", "eli"])
    def test_whoever_may_not_approve_it_finds_nothing(self, value: TypedValue, who: str) -> None:
        client = signed_in(who)
        missing = client.post("/no/such/thing/").content
        for data in ({"value": value.pk, "do": "approve"}, {"return": value.pk, f"why-{value.pk}": "No."}):
            response = client.post(APPROVALS, data)
            assert (response.status_code, response.content) == (404, missing)
        assert "Letters answered" not in client.get(APPROVALS).content.decode()
        value.refresh_from_db()
        assert value.state == TypedState.SUBMITTED


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("address", [NUMBERS, APPROVALS])
def test_no_other_method_does_anything(address: str, method: str) -> None:
    assert getattr(signed_in("dora"), method)(address).status_code == 404


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("", "count", None),
        ("1,234.5", "count", 1234.5),
        ("81.4%", "percent", 81.4),
        ("$12", "currency", 12),
        ("(3)", "currency", -3),
        ("4:51", "duration", 291),
        ("1:04:51", "duration", 3891),
        ("291", "duration", 291),
    ],
)
def test_numbers_as_people_type_them(text: str, unit: str, number: float | None) -> None:
    assert read_number(text, unit) == number
    assert read_number(written_number(number, unit), unit) == number


@pytest.mark.parametrize(("text", "unit"), [("4:51", "count"), ("n/a", "count"), ("4:71", "duration")])
def test_what_is_no_number_is_told(text: str, unit: str) -> None:
    with pytest.raises(ValidationError, match=f"Found “{text}”, wanted a number such as "):
        read_number(text, unit)


def test_lines_of_a_pasted_column() -> None:
    assert pasted_lines("1\t 2\r\n\r\n3\r\n\r\n") == [["1", "2"], [""], ["3"]]


@pytest.mark.parametrize("name", ["ana", "ben", "dora"])
def test_the_header_leads_there_whoever_types_or_approves(name: str) -> None:
    assert f'href="{NUMBERS}"' in signed_in(name).get("/help/").content.decode()


def test_it_leads_nobody_else_there() -> None:
    Post.objects.filter(person__key="eli").update(role="member")
    assert f'href="{NUMBERS}"' not in signed_in("eli").get("/help/").content.decode()
