"""What leaves through the door: plain, frozen values that pages, commands and files can show as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from goldenthread.calc.lenses import LensResult
from goldenthread.calc.periods import Period

Status = Literal["ok", "too_few", "no_data", "not_available", "not_collected"]
Mark = Literal["ordinary", "better", "worse", "changed", "provisional", "too_few", "none"]


@dataclass(frozen=True)
class TargetValue:
    """What was aimed at in a period, in the measure's shown unit: a value, or a range with low and/or high."""

    value: float | None
    low: float | None
    high: float | None
    tolerance: float
    why: str


@dataclass(frozen=True)
class Reported:
    """A value that was locked. ``number`` is 1 as first reported and one more at each restatement."""

    number: int
    value: float | None
    numerator: float | None
    denominator: float | None
    reported_at: datetime
    reported_by: str
    why: str


@dataclass(frozen=True)
class Point:
    """One period of one unit. ``value`` is in the shown unit (a percent is 81.4, not 0.814), None is no data.

    ``status`` says in one word why a value is missing or must not be judged: too_few (below the measure's
    minimum denominator), no_data (the extract holds nothing), not_available (parts cannot be added up),
    not_collected (before the series begins).
    """

    period: Period
    label: str
    numerator: float | None
    denominator: float | None
    value: float | None
    facts: int
    contributors: int | None
    status: Status
    provisional: bool
    mark: Mark
    rule: str
    rising: bool | None
    target: TargetValue | None
    definition: int
    reported: tuple[Reported, ...] = ()


@dataclass(frozen=True)
class Segment:
    """Points ``first`` to ``last`` (indexes, both inside) that share one set of limits. Below twelve points there
    are no limits, and ``center`` is the median."""

    first: int
    last: int
    center: float
    lower: float | None
    upper: float | None
    is_median: bool


@dataclass(frozen=True)
class Note:
    """Something that happened at the start of a period: an annotation, re-set limits, or a new definition."""

    period: Period
    kind: Literal["annotation", "rebase", "definition"]
    text: str
    detail: str


@dataclass(frozen=True)
class MeasureLine:
    """How a measure is shown: its names, its unit, and which way is better."""

    key: str
    title: str
    unit: str
    per: float | None
    decimals: int | None
    better: Literal["higher", "lower", "in_range", "none"]
    kind: str
    frequency: str
    has_denominator: bool


@dataclass(frozen=True)
class Series:
    """A measure of one unit over time, judged. ``verdict`` is one or two sentences; ``capability`` one or none;
    ``lenses`` are the four of DESIGN 6 for the last point that has a value, in order."""

    measure: MeasureLine
    unit: str
    unit_name: str
    grain: str
    tree: Literal["event", "today"]
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]
    notes: tuple[Note, ...]
    lenses: tuple[LensResult, ...]
    verdict: str
    capability: str
    signal: str
    as_of: datetime | None
    next_expected: date | None

    @property
    def last(self) -> Point | None:
        """The latest point that has a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


@dataclass(frozen=True)
class Slice:
    """One category of a breakdown: its latest period and its own series of values."""

    category: str
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]
    signal: str


@dataclass(frozen=True)
class Breakdown:
    """A measure of one unit, cut by one column. Categories are in alphabetical order, never by value."""

    measure: MeasureLine
    unit: str
    column: str
    period: Period | None
    slices: tuple[Slice, ...]


@dataclass(frozen=True)
class Tile:
    """A measure in one line, for lists: the last value, its own normal range, target and signal."""

    measure: MeasureLine
    unit: str
    unit_name: str
    last: Point | None
    recent: tuple[Point, ...]
    segment: Segment | None
    off_target: bool | None
    verdict: str
    signal: str
    late: bool
