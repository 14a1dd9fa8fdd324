"""What computing costs as facts, measures and units grow, one after the other: seconds and memory, each point
in a process that did nothing before."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.apart import apart
from benchmarks.figures import Figure
from benchmarks.generate import FULL, County, Extract, whereabouts
from benchmarks.measures import Side as Worded
from benchmarks.measures import all_measures
from benchmarks.timing import say, timed
from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.formulas.compute import SourceFacts, WantedSide, compute_sides
from goldenthread.facts.formulas.vocabulary import Side
from goldenthread.facts.formulas.whereabouts import PlacedBy
from goldenthread.facts.scope import Scope

# A hundred measures and 300 units are what grows with the facts.
MEASURES = (10, 1_000)
UNITS = {
    10: County(departments=1, divisions=2, teams=6, staff=FULL.staff),
    100: County(departments=3, divisions=15, teams=81, staff=FULL.staff),
    1_000: County(departments=9, divisions=90, teams=900, staff=FULL.staff),
    3_000: County(departments=9, divisions=190, teams=2_800, staff=FULL.staff),
}
_EVERYTHING = Scope(viewer="benchmark", reason="a benchmark", every_unit=True, every_person=True)
_GIGABYTE = 10**9


@dataclass(frozen=True)
class Point:
    """One computation: seconds, the most memory its process held in bytes, and how many answers it gave."""

    seconds: float
    peak: int
    answers: int


def figures(tables: Sequence[Sequence[Path]], *, extract: Extract, seed: int) -> list[Figure]:
    """A figure for each point. ``tables`` are the files of ever more facts; measures and units grow on the
    second of them."""
    units = extract.county.units
    told = [_told(f"100 measures, {units} units", files, 100, extract, seed) for files in tables]
    told += [
        _told(f"{count:,} measures, {units} units", tables[1], count, extract, seed) for count in MEASURES
    ]
    told += [
        _told(f"100 measures, {count:,} units", tables[1], 100, replace(extract, county=county), seed)
        for count, county in UNITS.items()
    ]
    return told


def _told(what: str, files: Sequence[Path], measures: int, extract: Extract, seed: int) -> Figure:
    facts = sum(pq.read_metadata(file).num_rows for file in files)
    point: Point = apart("curves:point", files=files, measures=measures, extract=extract, seed=seed)
    say(f"  {facts:,} facts, {what}: {point.seconds:.1f} s, {point.peak / _GIGABYTE:.2f} GB")
    detail = f"{point.peak / _GIGABYTE:.2f} GB; {point.answers:,} answers of {measures * 2:,} sides"
    return Figure("curves", f"{facts:,} facts, {what}", point.seconds, "s", detail)


def point(files: Sequence[Path], *, measures: int, extract: Extract, seed: int) -> Point:
    """Both sides of that many measures, for every unit and month."""
    wanted = [
        WantedSide(f"{number}/{role}", Side.model_validate({**side, "source": "calls"}), (Grain.MONTH,))
        for number, sides in enumerate(_sides(measures))
        for role, side in zip(("above", "below"), sides, strict=True)
    ]
    source = SourceFacts(
        files, pq.read_schema(files[0]).remove_metadata(), "started_at", PlacedBy("agent", "worker")
    )
    answers: list[int] = []
    with EmbeddedEngine(sorted({file.parent for file in files})) as engine:

        def compute() -> None:
            found = compute_sides(
                engine,
                {"calls": source},
                wanted,
                whereabouts(extract, seed=seed),
                FiscalCalendar(7),
                working_calendar=WorkingCalendar(),
                timezone="UTC",
                window=None,
                scope=_EVERYTHING,
            )
            answers.append(found.num_rows)

        seconds = timed(compute)()
    return Point(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, answers[0])


def _sides(measures: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Those of the hundred, and then of a hundred with a condition more, so that no two share a column."""
    ordinary = all_measures()
    for number in range(measures):
        one, more = ordinary[number % len(ordinary)], number // len(ordinary)
        longer = {"talk_seconds": {"at_least": more}} if more else {}
        yield _with(one.numerator, longer), _with(one.denominator, longer)


def _with(side: Worded, conditions: Mapping[str, Any]) -> dict[str, Any]:
    return {**side.words, "where": {**side.words["where"], **conditions}}
