"""Which stored numbers are judged, and by what: drawn by hand, period by period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from goldenthread.calc.direction import Better
from goldenthread.calc.lenses import Answer, Target
from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.calc.spc import Meaning, Settings
from goldenthread.results.judging import Judged, Rules, Stored, TargetAt, judge
from goldenthread.results.surroundings import Setting
from goldenthread.results.values import MeasureLine, Reported
from goldenthread.results.words import verdict_of

CALENDAR = FiscalCalendar(7)
RULES = Rules(better=Better.HIGHER, lag_days=5, minimum=10, settings=Settings(), has_denominator=True)
JULY = CALENDAR.from_key("2025-07-01", Grain.MONTH)
LONG_AFTER = date(2030, 1, 1)
REPORTED_AT = datetime(2026, 1, 1, 8, tzinfo=UTC)


def month(steps: int) -> Period:
    return CALENDAR.shift(JULY, steps)


def share(numerator: float, denominator: float = 100) -> Stored:
    return Stored(numerator, denominator, 100 * numerator / denominator, int(denominator), None, 1)


def shares(*numerators: float) -> dict[Period, Stored]:
    return {month(steps): share(numerator) for steps, numerator in enumerate(numerators)}


def judged(
    stored: Mapping[Period, Stored],
    *,
    rules: Rules = RULES,
    today: date = LONG_AFTER,
    target_at: TargetAt = lambda _period: None,
    breaks: tuple[date, ...] = (),
    reported: Mapping[Period, tuple[Reported, ...]] | None = None,
) -> Judged:
    return judge(
        stored,
        rules=rules,
        calendar=CALENDAR,
        today=today,
        target_at=target_at,
        breaks=breaks,
        reported=reported or {},
    )


def steady(count: int) -> tuple[float, ...]:
    return tuple(80 + step % 3 for step in range(count))


@pytest.mark.parametrize(
    ("stored", "status"),
    [
        (share(9, 10), "ok"),
        (share(8, 9), "too_few"),
        (Stored(None, None, None, 0, None, 1), "no_data"),
        (Stored(0, 0, None, 0, None, 1), "no_data"),
        (Stored(5, 50, None, 50, None, 1), "not_available"),
    ],
)
def test_each_value_has_a_status(stored: Stored, status: str) -> None:
    assert judged({JULY: stored}).points[0].status == status


def test_a_plain_count_is_too_few_by_its_facts() -> None:
    counting = Rules(Better.NONE, lag_days=0, minimum=10, settings=Settings(), has_denominator=False)
    few, enough = Stored(9, None, 9, 9, None, 1), Stored(10, None, 10, 10, None, 1)
    found = judged({JULY: few, month(1): enough}, rules=counting)
    assert [point.status for point in found.points] == ["too_few", "ok"]


def test_a_value_is_provisional_until_its_days_of_grace_are_over() -> None:
    expected = JULY.end + timedelta(days=RULES.lag_days)
    for today, provisional in ((expected - timedelta(days=1), True), (expected, False)):
        (point,) = judged(shares(80), today=today).points
        assert point.provisional is provisional


def test_of_a_folded_value_nothing_is_told_that_was_reported() -> None:
    said = {month(step): (Reported(1, 80.0, 80.0, 100.0, REPORTED_AT, "user:7", ""),) for step in range(2)}
    folded = Stored(None, None, None, 0, None, 1, folded=True)
    found = judged({JULY: folded, month(1): share(80)}, reported=said)
    assert [(point.status, point.reported) for point in found.points] == [
        ("folded", ()),
        ("ok", said[month(1)]),
    ]


def test_a_gap_is_a_point_without_a_value() -> None:
    found = judged({JULY: share(80), month(2): share(81)})
    assert [point.period for point in found.points] == [JULY, month(1), month(2)]
    gap = found.points[1]
    assert (gap.status, gap.value, gap.provisional) == ("no_data", None, False)


def test_provisional_values_and_those_of_too_few_move_no_limit() -> None:
    values = shares(*steady(13))
    calm = judged(values).segments[0].limits
    last = month(13)
    early = judged({**values, last: share(1)}, today=last.end)
    assert early.points[-1].provisional
    assert early.segments[0].limits == calm
    few = judged({**values, last: share(1, 9)})
    assert few.segments[0].limits == calm
    assert few.points[-1].signal is None
    whole = judged({**values, last: share(1)})
    assert whole.segments[0].limits != calm
    assert whole.points[-1].signal is not None


def test_limits_begin_anew_with_the_first_period_that_starts_on_or_after_a_break() -> None:
    values = shares(*steady(26))
    on_the_day = judged(values, breaks=(month(13).start,))
    inside = judged(values, breaks=(month(12).start + timedelta(days=1),))
    for found in (on_the_day, inside):
        assert [(one.start, one.stop) for one in found.segments] == [(0, 13), (13, 26)]
    outside = judged(values, breaks=(month(0).start, month(30).start))
    assert len(outside.segments) == 1


def test_a_running_total_is_given_no_limits() -> None:
    running = Rules(
        Better.HIGHER, lag_days=5, minimum=0, settings=Settings(), has_denominator=True, may_judge=False
    )
    assert judged(shares(*steady(20)), rules=running).segments[0].limits is None


def test_lenses_look_at_the_latest_complete_value_and_the_same_month_a_year_before() -> None:
    values = {**shares(*[70.0] * 12), month(12): share(75), month(13): share(10)}
    wanted = Target(value=74)
    found = judged(values, today=month(13).end, target_at=lambda _period: (wanted, "Council"))
    target, _tolerance, year, _trend = found.lenses
    assert (target.answer, target.gap) == (Answer.YES, 1)
    assert (year.answer, year.previous) == (Answer.YES, 70)
    assert {point.target_why for point in found.points} == {"Council"}


@pytest.mark.parametrize(
    ("target", "value", "meaning"),
    [
        (Target(low=85), 20, Meaning.CONCERN),
        (Target(low=75), 20, Meaning.CONCERN),
        (Target(low=85), 84, Meaning.IMPROVEMENT),
        (Target(low=75), 99, Meaning.NEUTRAL_HIGH),
        (Target(high=90), 20, Meaning.NEUTRAL_LOW),
        (Target(high=90), 99, Meaning.CONCERN),
    ],
)
def test_a_range_with_one_end_says_which_way_is_better(
    target: Target, value: float, meaning: Meaning
) -> None:
    within = Rules(Better.IN_RANGE, lag_days=5, minimum=10, settings=Settings(), has_denominator=True)
    settled = tuple(80 + step % 2 * 0.5 for step in range(14))
    found = judged(shares(*settled, value), rules=within, target_at=lambda _period: (target, ""))
    assert found.points[-1].signal is not None
    assert found.points[-1].meaning is meaning
    assert found.lenses[0].answer is (Answer.YES if "NEUTRAL" in meaning.name else Answer.NO)


def test_a_year_before_that_was_too_few_is_no_yardstick() -> None:
    lately = {month(12): share(90)}
    assert judged({month(0): share(40, 50), **lately}).lenses[2].answer is Answer.YES
    assert judged({month(0): share(4, 5), **lately}).lenses[2].answer is Answer.NOT_APPLICABLE


def test_too_few_points_for_limits_are_asked_for_their_run_chart() -> None:
    line = MeasureLine(
        "calls", "Calls", "percent", None, Better.HIGHER, "", Grain.MONTH, has_denominator=True
    )
    found = judged(shares(71, 72, 71, 72, 71, 88, 89, 88, 89, 88))
    north = Setting("north", "North office", "County", ("north", "county"), "county", CALENDAR, LONG_AFTER)
    said = verdict_of(line, found, RULES, north, awaited=month(10))
    assert said.endswith("by chance alone: they cross their median only once.")
