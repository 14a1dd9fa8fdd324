"""In what a file differs from its source: which header is proposed for a column that is gone, which form,
which words; and what is never proposed."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from goldenthread.definitions import check, read_yaml
from goldenthread.facts.drift import Drift
from goldenthread.facts.intake import Unreadable, read
from goldenthread.facts.sources import SourceDefinition
from tests.facts.intake.reads import source

CASES = source("""\
key: [case_id]
time: opened
worker: worker
load: upsert
columns:
  case_id: {type: text, required: true, from: Case Id}
  worker: {type: text}
  opened: {type: date, format: ["%m/%d/%Y"]}
  hours: {type: number}
  state: {type: category, values: [open, closed]}
""")
NAMES = ("Case Id", "worker", "opened", "hours", "state")


def rows(count: int = 40) -> list[list[str]]:
    return [
        [f"A-{n}", f"w{n % 3}", f"03/{n % 28 + 1:02}/2026", str(n % 7), ("open", "closed")[n % 2]]
        for n in range(count)
    ]


def drift(names: tuple[str, ...], body: list[list[str]], folder: Path, *unused: str) -> Drift:
    file = folder / "extract.csv"
    file.write_text("\n".join(",".join(line) for line in ([*names], *body)))
    try:
        return read(file, CASES, out=folder / "out", timezone="UTC", batch=1, unused=unused).drift
    except Unreadable as error:
        return error.drift


def added(found: Drift) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {change.column: (change.key, change.add) for change in found.changes}


@pytest.mark.parametrize("header", ["CaseID", "CASE-ID", "Case_Identifier", "Case Id Number", "caseId"])
def test_a_new_name_of_the_key(header: str, tmp_path: Path) -> None:
    found = drift((header, *NAMES[1:]), rows(), tmp_path)
    assert added(found) == {"case_id": ("from", (header,))}
    assert "“Case Id” is not in the file" in found.changes[0].why
    assert "different in every row" in found.changes[0].why


@pytest.mark.parametrize("header", ["Case Id", "case_id", " CASE  ID "])
def test_what_is_matched_anyway_proposes_nothing(header: str, tmp_path: Path) -> None:
    assert drift((header, *NAMES[1:]), rows(), tmp_path) == Drift()


def test_a_day_is_known_by_what_it_holds_where_nothing_else_is_one(tmp_path: Path) -> None:
    found = drift(("Case Id", "worker", "Received", "hours", "state"), rows(), tmp_path)
    assert added(found) == {"opened": ("from", ("Received",))}
    assert "this alone has its kind" in found.changes[0].why


def test_of_two_days_with_names_unlike_it_neither_is_proposed(tmp_path: Path) -> None:
    body = [[*line, line[2]] for line in rows()]
    found = drift(("Case Id", "worker", "Received", "hours", "state", "Heard"), body, tmp_path)
    assert added(found) == {}
    assert found.told[0] == "“opened” is not in the file, and no new column is like it."


def test_a_header_that_was_there_before_is_no_new_name(tmp_path: Path) -> None:
    assert added(drift(("CaseID", *NAMES[1:]), rows(), tmp_path, "CaseID")) == {}


def test_a_name_alike_whose_cells_are_of_another_kind_is_not_proposed(tmp_path: Path) -> None:
    body = [[*line[:3], "unknown words", line[4]] for line in rows()]
    found = drift(("Case Id", "worker", "opened", "hour", "state"), body, tmp_path)
    assert added(found) == {}


def test_each_header_is_taken_once_by_what_it_is_most_like(tmp_path: Path) -> None:
    found = drift(("Case-Id", "Case Worker", "Opened On", "hours worked", "state"), rows(), tmp_path)
    assert added(found) == {
        "case_id": ("from", ("Case-Id",)),
        "worker": ("from", ("Case Worker",)),
        "opened": ("from", ("Opened On",)),
        "hours": ("from", ("hours worked",)),
    }


def test_a_form_that_can_stand_beside_the_old_one(tmp_path: Path) -> None:
    body = [[*line[:2], f"{line[2][3:5]}.03.2026", *line[3:]] for line in rows()]
    assert added(drift(NAMES, body, tmp_path)) == {"opened": ("format", ("%d.%m.%Y",))}


def test_a_year_of_two_digits_is_no_year_of_the_first_century(tmp_path: Path) -> None:
    body = [[*line[:2], line[2][:6] + "26", *line[3:]] for line in rows()]
    found = drift(NAMES, body, tmp_path)
    assert added(found) == {}, "beside %Y, %y would never be asked"
    assert "Only 0% of the cells of “opened” read as a day" in found.told[0]


def test_a_form_by_which_old_days_could_be_others_is_told_alone(tmp_path: Path) -> None:
    body = [[*line[:2], f"{13 + n % 15}/03/2026", *line[3:]] for n, line in enumerate(rows())]
    found = drift(NAMES, body, tmp_path)
    assert added(found) == {}
    assert "no form that could stand beside the one in use" in found.told[0]


def test_words_that_are_not_listed(tmp_path: Path) -> None:
    body = [[*line[:4], "paused" if n % 4 == 0 else line[4]] for n, line in enumerate(rows())]
    found = drift(NAMES, body, tmp_path)
    assert added(found) == {"state": ("values", ("paused",))}
    assert found.changes[0].share == pytest.approx(10 / 40)


def test_a_column_of_other_things_altogether_quotes_none_of_them(tmp_path: Path) -> None:
    body = [[*line[:4], ("Rosa Delgado", "Bo Li")[n % 2]] for n, line in enumerate(rows())]
    found = drift(NAMES, body, tmp_path)
    assert added(found) == {}
    assert "Rosa" not in str(found)
    assert "100% of the cells of “state” hold none of the words" in found.told[0]


def test_a_file_without_a_header_proposes_none_of_its_cells(tmp_path: Path) -> None:
    first, *rest = rows()
    assert added(drift(tuple(first), rest, tmp_path)) == {}


def test_rows_are_bounded(tmp_path: Path) -> None:
    file = tmp_path / "extract.csv"
    file.write_text("\n".join(",".join(line) for line in ([*NAMES], *rows(100))))
    kept = read(file, CASES, out=tmp_path / "a", timezone="UTC", batch=1, most_rows=100)
    assert kept.rows == 100
    with pytest.raises(Unreadable, match="more than the 99 rows that one extract may bring"):
        read(file, CASES, out=tmp_path / "b", timezone="UTC", batch=1, most_rows=99)
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.skipif("GOLDENTHREAD_SAMPLES" not in os.environ, reason="needs GOLDENTHREAD_SAMPLES")
def test_a_real_file_under_other_names_is_the_same_file_once_they_are_accepted(tmp_path: Path) -> None:
    events = Path(os.environ["GOLDENTHREAD_SAMPLES"]) / "events"
    with (events / "Honolulu_311_Reports.csv").open(encoding="utf-8-sig", newline="") as lines:
        header, *body = lines.readlines()[:3000]
    definition = read_yaml(Path("docs/how-to/sources/honolulu_311.yaml"))
    as_it_is, renamed = tmp_path / "as_it_is.csv", tmp_path / "renamed.csv"
    as_it_is.write_text(header + "".join(body), newline="")
    other = {"Id": "Report Id", "DateCreated": "date-created", "RequestType": "Request Type Name"}
    names = [other.get(name, name) for name in header.strip().split(",")]
    renamed.write_text(",".join(names) + "\n" + "".join(body), newline="")
    plain = check(SourceDefinition, definition)
    expected = read(as_it_is, plain, out=tmp_path / "a", timezone="UTC", batch=1)
    with pytest.raises(Unreadable) as refused:
        read(renamed, plain, out=tmp_path / "b", timezone="UTC", batch=1)
    data = plain.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for change in refused.value.drift.changes:
        shape = data["columns"][change.column]
        shape["from"] = {"any": [shape.get("from", change.column), *change.add]}
    assert {change.add[0] for change in refused.value.drift.changes} == set(other.values())
    accepted = SourceDefinition.model_validate(data)
    for file in (as_it_is, renamed):
        found = read(file, accepted, out=tmp_path / "c", timezone="UTC", batch=1)
        assert (found.rows, found.accepted) == (expected.rows, expected.accepted)
        assert pq.read_table(tmp_path / "c" / "accepted.parquet").equals(
            pq.read_table(tmp_path / "a" / "accepted.parquet")
        )
