"""What a chart is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.safestring import SafeString


class Mark(StrEnum):
    """What a point says about its value, by its shape."""

    ORDINARY = "ordinary"
    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    PROVISIONAL = "provisional"
    EXPECTED = "expected"
    TOO_FEW = "too_few"
    EXCEPTIONAL = "exceptional"


class Direction(StrEnum):
    """Which way a value went; a triangle points there."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class ChartPoint:
    """One period. A `value` of None is a gap with `missing` as its word.

    `period_label` names it in full ("September 2026"), `short_label` under the axis ("Sep"), and `year_label`
    stands once below the first period that carries it.
    """

    period_label: str
    short_label: str
    value: float | None
    mark: Mark = Mark.ORDINARY
    direction: Direction | None = None
    year_label: str = ""
    missing: str = ""


@dataclass(frozen=True)
class ChartSegment:
    """One stretch of the same limits, from point `first` to point `last`, both included.

    `average` is the median in a run chart, which has no limits.
    """

    first: int
    last: int
    average: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class TargetStep:
    """The target from point `first` to point `last`, both included. A range is two steps with two names."""

    first: int
    last: int
    value: float
    name: str = ""


@dataclass(frozen=True)
class Change:
    """It happened before the point `at`; `detail` says who re-set the limits, and that a reason is kept.

    With `new_definition` the line between the points is broken there: the two sides are not the same thing.
    """

    at: int
    headline: str
    detail: str = ""
    new_definition: bool = False


@dataclass(frozen=True)
class PointNote:
    """A few words at one point."""

    at: int
    text: str


@dataclass(frozen=True)
class SeriesChart:
    """A series with all that is known about it.

    `finding` is the sentence a reader who sees no chart gets. `unit` and `decimals` write values as
    `calc.formatting.format_value` does. `floor` and `ceiling` are what a value cannot pass. `period_noun` is
    one period in the key ("month"). A run chart is one whose segments have no limits.
    """

    finding: str
    points: tuple[ChartPoint, ...]
    unit: str
    decimals: int | None = None
    segments: tuple[ChartSegment, ...] = ()
    targets: tuple[TargetStep, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[PointNote, ...] = ()
    floor: float | None = None
    ceiling: float | None = None
    period_noun: str = "month"

    @property
    def has_limits(self) -> bool:
        """Whether any stretch shows its normal range."""
        return any(segment.lower is not None or segment.upper is not None for segment in self.segments)


@dataclass(frozen=True)
class KeyWord:
    """A word of the line below a chart, with the shape it explains, if it explains one.

    `only` is "wide" or "phone" for what holds in one of the two renderings, such as where the axis starts.
    """

    text: str
    icon: SafeString | None = None
    only: str = ""


@dataclass(frozen=True)
class Drawing:
    """A chart ready for the page: both renderings in one piece of HTML, and the words of its key."""

    html: SafeString
    key: tuple[KeyWord, ...]
