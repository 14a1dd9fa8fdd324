"""Values by category, locked values and previews, each against loops over the same calls."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import read_yaml
from goldenthread.facts.scope import Scope
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.models import Measure, Observation, Outdated, Rebase, ReportedValue
from goldenthread.record.orgs.models import Unit
from goldenthread.results.breakdowns import breakdown
from goldenthread.results.lock import lock, lock_all, restate
from goldenthread.results.mixes import Mix, mixes_of
from goldenthread.results.preview import preview
from goldenthread.results.series import series
from goldenthread.results.splitting import split_table
from goldenthread.results.surroundings import Surroundings
from tests.builders import system_scope
from tests.results.counties import (
    BY,
    CALENDAR,
    NOW,
    TODAY,
    Call,
    calls,
    import_calls,
    units_of,
    write_definitions,
)

SPLIT = """
measure: long_waits
title: Long waits
source: calls
frequency: month
show_as: {per: 100, unit: percent, better: lower}
numerator: {count: calls, where: {wait: {more_than: 60}}}
denominator: {count: calls}
breakdowns: [outcome]
targets: [{value: 40}]
"""
COUNTED = """
measure: by_outcome
title: Calls by outcome
source: calls
frequency: month
show_as: {unit: count}
numerator: {count: calls}
breakdowns: [outcome]
"""
USER = Actor("operator:test")


def written(folder: Path, split: str = SPLIT, counted: str = COUNTED) -> Path:
    """The county's definitions, with these two measures in place of its own."""
    write_definitions(folder)
    for file in (folder / "measures").glob("*.yaml"):
        file.unlink()
    (folder / "measures" / "long_waits.yaml").write_text(split)
    (folder / "measures" / "by_outcome.yaml").write_text(counted)
    return folder


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    folder = written(tmp_path_factory.mktemp("county"))
    load_folder(folder, by=BY, now=NOW)
    rows = calls(400, seed=1)
    import_calls(folder, rows, "calls.csv")
    return rows


@pytest.fixture
def county(loaded: list[Call], db: None) -> list[Call]:
    return loaded


def plain(rows: Iterable[Call], unit: str) -> dict[tuple[str, date], tuple[int, int]]:
    """By outcome and month: the long waits of a unit, and all its calls."""
    found: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for call in rows:
        if unit in units_of(call):
            cell = found[(call.outcome, CALENDAR.period_of(call.day, Grain.MONTH).start)]
            cell[0] += call.wait is not None and call.wait > 60
            cell[1] += 1
    return {place: (cell[0], cell[1]) for place, cell in found.items()}


def split_of(measure: str, unit: str) -> dict[tuple[str, date], tuple[float | None, float | None]]:
    found = breakdown(measure, unit, "outcome", system_scope(), today=TODAY)
    assert found is not None
    return {
        (one.category, point.period.start): (point.numerator, point.denominator)
        for one in found.slices
        for point in one.series.points
        if point.facts
    }


def test_categories_agree_with_loops_before_and_after_more_calls(county: list[Call], tmp_path: Path) -> None:
    for unit in ("county", "benefits", "north", "~not-assigned"):
        assert split_of("long_waits", unit) == plain(county, unit)
    more = calls(60, seed=2, first=date(2026, 3, 1), days=20)
    batch = import_calls(tmp_path, more, "more.csv")
    assert split_of("long_waits", "north") == plain([*county, *more], "north")
    importing.undo(batch, by=BY, now=NOW)
    assert split_of("long_waits", "north") == plain(county, "north")


def test_the_mix_of_units_in_one_month_agrees_with_loops_and_is_told_to_those_who_see_it(
    county: list[Call],
) -> None:
    measure = Measure.objects.select_related("current").get(key="long_waits")
    month = CALENDAR.period_of(date(2025, 12, 5), Grain.MONTH)
    around, units = Surroundings(TODAY), ("benefits", "north", "south")
    found = mixes_of(measure, units, "outcome", month, system_scope(), around)
    assert {unit: mix.strata for unit, mix in found.items()} == {
        unit: {
            outcome: cell for (outcome, start), cell in plain(county, unit).items() if start == month.start
        }
        for unit in units
    }
    # One worker stands behind the calls of South, so nobody else is told any part of them.
    reader = Scope(viewer="reader", reason="test", units=frozenset({"south"}))
    assert mixes_of(measure, units, "outcome", month, reader, around) == {"south": Mix({}, is_folded=True)}
    stranger = Scope(viewer="stranger", reason="test", units=frozenset({"health"}))
    assert mixes_of(measure, ("north", "south"), "outcome", month, stranger, around) == {}


def test_categories_come_by_name_with_targets(county: list[Call]) -> None:
    found = breakdown("long_waits", "north", "outcome", system_scope(), today=TODAY)
    assert found is not None
    assert [one.category for one in found.slices] == ["abandoned", "answered"]
    assert all(point.target for one in found.slices for point in one.series.points)
    counted = breakdown("by_outcome", "north", "outcome", system_scope(), today=TODAY, most=1)
    assert counted is not None
    assert ([one.category for one in counted.slices], counted.left_out) == (["answered"], 1)


def test_a_count_is_zero_in_a_month_that_has_calls_of_another_category(
    county: list[Call], tmp_path: Path
) -> None:
    june = Call("june", "w1", date(2025, 6, 10), 10, "abandoned")
    import_calls(tmp_path, [june], "june.csv")
    for measure, answered in (("by_outcome", 0), ("long_waits", None)):
        found = breakdown(measure, "north", "outcome", system_scope(), today=TODAY)
        assert found is not None
        values = {
            (one.category, point.period.start): point.value
            for one in found.slices
            for point in one.series.points
        }
        assert values.get(("answered", date(2025, 6, 1))) == answered
        assert ("abandoned", date(2025, 6, 1)) in values


def test_limits_re_set_for_another_unit_begin_nothing_anew(county: list[Call]) -> None:
    for unit, segments in (("south", 1), ("north", 2)):
        Rebase.objects.create(
            measure=Measure.objects.get(key="long_waits"),
            unit=Unit.objects.get(key=unit),
            starts_on=date(2026, 1, 1),
            reason="New phones.",
            what_happened="New phones",
            decided_by=BY.key,
            decided_at=NOW,
        )
        found = breakdown("long_waits", "north", "outcome", system_scope(), today=TODAY)
        assert found is not None
        assert {len(one.series.segments) for one in found.slices} == {segments}


def test_what_is_not_to_be_seen_or_not_split_is_not_there(county: list[Call]) -> None:
    nobody = Scope(viewer="user:1", reason="a test", units=frozenset({"south"}))
    assert breakdown("long_waits", "north", "outcome", nobody, today=TODAY) is None
    assert breakdown("long_waits", "north", "agent", system_scope(), today=TODAY) is None
    assert breakdown("nothing", "north", "outcome", system_scope(), today=TODAY) is None
    assert preview(read_measure(read_yaml(SPLIT)).definition, "north", nobody, today=TODAY) is None


def test_a_measure_that_is_no_longer_split_leaves_nothing(county: list[Call], tmp_path: Path) -> None:
    whole, counted = (text.replace("breakdowns: [outcome]\n", "") for text in (SPLIT, COUNTED))
    folder = written(tmp_path / "county", whole, counted)
    load_folder(folder, by=BY, now=NOW)
    assert breakdown("long_waits", "north", "outcome", system_scope(), today=TODAY) is None
    assert split_table().files() == []


def test_a_preview_is_what_computing_stores(county: list[Call]) -> None:
    definition = read_measure(read_yaml(SPLIT)).definition
    same = preview(definition, "benefits", system_scope(), today=TODAY)
    stored = series("long_waits", "benefits", system_scope(), today=TODAY)
    assert same is not None
    assert stored is not None
    shown = {point.period: (point.numerator, point.denominator, point.value) for point in same.series.points}
    kept = {point.period: (point.numerator, point.denominator, point.value) for point in stored.points}
    assert shown == {period: kept[period] for period in shown}
    assert (same.differences, same.compared) == ((), len(shown))
    stricter = read_measure(read_yaml(SPLIT.replace("more_than: 60", "more_than: 30"))).definition
    changed = preview(stricter, "benefits", system_scope(), today=TODAY)
    assert changed is not None
    rows = [call for call in county if "benefits" in units_of(call)]
    stricter_months = {
        CALENDAR.period_of(call.day, Grain.MONTH)
        for call in rows
        if call.wait is not None and 30 < call.wait <= 60
    }
    assert {one.period for one in changed.differences} == stricter_months
    assert all((one.before or 0) < (one.after or 0) for one in changed.differences)
    assert Observation.objects.filter(version=None).count() == 0


def test_a_value_is_locked_once_and_restated_with_a_reason(county: list[Call], tmp_path: Path) -> None:
    measure, unit = Measure.objects.get(key="long_waits"), Unit.objects.get(key="north")
    period = CALENDAR.period_of(date(2026, 3, 1), Grain.MONTH)
    said = {"measure": measure, "unit": unit, "period": period, "by": USER, "now": NOW, "today": TODAY}
    with pytest.raises(NotAllowed, match="Lock the value first"):
        restate(**said, why="late calls")
    first = lock(**said)
    file = Path(split_table().folder).parent / "_whereabouts" / f"{first.stood_on['who_was_where']}.json.gz"
    text = gzip.decompress(file.read_bytes())
    assert hashlib.sha256(text).hexdigest() == first.stood_on["who_was_where"]
    assert ["w2", "north", "2025-06-01", None] in json.loads(text)["memberships"]
    assert first.stood_on["definition"] == 1
    assert first.stood_on["store_versions"] == {"calls": 0}
    with pytest.raises(NotAllowed, match="locked already"):
        lock(**said)
    with pytest.raises(NotAllowed, match="nothing to restate"):
        restate(**said, why="late calls")
    import_calls(tmp_path, calls(90, seed=3, first=date(2026, 3, 1), days=20), "late.csv")
    with pytest.raises(NotAllowed, match="Say why"):
        restate(**said, why=" ")
    second = restate(**said, why="90 late calls")
    assert (second.number, second.stood_on["store_versions"]) == (2, {"calls": 1})
    shown = series("long_waits", "north", system_scope(), today=TODAY)
    assert shown is not None
    point = next(one for one in shown.points if one.period == period)
    assert [one.value for one in point.reported] == [first.value, second.value]
    assert point.value == second.value != first.value
    noted = AuditEvent.objects.filter(action__in=["locked", "restated"]).order_by("pk")
    assert list(noted.values_list("action", "reason")) == [("locked", ""), ("restated", "90 late calls")]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 4, 1), "may still change"),
        (date(2024, 4, 1), "no value"),
        (date(2026, 1, 1), "each month"),
    ],
)
def test_what_cannot_be_locked(county: list[Call], day: date, sentence: str) -> None:
    grain = Grain.QUARTER if sentence == "each month" else Grain.MONTH
    with pytest.raises(NotAllowed, match=sentence):
        lock(
            measure=Measure.objects.get(key="long_waits"),
            unit=Unit.objects.get(key="north"),
            period=CALENDAR.period_of(day, grain),
            by=USER,
            now=datetime(2026, 4, 20, tzinfo=UTC),
            today=TODAY,
        )
    assert not ReportedValue.objects.exists()


def test_a_value_that_is_being_computed_again_is_not_locked(county: list[Call]) -> None:
    measure = Measure.objects.get(key="long_waits")
    Outdated.objects.create(measure=measure, first_day=date(2026, 3, 1), last_day=date(2026, 3, 31))
    with pytest.raises(NotAllowed, match="computed again"):
        lock(
            measure=measure,
            unit=Unit.objects.get(key="north"),
            period=CALENDAR.period_of(date(2026, 3, 1), Grain.MONTH),
            by=USER,
            now=NOW,
            today=TODAY,
        )
    assert not ReportedValue.objects.exists()


def test_several_values_are_locked_all_or_none(county: list[Call]) -> None:
    march, april = (CALENDAR.period_of(date(2026, month, 1), Grain.MONTH) for month in (3, 4))
    with pytest.raises(NotAllowed, match="may still change"):
        lock_all(
            measure=Measure.objects.get(key="long_waits"),
            unit=Unit.objects.get(key="north"),
            periods=[march, april],
            by=USER,
            now=NOW,
            today=TODAY,
        )
    assert not ReportedValue.objects.exists()
