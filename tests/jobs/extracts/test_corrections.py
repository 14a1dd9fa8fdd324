"""A file of corrections: it replaces the rows it names, computes the periods it touches and none before them,
and what the pages then show are the corrected rows, counted by loops."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.calc.periods import Grain
from goldenthread.jobs.extracts import importing
from goldenthread.record.access.models import Grant
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.models import Batch
from tests.results.conftest import empty_store  # noqa: F401
from tests.results.counties import (
    BY,
    CALENDAR,
    NOW,
    Call,
    calls,
    import_calls,
    load_definitions,
)
from tests.results.test_compute import assert_agrees

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def correct(folder: Path, rows: list[Call], *, now: datetime) -> Batch:
    file = folder / "corrections.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["call", "agent", "day", "wait", "outcome"])
        writer.writerows([one.call, one.agent, one.day, one.wait, one.outcome] for one in rows)
    return importing.load(importing.bring_in("calls", file, by=BY, now=now).batch, by=BY, now=now)


def touched(days: set[date], grain: Grain) -> set[date]:
    return {CALENDAR.period_of(day, grain).start for day in days}


def test_corrections_touch_their_periods_alone_and_the_pages_show_them(
    empty_store: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    # Values of fewer than five people would be folded on the page.
    rows = [
        replace(one, agent=f"temp{number % 5}") if one.agent == "temp" else one
        for number, one in enumerate(calls(800, seed=31))
    ]
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, rows, "calls.csv")
    october = [one for one in rows if one.day.month == 10][:6]
    march = [one for one in rows if one.day.month == 3][:5]
    assert (len(october), len(march)) == (6, 5)
    corrected = [replace(one, wait=5, outcome="answered") for one in october]
    # One that happened on another day leaves its month and comes into another.
    corrected += [replace(one, day=date(2025, 12, 9), agent="w2") for one in march]
    batch = correct(tmp_path, corrected, now=LATER)
    assert (batch.accepted, batch.rows_replaced) == (11, 11)
    after = [*({one.call: one for one in rows} | {one.call: one for one in corrected}).values()]
    assert len(after) == len(rows)
    assert_agrees(after)
    days = {one.day for one in (*october, *march, *corrected)}
    for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR):
        done = Observation.objects.filter(computed_at=LATER, grain=grain)
        found = set(done.values_list("period_start", flat=True))
        wanted = touched(days, grain)
        assert wanted <= found, grain
        # A month that changes moves what its year comes to in each month after it, and nothing before it.
        assert min(found) == min(wanted), grain
    before = Observation.objects.filter(grain="month", period_start__lt=min(touched(days, Grain.MONTH)))
    assert before.exists()
    assert set(before.values_list("computed_at", flat=True)) == {NOW}
    assert_pages_show(after)


def test_corrections_of_corrections_and_an_undo(empty_store: Path, tmp_path: Path) -> None:  # noqa: F811
    rows = calls(200, seed=32)
    load_definitions(tmp_path / "county")
    import_calls(tmp_path, rows, "calls.csv")
    wrong = [replace(one, wait=1) for one in rows[:40]]
    right = [replace(one, wait=119) for one in rows[20:60]]
    correct(tmp_path, wrong, now=LATER)
    last = correct(tmp_path, right, now=LATER + timedelta(hours=1))
    known = {one.call: one for one in rows} | {one.call: one for one in wrong}
    assert_agrees([*(known | {one.call: one for one in right}).values()])
    importing.undo(last, by=BY, now=LATER + timedelta(hours=2))
    assert_agrees([*known.values()])


def assert_pages_show(rows: list[Call]) -> None:
    ada = User.objects.create_user("ada", name="Ada")
    Grant.objects.create(
        user=ada, role="analyst", unit=Unit.objects.get(key="county"), starts_on=date(2020, 1, 1)
    )
    client = Client()
    client.force_login(ada)
    months = defaultdict(list)
    for one in rows:
        months[one.day.replace(day=1)].append(one)
    received, in_time = (
        {date.fromisoformat(line["Period"]): line for line in shown(client, measure)}
        for measure in ("received", "in_time")
    )
    assert received.keys() == in_time.keys() == months.keys()
    open_months = {month for month, line in received.items() if line["Value"] != "folded"}
    assert open_months & {date(2025, 10, 1), date(2025, 12, 1), date(2026, 3, 1)}, "of those corrected"
    for month in open_months:
        inside = months[month]
        good = [one for one in inside if (one.wait or 0) <= 60 and one.outcome == "answered"]
        good = [one for one in good if one.wait is not None]
        assert float(received[month]["Value"]) == len(inside), month
        if in_time[month]["Value"] != "folded":
            parts = [float(in_time[month][side]) for side in ("Counted", "Out of")]
            assert parts == [len(good), len(inside)], month


def shown(client: Client, measure: str) -> list[dict[str, str]]:
    """What the page of a measure gives as a file."""
    lines = client.get(f"/measures/{measure}/data.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(lines)))
