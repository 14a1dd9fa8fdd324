"""Each value carries the version of the facts it was counted from, also where a side names its own source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from goldenthread.facts.engines import Session
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.measures.models import Observation
from goldenthread.results.facts import engine, table_of
from goldenthread.results.splitting import split_table
from tests.results.counties import BY, CALLS, NOW, calls, import_calls, write_definitions

VISITS = CALLS.replace("source: calls", "source: visits")
# The measure's own source counts below the line, another one above it; a day ends the earlier formula.
PER_CALL = """
measure: visits_per_call
title: Visits for each call
source: calls
frequency: month
breakdowns: [outcome]
show_as: {per: 1}
numerator: {count: visits, source: visits}
denominator: {count: calls}
"""
EARLIER = PER_CALL.replace("numerator: {count: visits, source: visits}", "numerator: {count: calls}")


def import_visits(folder: Path) -> None:
    file = folder / "visits.csv"
    file.write_text("call,agent,day,wait,outcome\n1,w1,2026-02-03,10,answered\n2,w2,2026-03-03,10,answered\n")
    importing.load(importing.bring_in("visits", file, by=BY, now=NOW).batch, by=BY, now=NOW)


def stored_versions() -> dict[date, int | None]:
    rows = Observation.objects.filter(measure__key="visits_per_call", unit__key="county", grain="month")
    return dict(rows.filter(tree="event").values_list("period_start", "store_version"))


def split_versions(session: Session) -> set[int]:
    rows = session.table(split_table().files(), split_table().schema())
    mine = rows.filter(rows.measure == "visits_per_call", rows.period_start >= date(2026, 2, 1))
    return set(session.execute(mine.select("store_version").distinct())["store_version"].to_pylist())


def test_a_side_with_a_source_of_its_own(empty_store: Path, tmp_path: Path) -> None:
    folder = write_definitions(tmp_path / "county")
    (folder / "sources" / "visits.yaml").write_text(VISITS)
    (folder / "measures" / "visits_per_call.yaml").write_text(EARLIER)
    load_folder(folder, by=BY, now=NOW)
    for seed in (1, 2, 3):
        import_calls(tmp_path, calls(60, seed=seed), f"{seed}.csv")
    import_visits(tmp_path)
    assert table_of("calls").version() != table_of("visits").version(), "nothing would tell them apart"
    (folder / "measures" / "visits_per_call.yaml").write_text(PER_CALL + "formula_from: 2026-02-01\n")
    load_folder(folder, by=BY, now=NOW)
    assert stored_versions() == {
        month: table_of("visits" if month >= date(2026, 2, 1) else "calls").version()
        for month in stored_versions()
    }
    assert len(stored_versions()) > 6
    with engine().session() as session:
        assert split_versions(session) == {table_of("visits").version()}
