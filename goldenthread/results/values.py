"""What leaves through the door: plain, frozen values that pages, commands and files can show as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from goldenthread.calc.direction import Better
from goldenthread.calc.lenses import LensResult, Target
from goldenthread.calc.periods import Grain, Period
from goldenthread.calc.spc import Capability, Meaning, Segment, Signal

Status = Literal["ok", "too_few", "no_data", "not_available", "folded"]


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


class Point(NamedTuple):
    """One period of one unit. ``value`` is in the shown unit (a percent is 81.4, not 0.814), None is no data.

    ``status`` says in one word why a value is missing or must not be judged: too_few (below the measure's
    minimum), no_data (nothing was counted), not_available (parts are there but cannot make a value), folded
    (of few people, or needed to keep such a one; the reader may not see them). A
    ``provisional`` value may still change, because its period or the days of grace after it are not over;
    like one of too few it is shown and takes no part in limits and signals.

    A tuple, for a page makes hundreds of them.
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
    meaning: Meaning
    signal: Signal | None
    target: Target | None
    target_why: str
    definition: int
    reported: tuple[Reported, ...] = ()

    @property
    def has_value(self) -> bool:
        """Whether there is one, even if it is folded and not told."""
        return self.value is not None or self.status == "folded"


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
    decimals: int | None
    better: Better
    kind: str
    frequency: Grain
    has_denominator: bool


@dataclass(frozen=True)
class Series:
    """A measure of one unit over time, judged.

    ``folds_into`` names the unit above, which holds what is folded; empty at the top.
    ``points`` are contiguous periods; ``segments`` index into them. ``lenses`` are the four, in order, for
    the point of ``latest``. ``verdict`` is one or two sentences on it, ``capability_sentence`` one or none.
    """

    measure: MeasureLine
    unit: str
    unit_name: str
    folds_into: str
    grain: Grain
    is_year_to_date: bool
    tree: Literal["event", "today"]
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]
    notes: tuple[Note, ...]
    lenses: tuple[LensResult, ...]
    capability: Capability | None
    verdict: str
    capability_sentence: str
    as_of: datetime | None
    next_expected: date
    is_late: bool

    @property
    def latest(self) -> Point | None:
        """The latest point that has a value, or one that is folded, and is complete; the one a verdict is
        about."""
        return next(
            (point for point in reversed(self.points) if point.has_value and not point.provisional), None
        )


@dataclass(frozen=True)
class Slice:
    """One category of a breakdown, as a series of its own."""

    category: str
    series: Series


_RECENT = 12


@dataclass(frozen=True)
class Tile:
    """A measure in one line, for lists: at most twelve recent points, and the latest segment's limits."""

    measure: MeasureLine
    unit: str
    unit_name: str
    folds_into: str
    latest: Point | None
    recent: tuple[Point, ...]
    segment: Segment | None
    met_target: LensResult
    verdict: str
    next_expected: date
    is_late: bool

    @classmethod
    def of(cls, one: Series) -> Tile:
        """The series in one line."""
        return cls(
            measure=one.measure,
            unit=one.unit,
            unit_name=one.unit_name,
            folds_into=one.folds_into,
            latest=one.latest,
            recent=one.points[-_RECENT:],
            segment=one.segments[-1] if one.segments else None,
            met_target=one.lenses[0],
            verdict=one.verdict,
            next_expected=one.next_expected,
            is_late=one.is_late,
        )

    def __hash__(self) -> int:
        """Not all of it: what is shown of a tile is kept by it, and a kept tile is found by being itself."""
        return hash((self.measure.key, self.unit, self.verdict))
