"""Values as people in the United States read them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from goldenthread.calc.periods import MONTHS

MOST_DECIMALS = 6

# Units written beside the number as a word: (one, several). Any other word is used as it stands.
_WORDS = {
    "days": ("day", "days"),
    "working_days": ("working day", "working days"),
    "hours": ("hour", "hours"),
    "minutes": ("minute", "minutes"),
    "seconds": ("second", "seconds"),
}
_BARE = frozenset({"", "count", "number"})


def format_value(value: float, unit: str, decimals: int | None = None) -> str:
    """A value with its unit: "81.4%", "1,240", "4.2 days", "$1,234.50", "4 h 51 min", "12 miles".

    `unit` is percent, currency, duration (the value in seconds), count, number, days, working_days, hours,
    minutes, seconds, or any word of the measure's own. Without `decimals` there is at most one (cents for
    currency) and none that is zero; with it there are exactly as many. Halves round away from zero, as
    spreadsheets do.
    """
    if unit == "duration":
        return _duration(value)
    if unit == "currency":
        wanted = decimals if decimals is not None else (0 if _rounded(value, 2) % 1 == 0 else 2)
        sign = "-" if _rounded(value, wanted) < 0 else ""
        return f"{sign}${_rounded(abs(value), wanted):,f}"
    number = format_number(value, decimals)
    if unit == "percent":
        return f"{number}%"
    return _with_word(number, unit)


def format_number(value: float, decimals: int | None = None) -> str:
    """A number with thousands separators and no unit, rounded as `format_value` rounds."""
    wanted = decimals if decimals is not None else (0 if _rounded(value, 1) % 1 == 0 else 1)
    return f"{_rounded(value, wanted):,f}"


def format_difference(difference: float, unit: str, decimals: int | None = None) -> str:
    """How far two values lie apart, without a sign: "3.6 points" for percent, else as `format_value`."""
    if unit == "percent":
        number = format_number(abs(difference), decimals)
        return f"{number} {'point' if number == '1' else 'points'}"
    return format_value(abs(difference), unit, decimals)


def format_exactly(value: float, unit: str) -> str:
    """As `format_value`, with as many decimals as the number was typed with: a target is never rounded."""
    usual = 2 if unit == "currency" else 1
    if _is_exact(value, usual):
        return format_value(value, unit)
    return format_value(value, unit, next(d for d in range(usual, MOST_DECIMALS + 1) if _is_exact(value, d)))


def format_day(day: date) -> str:
    """ "October 13": the reader knows the year."""
    return f"{MONTHS[day.month - 1]} {day.day}"


def decimals_to_tell_apart(left: float, right: float, decimals: int | None = None) -> int | None:
    """`decimals`, or if two different values look the same with it, the fewest with which they do not.

    84.96% would read "85%, short of the 85% target".
    """
    if left == right or format_number(left, decimals) != format_number(right, decimals):
        return decimals
    apart = (d for d in range(1, MOST_DECIMALS) if _rounded(left, d) != _rounded(right, d))
    return next(apart, MOST_DECIMALS)


def _rounded(value: float, decimals: int) -> Decimal:
    """Rounded in decimal notation, so that 0.15 goes to 0.2 although its binary form lies below; never -0."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _is_exact(value: float, decimals: int) -> bool:
    return _rounded(value, decimals) == _rounded(value, MOST_DECIMALS)


def _with_word(number: str, unit: str) -> str:
    if unit in _BARE:
        return number
    one, several = _WORDS.get(unit, (unit, unit))
    return f"{number} {one if number == '1' else several}"


def _duration(seconds: float) -> str:
    """Minutes and seconds under an hour ("8:42"), hours and minutes from then on ("4 h 51 min")."""
    whole = int(_rounded(abs(seconds), 0))
    sign = "-" if seconds < 0 and whole else ""
    if whole < 3600:
        return f"{sign}{whole // 60}:{whole % 60:02}"
    minutes = int(_rounded(abs(seconds) / 60, 0))
    return f"{sign}{minutes // 60:,} h {minutes % 60} min"
