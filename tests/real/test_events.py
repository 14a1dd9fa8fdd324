"""Extracts with one row per event, against what plain Python finds in the same files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, median

import pytest

from goldenthread.calc.periods import Grain
from tests.real.loading import Loaded, comparable, load, plain_rows, write_rows

US, ISO, DAY = "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.000", "%m/%d/%Y"
REQUESTS = "events/nyc311_coms6111.csv"

# name of the definition, file, column of the id, start, end, their format
FILES = [
    ("nyc_311", REQUESTS, "unique_key", "created_date", "closed_date", ISO),
    (
        "noise_complaints",
        "events/Noise_Complaints.csv",
        "Case Number",
        "Case Open Date",
        "Case Close Date",
        DAY,
    ),
    (
        "emergency_incidents",
        "events/NYC_Emergency_Response_Incidents.csv",
        None,
        "Creation Date",
        "Closed Date",
        US,
    ),
    ("honolulu_311", "events/Honolulu_311_Reports.csv", "Id", "DateCreated", "DateUpdated", US),
]


def _moment(text: str, form: str) -> datetime:
    """The clock time as written; the zone only keeps it from being naive."""
    return datetime.strptime(text, form).replace(tzinfo=UTC)


def _moments(
    rows: list[dict[str, str]], start: str, end: str, form: str
) -> Iterator[tuple[datetime, datetime | None]]:
    for row in rows:
        yield (
            _moment(row[start], form),
            _moment(row[end], form) if row[end] else None,
        )


@pytest.mark.parametrize(
    ("name", "file", "key", "start", "end", "form"), FILES, ids=[one[0] for one in FILES]
)
def test_only_rows_that_end_before_they_start_are_refused(
    samples: Path, tmp_path: Path, name: str, file: str, key: str | None, start: str, end: str, form: str
) -> None:
    loaded = load(name, samples / file, tmp_path)
    plain = plain_rows(samples / file)
    backwards = {
        number
        for number, (begun, done) in enumerate(_moments(plain, start, end, form), start=1)
        if done is not None and done < begun
    }
    (check,) = loaded.definition.checks
    assert {reject["row"] for reject in loaded.rejects} == backwards
    assert {reject["reason"] for reject in loaded.rejects} <= {check.reason}
    assert (loaded.report.rows, loaded.report.rejected) == (len(plain), len(backwards))
    if key:
        kept = [row[key] for number, row in enumerate(plain, start=1) if number not in backwards]
        assert [row[loaded.definition.key[0]] for row in loaded.rows] == kept


def test_the_noise_file_holds_cases_closed_before_they_were_opened(samples: Path, tmp_path: Path) -> None:
    loaded = load("noise_complaints", samples / "events/Noise_Complaints.csv", tmp_path)
    (reason,) = loaded.report.reasons
    assert (reason.column, reason.reason, reason.count) == (
        "Case Close Date",
        "closed before it was opened",
        loaded.report.rejected,
    )
    assert loaded.report.rejected > 0


def _as_title_case(row: dict[str, str]) -> dict[str, str]:
    """A row of the API as the export of the same portal writes it."""

    def written(name: str, text: str) -> str:
        is_time = name in ("created_date", "closed_date", "due_date") and text
        return _moment(text, ISO).strftime(US) if is_time else text

    return {name.replace("_", " ").title(): written(name, text) for name, text in row.items()}


def test_both_layouts_of_the_same_requests_load_alike(samples: Path, tmp_path: Path) -> None:
    plain = plain_rows(samples / REQUESTS)
    of_api = load("nyc_311", samples / REQUESTS, tmp_path / "api")
    exported = write_rows(tmp_path / "export.csv", map(_as_title_case, plain))
    of_export = load("nyc_311", exported, tmp_path / "export")
    assert comparable(of_export.rows) == comparable(of_api.rows)
    assert len(of_api.rows) == len(plain)


def test_a_request_closed_before_it_was_created_is_refused_in_either_layout(
    samples: Path, tmp_path: Path
) -> None:
    closed = [row for row in plain_rows(samples / REQUESTS) if row["closed_date"] > row["created_date"]]
    turned = {**closed[0], "created_date": closed[0]["closed_date"], "closed_date": closed[0]["created_date"]}
    rows = [turned, *closed[1:]]
    for name, written in (("api", rows), ("export", map(_as_title_case, rows))):
        loaded = load("nyc_311", write_rows(tmp_path / f"{name}.csv", written), tmp_path / name)
        assert [(one["row"], one["reason"]) for one in loaded.rejects] == [
            (1, "closed before it was created")
        ]
        assert turned["unique_key"] not in {row["unique_key"] for row in loaded.rows}


@pytest.fixture(scope="module")
def requests(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load("nyc_311", samples / REQUESTS, tmp_path_factory.mktemp("nyc_311"))


@pytest.mark.parametrize("breakdown", ["agency", "complaint_type"])
@pytest.mark.parametrize(("word", "plainly"), [("mean", mean), ("median", median), ("max", max)])
def test_days_to_close_equal_a_plain_twin(
    samples: Path, requests: Loaded, breakdown: str, word: str, plainly: Callable[[list[int]], float]
) -> None:
    days = defaultdict(list)
    plain = plain_rows(samples / REQUESTS)
    for row, (created, closed) in zip(
        plain, _moments(plain, "created_date", "closed_date", ISO), strict=True
    ):
        if closed is not None and closed >= created:
            days[(created.date(), row[breakdown])].append((closed.date() - created.date()).days)
    wanted = {place: float(plainly(elapsed)) for place, elapsed in days.items()}
    assert requests.by_category({word: "days_to_close"}, breakdown, Grain.DAY) == pytest.approx(wanted)
    assert len(wanted) > 5


def test_only_requests_with_a_due_date_are_on_time_or_late(samples: Path, tmp_path: Path) -> None:
    """Every request of the file that has a due date is still open: close every other one two days late."""
    rows = plain_rows(samples / REQUESTS)
    due = [row for row in rows if row["due_date"]]
    for number, row in enumerate(due):
        late = timedelta(days=2 * (number % 2))
        row["closed_date"] = (_moment(row["due_date"], ISO) + late).strftime(ISO)
    loaded = load("nyc_311", write_rows(tmp_path / "closed.csv", rows), tmp_path / "out")
    counts = {
        answer: sum(
            loaded.by_category(
                {"count": "requests", "where": {"closed_on_time": answer}}, "agency", Grain.DAY
            ).values()
        )
        for answer in (True, False)
    }
    assert counts == {True: (len(due) + 1) // 2, False: len(due) // 2}
    assert 0 < len(due) < sum(bool(row["closed_date"]) for row in rows)
