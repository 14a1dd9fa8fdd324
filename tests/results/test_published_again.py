"""Whatever is corrected afterwards, what was reported at any moment is read again as it was reported then."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from goldenthread.calc.direction import same
from goldenthread.calc.periods import Grain, Period
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.measures.models import Measure, Observation, ReportedValue
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.models import Batch
from goldenthread.results.facts import engine, table_of
from goldenthread.results.lock import lock, restate
from goldenthread.results.series import series
from tests.results.counties import (
    BY,
    CALENDAR,
    NOW,
    TODAY,
    Call,
    calls,
    units_of,
    value_of,
    write_definitions,
)

MEASURES, UNITS = ("received", "in_time", "median_wait"), ("north", "benefits", "county")
MONTHS = tuple(CALENDAR.period_of(date(2026, month, 1), Grain.MONTH) for month in (1, 2, 3))
FIRST, DAYS = MONTHS[0].start, 90
Place = tuple[str, str, Period]
PLACES = [(measure, unit, month) for measure in MEASURES for unit in UNITS for month in MONTHS]


class Correcting:
    """A county, what was last reported of it at each moment, and the ways in which it is corrected."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.folder = folder
        self.rng = random.Random(seed)
        self.limits = {1: 60}
        """By the number of a definition of ``in_time``: how long a call may wait."""
        self.noted: dict[datetime, dict[Place, float]] = {}
        self.files = 0
        self.definitions = write_definitions(folder / "definitions")
        load_folder(self.definitions, by=BY, now=NOW)
        self.first = self.bring_in(calls(400, seed=1, first=FIRST, days=DAYS), mode="upsert")
        self.report()

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=len(self.noted))

    @property
    def ways(self) -> tuple[Callable[[], object], ...]:
        return (
            *(self.correct_rows, self.add_late_rows, self.replace_days),
            *(self.undo, self.replace_batch, self.change_definition),
        )

    def bring_in(self, rows: list[Call], *, mode: str) -> Batch:
        self.files += 1
        file = self.folder / f"{self.files}.csv"
        with file.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["call", "agent", "day", "wait", "outcome"])
            writer.writerows([one.call, one.agent, one.day, one.wait, one.outcome] for one in rows)
        received = importing.receive("calls", file, mode=mode, by=BY, now=self.now)
        return importing.load(importing.read(received.batch, now=self.now), by=BY, now=self.now)

    def correct_rows(self) -> None:
        """Some rows that are there come again, with other waits and outcomes."""
        again = self.rng.sample(held(), 60)
        self.bring_in([self._otherwise(one) for one in again], mode="upsert")

    def _otherwise(self, one: Call) -> Call:
        return replace(one, wait=self.rng.randrange(120), outcome=self.rng.choice(["answered", "abandoned"]))

    def add_late_rows(self) -> None:
        self.bring_in(calls(30, seed=self._new_seed(), first=FIRST, days=DAYS), mode="upsert")

    def replace_days(self) -> None:
        """A file that takes the place of all there is of its days."""
        first = FIRST + timedelta(days=self.rng.randrange(DAYS - 10))
        self.bring_in(calls(40, seed=self._new_seed(), first=first, days=10), mode="replace_period")

    def undo(self) -> None:
        """Of any batch but the first; another correction when there is no other."""
        others = [one for one in table_of("calls").live_batches() if one != self.first.pk]
        if others:
            batch = importing.find_batch(self.rng.choice(others))
            importing.undo(batch, by=BY, now=self.now, reason="sent by mistake")
        else:
            self.add_late_rows()

    def replace_batch(self) -> None:
        self.undo()
        self.add_late_rows()

    def change_definition(self) -> None:
        number = max(self.limits) + 1
        others = [limit for limit in range(20, 110) if limit != self.limits[number - 1]]
        self.limits[number] = self.rng.choice(others)
        file = self.definitions / "measures" / "in_time.yaml"
        before, after = (f"at_most: {self.limits[one]}" for one in (number - 1, number))
        file.write_text(file.read_text().replace(before, after))
        load_folder(self.definitions, by=BY, now=self.now)

    def _new_seed(self) -> int:
        return 1000 + self.files

    def report(self) -> int:
        """Report every value for the first time, and then each one that moved; how many were."""
        noted = dict(self.noted[max(self.noted)]) if self.noted else {}
        moved = [place for place in PLACES if place not in noted or not same(noted[place], value_now(*place))]
        for measure, unit, month in moved:
            said = {
                "measure": Measure.objects.get(key=measure),
                "unit": Unit.objects.get(key=unit),
                "period": month,
                "by": BY,
                "now": self.now,
                "today": TODAY,
            }
            if self.noted:
                restate(**said, why=f"correction {len(self.noted)}")
            else:
                lock(**said)
        self.noted[self.now] = {**noted, **{place: value_now(*place) for place in moved}}
        return len(moved)


def value_now(measure: str, unit: str, month: Period) -> float:
    value = Observation.objects.get(
        measure__key=measure, unit__key=unit, grain="month", tree="event", period_start=month.start
    ).value
    assert value is not None
    return value


def held(version: int | None = None) -> list[Call]:
    """The rows of a version of the store, or of the newest."""
    with engine().session() as session:
        rows = session.execute(table_of("calls").rows(session, version)).to_pylist()
    return [Call(**{name: one[name] for name in ("call", "agent", "day", "wait", "outcome")}) for one in rows]


def reported_as_of(moments: list[datetime]) -> dict[datetime, dict[Place, float | None]]:
    """What anybody who asks for the values is shown to have been reported up to each moment."""
    found: dict[datetime, dict[Place, float | None]] = {moment: {} for moment in moments}
    for measure in MEASURES:
        for unit in UNITS:
            shown = series(measure, unit, system_scope(by=BY, reason="test"), today=TODAY)
            assert shown is not None
            for point in shown.points:
                for moment in moments:
                    until = [one for one in point.reported if one.reported_at <= moment]
                    if until:
                        found[moment][measure, unit, point.period] = until[-1].value
    return found


def counted_again(row: ReportedValue, rows: list[Call], limit: int) -> float | None:
    """The value by loops over the rows it stood on."""
    month = CALENDAR.period_of(row.period_start, Grain.MONTH)
    inside = [one for one in rows if month.start <= one.day < month.end and row.unit.key in units_of(one)]
    if row.measure.key != "in_time":
        return value_of(row.measure.key, inside)
    good = [one for one in inside if one.wait is not None and one.wait <= limit and one.outcome == "answered"]
    return len(good) * 100 / len(inside)


@pytest.mark.parametrize(
    "corrections", [pytest.param(6, id="some"), pytest.param(50, id="many", marks=pytest.mark.long)]
)
def test_every_reported_figure_is_read_again_as_of_its_moment(
    empty_store: Path, tmp_path: Path, corrections: int
) -> None:
    county = Correcting(tmp_path, seed=corrections)
    moved = 0
    for number in range(corrections):
        # Each way once, before chance decides.
        way = county.ways[number] if number < len(county.ways) else county.rng.choice(county.ways)
        way()
        moved += county.report() > 0
    assert moved > 0.8 * corrections, "what moves nothing corrects nothing"
    assert reported_as_of(list(county.noted)) == county.noted
    facts: dict[int, list[Call]] = {}
    for row in ReportedValue.objects.select_related("measure", "unit"):
        version = row.stood_on["store_versions"]["calls"]
        if version not in facts:
            facts[version] = held(version)
        limit = county.limits[row.stood_on["definition"]] if row.measure.key == "in_time" else 0
        assert counted_again(row, facts[version], limit) == pytest.approx(row.value), row
