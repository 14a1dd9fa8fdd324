"""What a value says, in one or two sentences. Pure: plain values in, plain words out.

The words follow one grammar everywhere: the value and its target first, then whether the change is more than
normal variation. A signal never says why, and no sentence names a color.
"""

from dataclasses import dataclass
from datetime import date

from goldenthread.calc.direction import Better, same
from goldenthread.calc.formatting import (
    decimals_to_tell_apart,
    format_day,
    format_difference,
    format_exactly,
    format_number,
    format_value,
)
from goldenthread.calc.lenses import Answer, Lens, LensResult, Target, met_target
from goldenthread.calc.periods import Grain
from goldenthread.calc.spc import Capability, Meaning, Rule, RunChart, Settings, Side, Signal

NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

FEW = "fewer than five people"
"""``calc.folding.FEWEST`` in words."""


@dataclass(frozen=True)
class Scale:
    """How values of one measure are written and judged; `decimals` None is as many as needed, at most one."""

    unit: str
    better: Better
    decimals: int | None = None

    def write(self, value: float) -> str:
        return format_value(value, self.unit, self.decimals)


@dataclass(frozen=True)
class LensWords:
    """A lens in a strip: the answer in a word or two, and the amount behind it."""

    answer: str
    detail: str


def verdict(
    value: float,
    scale: Scale,
    *,
    period: str,
    target: Target | None,
    signal: Signal | None,
    meaning: Meaning,
    previous: str | None,
    grain: Grain,
    points: int,
    settings: Settings,
    runs: RunChart | None = None,
    of: str = "",
) -> str:
    """The verdict on a value that can be judged.

    `period` is a phrase ("in September 2026"), `previous` the label of the period before it that has a value
    ("August 2026"), `points` how many the segment behind the limits has, `runs` its run chart, asked while
    they are too few for limits. `of` names what the value is a part of ("calls"), where the page does not.
    """
    return " ".join(
        (
            value_sentence(value, scale, period, target, of),
            _few_sentence(points, grain, settings, runs)
            if points < settings.minimum_points
            else _signal_sentence(signal, meaning, previous, grain, settings),
        )
    )


def too_few_verdict(numerator: float | None, denominator: float, minimum: float, *, period: str) -> str:
    """The counts as they are, and the minimum they stay under. `numerator` is None for a plain count."""
    counts = format_number(denominator)
    if numerator is not None:
        counts = f"{format_number(numerator)} of {counts}"
    return f"{counts} {period}. Too few to judge: fewer than {format_number(minimum)}."


def folded_words(above: str) -> str:
    """Why a value is not told; `above` is the unit that holds it, empty at the top."""
    return f"folded into {above}: {FEW}" if above else f"folded: {FEW}"


def folded_verdict(above: str, *, period: str) -> str:
    """That there is a value in its period ("in September 2026"), and why it is not told."""
    into = f"Folded into {above}" if above else "Folded"
    return f"{into} {period}: {FEW}."


def no_value_verdict(
    scale: Scale,
    *,
    period: str,
    expected_on: date | None,
    today: date,
    last: tuple[float, str] | None,
) -> str:
    """Why nothing stands here: what is expected when, or how late it is, and the last value with its period.

    `period` is a label ("October 2026"), that of `last` a phrase ("in September 2026").
    """
    if expected_on is None:
        first = f"No value for {period}."
    elif today <= expected_on:
        first = f"No value for {period} yet; it is expected on {format_day(expected_on)}."
    else:
        late = format_value((today - expected_on).days, "days")
        first = f"No value for {period}: it was expected on {format_day(expected_on)} and is {late} late."
    if last is None:
        return first
    value, when = last
    return f"{first} Last value: {scale.write(value)} {when}."


def capability_sentence(
    capability: Capability | None, target: Target | None, scale: Scale, *, grain: Grain
) -> str:
    """Whether the process, left as it is, will meet its target; empty when that cannot be said."""
    if capability is None or target is None:
        return ""
    low, high = target.bounds(scale.better)
    wanted = _range_words(low, high, scale.unit)
    match capability:
        case Capability.ALWAYS:
            how = f"always meet {wanted}"
        case Capability.NEVER:
            how = f"never meet {wanted}"
        case _:
            how = f"meet {wanted} only in some {grain}s"
    return f"As the service runs today it will {how}."


def signal_words(meaning: Meaning, *, judged: bool) -> str:
    """The word beside a mark; `judged` is False while there are too few points for limits."""
    if not judged:
        return "No verdict yet"
    return {
        Meaning.ORDINARY: "Normal variation",
        Meaning.IMPROVEMENT: "Better than normal",
        Meaning.CONCERN: "Worse than normal",
        Meaning.NEUTRAL_HIGH: "Above normal",
        Meaning.NEUTRAL_LOW: "Below normal",
    }[meaning]


def lens_words(result: LensResult, scale: Scale) -> LensWords:
    """A lens in words: "No", "3.6 points below 85%"."""
    match result.lens:
        case Lens.TARGET:
            return LensWords(_answer(result), _target_detail(result, scale))
        case Lens.TOLERANCE:
            return LensWords(_answer(result), _tolerance_detail(result, scale))
        case Lens.YEAR:
            return LensWords(_answer(result), _year_detail(result, scale))
        case _:
            return _trend_words(result)


def value_sentence(value: float, scale: Scale, period: str, target: Target | None, of: str = "") -> str:
    """The value in its period, and where it stands against its target: the first half of a verdict."""
    judged = met_target(value, target, scale.better)
    part_of = f" of {of}" if of else ""
    if target is None or judged.answer is Answer.NOT_APPLICABLE or judged.bound is None:
        return f"{scale.write(value)}{part_of} {period}."
    met = judged.answer is Answer.YES
    decimals = scale.decimals if met else decimals_to_tell_apart(value, judged.bound, scale.decimals)
    shown = format_value(value, scale.unit, decimals)
    return f"{shown}{part_of} {period}, {_standing(met, judged.bound, target, scale)}."


def _standing(met: bool, bound: float, target: Target, scale: Scale) -> str:
    low, high = target.bounds(scale.better)
    if low is not None and high is not None and low != high:
        place = "inside" if met else "below" if bound == low else "above"
        return f"{place} the target range of {_range_words(low, high, scale.unit)}"
    name = _target_name(bound, scale.unit)
    if low is not None and high is not None:
        return f"{'on' if met else 'off'} {name}"
    if high is None:
        return f"{'at or past' if met else 'short of'} {name}"
    return f"{'at or under' if met else 'over'} {name}"


def _target_name(bound: float, unit: str) -> str:
    """A number with a word after it cannot stand before "target": 4 days, but 85%."""
    written = format_exactly(bound, unit)
    return f"the target of {written}" if " " in written else f"the {written} target"


def _range_words(low: float | None, high: float | None, unit: str) -> str:
    """ "85%", or "3 to 5 days" with the unit once."""
    ends = [end for end in (low, high) if end is not None]
    if len(set(ends)) < 2:
        return format_exactly(ends[0], unit)
    first, last = (format_exactly(end, unit) for end in ends)
    return f"{first.partition(' ')[0] if unit != 'duration' else first} to {last}"


def _few_sentence(points: int, grain: Grain, settings: Settings, runs: RunChart | None) -> str:
    """How many there are, and what their run chart says beyond chance."""
    few = f"{points} {grain}{'' if points == 1 else 's'} so far; a verdict needs {settings.minimum_points}."
    if runs is None or not (runs.has_long_run or runs.has_few_crossings):
        return few
    if runs.has_long_run:
        why = f"{_count(runs.longest_run)} in a row lie on one side of their median"
    else:
        times = "once" if runs.crossings == 1 else f"{_count(runs.crossings)} times"
        why = f"they cross their median only {times}"
    return f"{few} They do not vary by chance alone: {why}."


def _signal_sentence(
    signal: Signal | None,
    meaning: Meaning,
    previous: str | None,
    grain: Grain,
    settings: Settings,
) -> str:
    if signal is None:
        changed = "This" if previous is None else f"The change from {previous}"
        return f"{changed} is normal variation."
    reason = _reason(signal, grain, settings)
    match meaning:
        case Meaning.IMPROVEMENT:
            return f"The improvement is real: {reason}."
        case Meaning.CONCERN:
            return f"It got worse and this is more than normal variation: {reason}."
        case _:
            went = "rose" if signal.side is Side.HIGH else "fell"
            return f"It {went} and this is more than normal variation: {reason}."


def _reason(signal: Signal, grain: Grain, settings: Settings) -> str:
    is_high = signal.side is Side.HIGH
    match signal.rule:
        case Rule.OUTSIDE:
            return "outside the limits"
        case Rule.TREND:
            return f"{_count(settings.trend)} {grain}s in a row {'rising' if is_high else 'falling'}"
        case Rule.SHIFT:
            return f"{_count(settings.shift)} {grain}s in a row {'above' if is_high else 'below'} average"
        case _:
            return "two of three close to the limit"


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def _answer(result: LensResult) -> str:
    return {Answer.YES: "Yes", Answer.NO: "No", Answer.NOT_APPLICABLE: "Not judged"}[result.answer]


def _amount(gap: float, scale: Scale) -> str:
    return format_difference(gap, scale.unit, decimals_to_tell_apart(gap, 0, scale.decimals))


def _target_detail(result: LensResult, scale: Scale) -> str:
    if result.bound is None or result.gap is None:
        return "no target to judge by"
    bound = format_exactly(result.bound, scale.unit)
    if same(result.bound + result.gap, result.bound):
        return f"exactly {bound}"
    return f"{_amount(result.gap, scale)} {'above' if result.gap > 0 else 'below'} {bound}"


def _tolerance_detail(result: LensResult, scale: Scale) -> str:
    if result.bound is None:
        return "no target to judge by"
    return f"tolerance ends at {format_exactly(result.bound, scale.unit)}"


def _year_detail(result: LensResult, scale: Scale) -> str:
    if result.previous is None:
        return "no value a year ago"
    if result.gap is None:
        return f"{scale.write(result.previous)} a year ago"
    if same(result.previous + result.gap, result.previous):
        return f"unchanged at {scale.write(result.previous)}"
    way = "up" if result.gap > 0 else "down"
    return f"{way} {_amount(result.gap, scale)} from {scale.write(result.previous)}"


def _trend_words(result: LensResult) -> LensWords:
    if result.meaning is None:
        return LensWords("Not judged", "too few points for a verdict")
    answer = {
        Meaning.ORDINARY: "Steady",
        Meaning.IMPROVEMENT: "Improving",
        Meaning.CONCERN: "Getting worse",
        Meaning.NEUTRAL_HIGH: "Higher",
        Meaning.NEUTRAL_LOW: "Lower",
    }[result.meaning]
    inside = "inside" if result.meaning is Meaning.ORDINARY else "outside"
    return LensWords(answer, f"{inside} normal variation")
