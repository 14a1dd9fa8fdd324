"""Measures: saved, versioned, refused with the line, dumped."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.accounts.models import User
from goldenthread.definitions import DefinitionError, Located, check, dump_yaml, read_yaml
from goldenthread.record.access.actions import grant
from goldenthread.record.answers import NotAllowed, SaveResult
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures import actions, queries
from goldenthread.record.measures.actions import Saved
from goldenthread.record.measures.definition import KINDS, MeasureDefinition, as_data
from goldenthread.record.measures.models import Measure, MeasureVersion, Rebase
from goldenthread.record.orgs.models import Person, Unit
from tests.record.measures.county import (
    ANSWERED,
    BY,
    INSPECTIONS,
    NOW,
    TODAY,
    actor,
    build_county,
    save,
    written,
)


@pytest.fixture
def county(db: None) -> None:
    build_county()


class TestSaving:
    def test_created_then_unchanged(self, county: None) -> None:
        created = save(ANSWERED)
        assert (created.result, created.version, created.needs_computing) == (SaveResult.CREATED, 1, True)
        assert created.remarks == ()
        events = AuditEvent.objects.count()
        again = save(ANSWERED)
        assert (again.result, again.version, again.needs_computing) == (SaveResult.UNCHANGED, 1, False)
        assert AuditEvent.objects.count() == events

    def test_the_columns_of_lists_and_filters(self, county: None) -> None:
        measure = save(ANSWERED).measure
        assert measure.service is not None
        assert measure.owner is not None
        assert measure.deputy is not None
        assert (measure.service.key, measure.owner.key, measure.deputy.key) == (
            "benefits_access",
            "w01",
            "w02",
        )
        assert (measure.kind, measure.frequency, measure.lag_days, measure.manual) == (
            "how_well",
            "month",
            5,
            False,
        )
        (target,) = queries.current_definition(measure).targets
        assert (target.value, target.tolerance, target.from_) == (85, 3, datetime.date(2026, 7, 1))

    def test_a_new_title_is_a_version_with_the_same_formula(self, county: None) -> None:
        save(ANSWERED)
        saved = save(ANSWERED.replace("Calls answered within a minute", "Calls answered in time"))
        assert (saved.result, saved.version, saved.fields) == (SaveResult.CHANGED, 2, ("title",))
        assert not saved.formula_changed
        assert not saved.needs_computing

    def test_a_new_breakdown_needs_computing_and_leaves_the_formula(self, county: None) -> None:
        save(ANSWERED)
        saved = save(ANSWERED.replace("[office, language]", "[office]"))
        assert (saved.formula_changed, saved.needs_computing) == (False, True)

    def test_typed_amounts_that_no_longer_add_up_need_computing(self, county: None) -> None:
        save(INSPECTIONS)
        saved = save(INSPECTIONS + "adds_up: false\n")
        assert (saved.formula_changed, saved.needs_computing) == (True, True)

    def test_asking_for_approval_needs_computing_and_leaves_the_formula(self, county: None) -> None:
        save(INSPECTIONS)
        saved = save(INSPECTIONS + "approval: true\n")
        assert (saved.formula_changed, saved.needs_computing) == (False, True)

    def test_new_targets_replace_the_old(self, county: None) -> None:
        save(ANSWERED)
        saved = save(ANSWERED.replace("value: 85", "low: 80, high: 90"))
        (target,) = queries.current_definition(saved.measure).targets
        assert (target.value, target.low, target.high) == (None, 80, 90)

    def test_another_threshold_is_another_formula(self, county: None) -> None:
        save(ANSWERED)
        saved = save(ANSWERED.replace("at_most: 60", "at_most: 90"))
        assert (saved.formula_changed, saved.needs_computing) == (True, True)
        (active,) = queries.active_definitions()
        assert [(span.number, span.start, span.end) for span in active.spans] == [(2, None, None)]

    def test_a_formula_from_a_day_leaves_the_earlier_one_before_it(self, county: None) -> None:
        save(ANSWERED)
        save(ANSWERED.replace("at_most: 60", "at_most: 90") + "formula_from: 2026-10-01\n")
        save(ANSWERED.replace("at_most: 60", "at_most: 75") + "formula_from: 2026-10-01\n")
        (active,) = queries.active_definitions()
        october = datetime.date(2026, 10, 1)
        assert [(span.number, span.start, span.end) for span in active.spans] == [
            (1, None, october),
            (3, october, None),
        ]
        assert active.breaks == (october,)
        assert active.keeper == "county"
        assert active.definition == active.spans[-1].definition

    def test_two_measures_that_take_values_of_each_other_save_together_or_not_at_all(
        self, county: None
    ) -> None:
        population = INSPECTIONS.replace("inspections_done", "population").replace(
            "Inspections done", "People"
        )
        per_head = (
            "measure: calls_per_head\ntitle: Calls for each 1,000 people\nsource: calls\n"
            "numerator: {count: calls}\ndenominator: {value_of: population}\n"
            "show_as: {per: 1000}\nfrequency: year\n"
        )
        with pytest.raises(DefinitionError, match="found “population”, wanted another measure"):
            save(per_head)
        actions.save_measures([written(per_head), written(population)], by=BY, now=NOW, today=TODAY)
        assert set(Measure.objects.values_list("key", flat=True)) == {"calls_per_head", "population"}
        assert queries.references_by_measure()["calls_per_head"] == {"population"}
        with pytest.raises(NotAllowed, match="gives its values to calls_per_head"):
            _retire(Measure.objects.get(key="population"))

    def test_an_owner_nobody_knows_is_a_remark_until_the_people_file_has_them(self, county: None) -> None:
        text = ANSWERED.replace("owner: w01", "owner: w77")
        saved = save(text)
        assert saved.remarks == (
            "The owner “w77” is nobody in the people file, so “Calls answered within a minute” has no owner.",
        )
        assert saved.measure.owner is None
        Person.objects.create(key="w77", name="Cleo Tran")
        again = save(text)
        assert again.result is SaveResult.UNCHANGED
        assert Measure.objects.get().owner == Person.objects.get(key="w77")

    def test_assigning_an_owner_changes_the_definition_and_not_the_formula(self, county: None) -> None:
        measure = save(ANSWERED).measure
        saved = actions.assign_owner(
            measure=measure, owner=Person.objects.get(key="w02"), deputy=None, by=BY, now=NOW, today=TODAY
        )
        assert (saved.version, saved.fields, saved.formula_changed) == (2, ("people",), False)
        assert queries.dump()["calls_answered_in_time"]["people"]["owner"] == "w02"

    def test_retired_and_back(self, county: None) -> None:
        measure = save(ANSWERED).measure
        with pytest.raises(NotAllowed, match="Say why"):
            actions.retire_measure(measure=measure, why=" ", by=BY, now=NOW, today=TODAY)
        _retire(measure)
        assert queries.dump() == {}
        assert queries.active_definitions() == ()
        with pytest.raises(NotAllowed, match="is retired since 2026-10-13"):
            _retire(measure)
        back = save(ANSWERED)
        assert (back.result, back.fields, back.needs_computing) == (SaveResult.CHANGED, ("retired_on",), True)
        assert list(queries.history(measure).values_list("number", flat=True)) == [2, 1]

    def test_dump_and_load_change_nothing(self, county: None) -> None:
        save(ANSWERED)
        save(INSPECTIONS)
        for data in queries.dump().values():
            assert save(dump_yaml(data)).result is SaveResult.UNCHANGED
        assert MeasureVersion.objects.count() == 2

    def test_reading_all_definitions_takes_few_queries(
        self, county: None, django_assert_max_num_queries
    ) -> None:
        for number in range(5):
            save(ANSWERED.replace("calls_answered_in_time", f"m{number}"))
        with django_assert_max_num_queries(4):
            assert len(queries.active_definitions()) == 5


NOT_TRANSFERRED = "{count: calls, where: {outcome: {not: transferred}}}"
PROBLEMS = [
    ("source: calls\n", "source: cals\n", 6, "source", "found “cals”, wanted a source: “calls”"),
    ("wait_seconds:", "wait_secs:", 7, "numerator.where.wait_secs", "wanted “wait_seconds”"),
    ("{at_most: 60}", "soon", 7, "numerator.where.wait_seconds", "wanted a number (of “calls”)"),
    ("outcome: answered}}", "agent_id: w01}}", 7, "numerator.where.agent_id", "single workers are not kept"),
    ("serves: benefits_access", "serves: benefit_access", 4, "serves", "“benefits_access”, or"),
    ("[office, language]", "[ofice]", 12, "breakdowns.0", "text or category column of “calls”: “office”"),
    ("[office, language]", "[wait_seconds]", 12, "breakdowns.0", "“wait_seconds”, which holds number"),
    ("counts: people", "strata: ofice", 14, "strata", "a column of its breakdowns: “office”"),
    ("counts: people", "strata: outcome", 14, "strata", "its breakdowns: one of: language, office"),
    ("why: Council", "unit: nord, why: Council", 13, "targets.0.unit", "“north”, or another of"),
    (NOT_TRANSFERRED, "{sum: office}", 8, "denominator.sum", "wanted a number column (of “calls”)"),
    (NOT_TRANSFERRED, "{value_of: calls_answered_in_time}", 8, "denominator.value_of", "on itself"),
    (NOT_TRANSFERRED, "{value_of: calls}", 8, "denominator.value_of", "wanted another measure"),
    ("{count: calls, where", "{value_of: inspections_done} #", 7, "numerator.value_of", "to divide by"),
    ("denominator: {count", "#", 9, "show_as.unit", "a denominator, because a percent is a share"),
    ("counts: people", "manual: true", 7, "numerator", "found a formula, wanted none"),
    ("counts: people", "approval: true", 14, "approval", "only typed values (manual: true) are approved"),
    ("kind: how_well", "kind: how_wel", 5, "kind", "“how_well”, or a word of your own"),
    ("value: 85", "value: 85, low: 80", 13, "targets.0", "either value, or a range with low or high"),
    ("to: 2027-07-01, value", "to: 2026-07-01, value", 13, "targets.0", "from before to"),
    ("better: higher", "better: hihger", 9, "show_as.better", "“higher”, or another of"),
]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "where", "words"), PROBLEMS, ids=[problem[1][:28] for problem in PROBLEMS]
)
def test_a_problem_names_file_line_and_place(
    county: None, right: str, wrong: str, line: int, where: str, words: str
) -> None:
    assert right in ANSWERED
    with pytest.raises(DefinitionError) as refused:
        save(ANSWERED.replace(right, wrong, 1))
    problem = refused.value.problems[0]
    assert str(problem).startswith(f"measures/a.yaml, line {line}, {where}: ")
    assert words in str(problem)
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (NOT_TRANSFERRED, "{mean: wait_seconds}"),
        (NOT_TRANSFERRED, "{count_distinct: language}"),
        ("numerator:   {count: calls", "numerator:   {sum: wait_seconds"),
    ],
)
def test_strata_are_for_counts_whose_parts_add_up(county: None, right: str, wrong: str) -> None:
    text = f"{ANSWERED}strata: office\n"
    assert save(text).measure.key == "calls_answered_in_time"
    with pytest.raises(DefinitionError, match="unless a count is divided by a count or a sum"):
        save(text.replace(right, wrong))


def test_overlapping_targets_of_one_unit_are_refused_and_of_two_are_not(county: None) -> None:
    two = "targets: [{from: 2026-07-01, value: 85}, {from: 2026-12-01, to: 2027-01-01, value: 90%s}]\n"
    text = "".join(line for line in ANSWERED.splitlines(keepends=True) if not line.startswith("targets"))
    with pytest.raises(DefinitionError, match="overlaps target 1 on line 16"):
        save(text + two % "")
    save(text + two % ", unit: north")


def test_a_measure_that_two_files_define_is_refused(county: None) -> None:
    with pytest.raises(DefinitionError, match=r"a second time, after measures/a\.yaml"):
        actions.save_measures([written(INSPECTIONS), written(INSPECTIONS)], by=BY, now=NOW, today=TODAY)


def test_a_circle_of_measures_is_refused(county: None) -> None:
    def standing_on(key: str, other: str) -> str:
        return (
            f"measure: {key}\ntitle: {key}\nsource: calls\nnumerator: {{count: calls}}\n"
            f"denominator: {{value_of: {other}}}\nshow_as: {{per: 1}}\nfrequency: month\n"
        )

    ring = [written(standing_on(key, other)) for key, other in (("a", "b"), ("b", "c"), ("c", "a"))]
    with pytest.raises(DefinitionError, match="a circle: “a” takes “b” takes “c” takes “a”"):
        actions.save_measures(ring, by=BY, now=NOW, today=TODAY)
    assert not Measure.objects.exists()


def test_a_derived_column_counts_like_any_other(county: None) -> None:
    save(
        "measure: talk\ntitle: Minutes of talk\nsource: calls\nnumerator: {mean: talked}\n"
        "show_as: {unit: minutes}\nfrequency: week\n"
    )


def test_limits_are_re_set_by_a_named_person_with_a_reason(county: None) -> None:
    measure = save(ANSWERED).measure
    analyst, top = User.objects.get(person__key="w01"), Unit.objects.get(key="county")
    grant(user=analyst, role="analyst", unit=top, starts_on=TODAY, by=BY, now=NOW, today=TODAY)

    def rebase(*, by: object = None, reason: str = "New phone system since May.") -> Rebase:
        return actions.rebase(
            measure=measure,
            unit=None,
            starts_on=datetime.date(2026, 5, 1),
            what_happened="New phones",
            reason=reason,
            by=by or actor("w01"),
            now=NOW,
            today=TODAY,
        )

    with pytest.raises(NotAllowed, match="by a named person"):
        rebase(by=BY)
    with pytest.raises(NotAllowed, match="why the limits are re-set"):
        rebase(reason="")
    rebase()
    rebase(reason="The new phones of May.")
    only = Rebase.objects.get()
    assert (only.reason, only.decided_by) == ("The new phones of May.", actor("w01").key)
    actions.withdraw_rebase(rebase=only, reason="It was noise.", by=actor("w01"), now=NOW, today=TODAY)
    assert not Rebase.objects.exists()
    reasons = AuditEvent.objects.filter(kind="measure", actor=actor("w01").key).values_list(
        "reason", flat=True
    )
    assert list(reasons) == ["New phone system since May.", "The new phones of May.", "It was noise."]


definitions = st.builds(
    lambda optional, formula: {
        "measure": "m1",
        "title": "A title: with a colon",
        "show_as": {"unit": "days", "better": "lower"},
        **formula,
        **optional,
    },
    st.fixed_dictionaries(
        {"frequency": st.sampled_from(["day", "week", "month", "quarter", "year"])},
        optional={
            "kind": st.sampled_from([*KINDS, "cycle time"]),
            "caveats": st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"])),
            "lag_days": st.integers(0, 40),
            "minimum_denominator": st.floats(0, 1000),
            "formula_from": st.dates(),
            "spc": st.fixed_dictionaries(
                {}, optional={"shift": st.integers(6, 9), "screening": st.booleans()}
            ),
            "targets": st.lists(
                st.fixed_dictionaries({"value": st.floats(-1e6, 1e6)}, optional={"from": st.dates()}),
                max_size=2,
            ),
        },
    ),
    st.sampled_from(
        [
            {"manual": True, "approval": True},
            {
                "source": "calls",
                "numerator": {"count": "calls", "where": {"outcome": "no", "day": {"missing": True}}},
            },
            {"source": "calls", "numerator": {"percentile": "wait", "at": 90.5}},
            {
                "numerator": {"open": "cases", "from": "a", "until": "b", "source": "calls"},
                "denominator": {"value_of": "people"},
            },
            {
                "source": "calls",
                "numerator": {"sum": "wait", "where": {"day": {"between": ["2026-01-01", "2026-02-01"]}}},
            },
            {
                "source": "calls",
                "numerator": {"sum": "wait", "where": {"day": {"more_than": datetime.date(2026, 1, 1)}}},
            },
        ]
    ),
)


@given(plain=definitions)
def test_any_definition_survives_its_yaml(plain: dict[str, object]) -> None:
    definition = check(MeasureDefinition, Located(plain))
    text = dump_yaml(as_data(definition))
    assert check(MeasureDefinition, read_yaml(text)) == definition
    assert dump_yaml(as_data(check(MeasureDefinition, read_yaml(text)))) == text


def _retire(measure: Measure) -> Saved | None:
    return actions.retire_measure(measure=measure, why="The program ended.", by=BY, now=NOW, today=TODAY)
