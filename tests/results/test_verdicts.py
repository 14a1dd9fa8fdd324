from datetime import date

import pytest

from goldenthread.calc.direction import Better
from goldenthread.calc.lenses import Target, held_or_improved, met_target, met_within_tolerance, trend
from goldenthread.calc.periods import Grain
from goldenthread.calc.spc import (
    Capability,
    Limits,
    Meaning,
    Rule,
    Settings,
    Side,
    Signal,
    analyze,
    capability,
    run_chart,
)
from goldenthread.results.verdicts import (
    LensWords,
    Scale,
    capability_sentence,
    lens_words,
    no_value_verdict,
    signal_words,
    too_few_verdict,
    verdict,
)

PERCENT = Scale("percent", Better.HIGHER)
DAYS = Scale("days", Better.LOWER)
IN_RANGE = Scale("days", Better.IN_RANGE)
AT_85 = Target(value=85, tolerance=2.5)


def say(value=81.4, scale=PERCENT, **changes):
    facts = {
        "period": "in September 2026",
        "target": AT_85,
        "signal": None,
        "meaning": Meaning.ORDINARY,
        "previous": "August 2026",
        "grain": Grain.MONTH,
        "points": 15,
        "settings": Settings(),
    }
    return verdict(value, scale, **(facts | changes))


def first(text):
    return text.split(". ")[0] + "."


def second(text):
    return text.split(". ", 1)[1]


def test_a_verdict_is_the_value_and_then_the_signal():
    assert say(of="calls", signal=Signal(Rule.SHIFT, Side.HIGH), meaning=Meaning.IMPROVEMENT) == (
        "81.4% of calls in September 2026, short of the 85% target. "
        "The improvement is real: seven months in a row above average."
    )


@pytest.mark.parametrize(
    ("value", "scale", "target", "sentence"),
    [
        (81.4, PERCENT, AT_85, "81.4% in September 2026, short of the 85% target."),
        (85, PERCENT, AT_85, "85% in September 2026, at or past the 85% target."),
        (85.0000000001, PERCENT, AT_85, "85% in September 2026, at or past the 85% target."),
        (84.96, PERCENT, AT_85, "84.96% in September 2026, short of the 85% target."),
        (
            84.6,
            Scale("percent", Better.HIGHER, 0),
            AT_85,
            "84.6% in September 2026, short of the 85% target.",
        ),
        (99.9, PERCENT, Target(value=99.95), "99.9% in September 2026, short of the 99.95% target."),
        (81.4, PERCENT, None, "81.4% in September 2026."),
        (4.2, DAYS, Target(value=4), "4.2 days in September 2026, over the target of 4 days."),
        (4, DAYS, Target(value=4), "4 days in September 2026, at or under the target of 4 days."),
        (4, Scale("days", Better.NONE), Target(value=4), "4 days in September 2026."),
        (
            4,
            IN_RANGE,
            Target(low=3, high=5),
            "4 days in September 2026, inside the target range of 3 to 5 days.",
        ),
        (
            2,
            IN_RANGE,
            Target(low=3, high=5),
            "2 days in September 2026, below the target range of 3 to 5 days.",
        ),
        (
            6,
            IN_RANGE,
            Target(low=3, high=5),
            "6 days in September 2026, above the target range of 3 to 5 days.",
        ),
        (4, IN_RANGE, Target(value=4), "4 days in September 2026, on the target of 4 days."),
        (5, IN_RANGE, Target(value=4), "5 days in September 2026, off the target of 4 days."),
        (2, IN_RANGE, Target(low=3), "2 days in September 2026, short of the target of 3 days."),
        (
            650,
            Scale("duration", Better.IN_RANGE),
            Target(low=480, high=600),
            "10:50 in September 2026, above the target range of 8:00 to 10:00.",
        ),
        (
            1_250_000,
            Scale("currency", Better.LOWER),
            Target(value=1_200_000),
            "$1,250,000 in September 2026, over the $1,200,000 target.",
        ),
    ],
)
def test_value_and_target(value, scale, target, sentence):
    assert first(say(value, scale, target=target) + " ") == sentence


@pytest.mark.parametrize(
    ("signal", "meaning", "sentence"),
    [
        (None, Meaning.ORDINARY, "The change from August 2026 is normal variation."),
        (
            Signal(Rule.OUTSIDE, Side.HIGH),
            Meaning.IMPROVEMENT,
            "The improvement is real: outside the limits.",
        ),
        (
            Signal(Rule.TREND, Side.LOW),
            Meaning.CONCERN,
            "It got worse and this is more than normal variation: seven months in a row falling.",
        ),
        (
            Signal(Rule.TREND, Side.HIGH),
            Meaning.NEUTRAL_HIGH,
            "It rose and this is more than normal variation: seven months in a row rising.",
        ),
        (
            Signal(Rule.SHIFT, Side.LOW),
            Meaning.NEUTRAL_LOW,
            "It fell and this is more than normal variation: seven months in a row below average.",
        ),
        (
            Signal(Rule.NEAR_LIMIT, Side.LOW),
            Meaning.CONCERN,
            "It got worse and this is more than normal variation: two of three close to the limit.",
        ),
    ],
)
def test_signal(signal, meaning, sentence):
    assert second(say(signal=signal, meaning=meaning)) == sentence


def test_without_an_earlier_value_there_is_no_change_to_speak_of():
    assert second(say(previous=None)) == "This is normal variation."


def test_the_number_in_a_row_is_the_one_in_the_settings():
    said = say(signal=Signal(Rule.SHIFT, Side.HIGH), meaning=Meaning.IMPROVEMENT, settings=Settings(shift=14))
    assert second(said) == "The improvement is real: 14 months in a row above average."


@pytest.mark.parametrize(
    ("points", "grain", "sentence"),
    [
        (8, Grain.MONTH, "8 months so far; a verdict needs 12."),
        (1, Grain.QUARTER, "1 quarter so far; a verdict needs 12."),
        (12, Grain.MONTH, "The change from August 2026 is normal variation."),
    ],
)
def test_new(points, grain, sentence):
    assert second(say(points=points, grain=grain)) == sentence


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([5, 1, 6, 2, 7, 1, 5, 2], ""),
        ([1, 1, 1, 9, 9, 9], ""),
        (
            [1, 2, 1, 2, 1, 8, 9, 8, 9, 8],
            " They do not vary by chance alone: they cross their median only once.",
        ),
        (
            [9, 1, 9, 1, 9, 1, *[1] * 8, *[9] * 8],
            " They do not vary by chance alone: nine in a row lie on one side of their median.",
        ),
    ],
)
def test_a_run_chart_speaks_while_there_are_too_few_points_for_limits(values, sentence):
    said = say(points=len(values), runs=run_chart(values), settings=Settings(minimum_points=30))
    assert second(said) == f"{len(values)} months so far; a verdict needs 30.{sentence}"


def test_too_few():
    assert too_few_verdict(3, 4, 5, period="in September 2026") == (
        "3 of 4 in September 2026. Too few to judge: fewer than 5."
    )
    assert too_few_verdict(None, 4, 5, period="in September 2026") == (
        "4 in September 2026. Too few to judge: fewer than 5."
    )


@pytest.mark.parametrize(
    ("expected_on", "today", "last", "sentences"),
    [
        (
            date(2026, 11, 6),
            date(2026, 11, 6),
            (81.4, "in September 2026"),
            "No value for October 2026 yet; it is expected on November 6. "
            "Last value: 81.4% in September 2026.",
        ),
        (
            date(2026, 11, 6),
            date(2026, 11, 8),
            None,
            "No value for October 2026: it was expected on November 6 and is 2 days late.",
        ),
        (
            date(2026, 11, 6),
            date(2026, 11, 7),
            None,
            "No value for October 2026: it was expected on November 6 and is 1 day late.",
        ),
        (None, date(2026, 11, 6), None, "No value for October 2026."),
    ],
)
def test_no_value(expected_on, today, last, sentences):
    said = no_value_verdict(PERCENT, period="October 2026", expected_on=expected_on, today=today, last=last)
    assert said == sentences


NORMAL = Limits(mean=80.6, average_moving_range=1.88)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (AT_85, "As the service runs today it will meet 85% only in some months."),
        (Target(value=70), "As the service runs today it will always meet 70%."),
        (Target(value=95.5), "As the service runs today it will never meet 95.5%."),
    ],
)
def test_capability(target, sentence):
    low, high = target.bounds(PERCENT.better)
    judged = capability(NORMAL, low=low, high=high)
    assert capability_sentence(judged, target, PERCENT, grain=Grain.MONTH) == sentence


def test_capability_of_a_range_and_of_nothing():
    wanted = Target(low=3, high=5)
    assert capability_sentence(Capability.ALWAYS, wanted, IN_RANGE, grain=Grain.WEEK) == (
        "As the service runs today it will always meet 3 to 5 days."
    )
    assert capability_sentence(None, wanted, IN_RANGE, grain=Grain.WEEK) == ""
    assert capability_sentence(Capability.ALWAYS, None, IN_RANGE, grain=Grain.WEEK) == ""


@pytest.mark.parametrize(
    ("value", "scale", "target", "answer", "detail"),
    [
        (81.4, PERCENT, AT_85, "No", "3.6 points below 85%"),
        (86, PERCENT, AT_85, "Yes", "1 point above 85%"),
        (85, PERCENT, AT_85, "Yes", "exactly 85%"),
        (84.96, PERCENT, AT_85, "No", "0.04 points below 85%"),
        (0.1 + 0.2, PERCENT, Target(value=0.3), "Yes", "exactly 0.3%"),
        (5, DAYS, Target(value=4), "No", "1 day above 4 days"),
        (85, PERCENT, None, "Not judged", "no target to judge by"),
    ],
)
def test_target_lens(value, scale, target, answer, detail):
    assert lens_words(met_target(value, target, scale.better), scale) == LensWords(answer, detail)


def test_tolerance_lens():
    lens = met_within_tolerance(81.4, AT_85, Better.HIGHER)
    assert lens_words(lens, PERCENT) == LensWords("No", "tolerance ends at 82.5%")
    nothing = met_within_tolerance(81.4, None, Better.HIGHER)
    assert lens_words(nothing, PERCENT) == LensWords("Not judged", "no target to judge by")


@pytest.mark.parametrize(
    ("value", "previous", "answer", "detail"),
    [
        (81.4, 80.1, "Yes", "up 1.3 points from 80.1%"),
        (79.1, 80.1, "No", "down 1 point from 80.1%"),
        (80.1, 80.1, "Yes", "unchanged at 80.1%"),
        (0.1 + 0.2, 0.3, "Yes", "unchanged at 0.3%"),
        (80.1, None, "Not judged", "no value a year ago"),
        (None, 80.1, "Not judged", "80.1% a year ago"),
    ],
)
def test_year_lens(value, previous, answer, detail):
    lens = held_or_improved(value, previous, Better.HIGHER)
    assert lens_words(lens, PERCENT) == LensWords(answer, detail)


ORDINARY = [5, 6, 4, 5, 6, 5, 4, 6, 5, 4, 5, 6]


@pytest.mark.parametrize(
    ("values", "better", "words"),
    [
        ([*ORDINARY, 5], Better.HIGHER, LensWords("Steady", "inside normal variation")),
        ([*ORDINARY, 50], Better.HIGHER, LensWords("Improving", "outside normal variation")),
        ([*ORDINARY, 50], Better.LOWER, LensWords("Getting worse", "outside normal variation")),
        ([*ORDINARY, 50], Better.NONE, LensWords("Higher", "outside normal variation")),
        ([*ORDINARY, -50], Better.NONE, LensWords("Lower", "outside normal variation")),
        ([5, 6], Better.HIGHER, LensWords("Not judged", "too few points for a verdict")),
    ],
)
def test_trend_lens(values, better, words):
    lens = trend(analyze(values, better=better, fix_after=12))
    assert lens_words(lens, PERCENT) == words


def test_every_meaning_has_its_own_word():
    words = [signal_words(meaning, judged=True) for meaning in Meaning]
    assert len(set(words)) == len(Meaning)
    assert {signal_words(meaning, judged=False) for meaning in Meaning} == {"No verdict yet"}
