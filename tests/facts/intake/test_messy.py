"""Every messy file loads exactly as its clean twin says, or is refused with a true sentence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from goldenthread.facts.intake import Unreadable
from goldenthread.facts.sources import SourceDefinition
from tests.facts.intake.reads import Outcome, columns, outcome

EXACT = ""
# File -> EXACT, or the sentence (its telling part) with which the whole file is refused.
TABLE = {
    "polluted/file_double_trailing_newline.csv": EXACT,
    "polluted/file_escape_char_0x00.csv": EXACT,
    "polluted/file_escape_char_0x5C.csv": EXACT,
    "polluted/file_field_delimiter_0x20.csv": "its rows have between 9 and 14 cells",
    "polluted/file_field_delimiter_0x2C_0x20.csv": EXACT,
    "polluted/file_field_delimiter_0x3B.csv": EXACT,
    "polluted/file_field_delimiter_0x9.csv": EXACT,
    "polluted/file_header_multirow_2.csv": EXACT,
    "polluted/file_header_multirow_3.csv": EXACT,
    "polluted/file_header_only.csv": EXACT,
    "polluted/file_multitable_less.csv": EXACT,
    "polluted/file_multitable_more.csv": "has 9 names and most rows below it have 10 cells",
    "polluted/file_multitable_same.csv": "Row 84 repeats the header",
    "polluted/file_no_header.csv": EXACT,
    "polluted/file_no_payload.csv": "The file is empty",
    "polluted/file_no_trailing_newline.csv": EXACT,
    "polluted/file_one_data_row.csv": EXACT,
    "polluted/file_preamble.csv": EXACT,
    "polluted/file_quotation_char_0x27.csv": EXACT,
    "polluted/file_record_delimiter_0xA.csv": EXACT,
    "polluted/file_record_delimiter_0xD.csv": EXACT,
    "polluted/row_extra_quote0_col0.csv": "has 3 names and most rows below it have 9 cells",
    "polluted/row_field_delimiter_0_0x20.csv": "has none of the columns",
    "polluted/row_less_sep_row0_col1.csv": "has 8 names and most rows below it have 9 cells",
    "polluted/row_more_sep_row0_col0.csv": "has 10 names and most rows below it have 9 cells",
    "polluted/source.csv": EXACT,
    "pollock/2004-2016.csv": EXACT,
    "pollock/Oct_2013.csv": EXACT,
    "pollock/Sustainability_-_Water_consumption_P_56.csv": EXACT,
    "pollock/moj-aramis-data-march-11.csv": EXACT,
    "pollock/public-toilet-borough-grid.csv": EXACT,
}
# Rows refused beside the exact table, and why: what follows the first table of a file has other columns.
REFUSED_BESIDE = {"polluted/file_multitable_less.csv": 83}
# What the twin leaves out by knowing the file's words for nothing.
MISSING_WORDS = {"pollock/2004-2016.csv": ["", "missing"]}
# What the corpus's own parameters say and no reader could find out.
LAYOUT = {"polluted/file_quotation_char_0x27.csv": {"quote": "'", "escape": '"'}}
MENDED = {"polluted/file_escape_char_0x00.csv": 6, "polluted/file_quotation_char_0x27.csv": 33}


def test_the_table_names_every_file(samples: Path) -> None:
    messy = samples / "messy"
    found = {
        f"{corpus}/{file.name}"
        for corpus in ("polluted", "pollock")
        for file in (messy / corpus / "csv").iterdir()
    }
    assert found == set(TABLE)


def test_the_files_without_a_twin_are_each_read_by_name(samples: Path) -> None:
    tests = "".join(one.read_text() for one in Path(__file__).parent.glob("test_*.py"))
    others = [file.name for corpus in ("csv", "excel") for file in (samples / "messy" / corpus).iterdir()]
    assert [name for name in others if f'{name}"' not in tests] == []
    assert len(others) == 14


@pytest.mark.parametrize("name", TABLE)
def test_messy(name: str, samples: Path, tmp_path: Path) -> None:
    corpus, file_name = name.split("/")
    folder = samples / "messy" / corpus
    parameters = json.loads((folder / "parameters" / f"{file_name}_parameters.json").read_text())
    with (folder / "clean" / file_name).open(newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    names = parameters["column_names"] or [
        f"column {index + 1}" for index in range(len(rows[0]) if rows else 1)
    ]
    wanted = rows[1:] if parameters["column_names"] else rows

    def attempt() -> Outcome:
        return outcome(folder / "csv" / file_name, all_text(names, name), tmp_path)

    if TABLE[name] != EXACT:
        with pytest.raises(Unreadable, match=TABLE[name]):
            attempt()
        assert list(tmp_path.iterdir()) == []
        return
    found = attempt()
    cells = [[row[f"x{index}"] or "" for index in range(len(names))] for row in found.accepted]
    assert cells == [[cell.strip() for cell in row] for row in wanted if any(cell.strip() for cell in row)]
    assert found.report.rejected == REFUSED_BESIDE.get(name, 0)
    assert found.report.mended_rows == MENDED.get(name, 0)


def all_text(names: list[str], name: str) -> SourceDefinition:
    missing = MISSING_WORDS.get(name, [""])
    return SourceDefinition.model_validate(
        {
            "source": "messy",
            "file": LAYOUT.get(name, {}),
            "columns": {
                f"x{index}": {"type": "text", "from": one, "missing": missing}
                for index, one in enumerate(names)
            },
        }
    )


def test_blank_headers_are_named_by_their_place(samples: Path, tmp_path: Path) -> None:
    definition = columns(id="{type: text}", who="{type: text, from: column 2}", age="{type: whole_number}")
    found = outcome(samples / "messy/csv/blank-headers.csv", definition, tmp_path)
    assert [(row["id"], row["who"], row["age"]) for row in found.accepted] == [
        ("1101", "John", 30),
        ("1102", "Julie", 26),
    ]


def test_repeated_headers_are_numbered(samples: Path, tmp_path: Path) -> None:
    definition = columns(
        id="{type: text}", third="{type: text, from: id (3)}", second="{type: text, from: id (2)}"
    )
    found = outcome(samples / "messy/csv/duplicate-headers.csv", definition, tmp_path)
    assert [(row["id"], row["second"], row["third"]) for row in found.accepted] == [
        ("1101", "0", "001101"),
        ("1102", "0", "001102"),
    ]


@pytest.mark.parametrize(("file", "word"), [("bom.csv", "中国人"), ("latin1.csv", "©")])
def test_encodings(file: str, word: str, samples: Path, tmp_path: Path) -> None:
    definition = columns(id="{type: text}", name="{type: text}")
    assert outcome(samples / "messy/csv" / file, definition, tmp_path).values("name") == ["english", word]


def test_leading_zeros_of_text_stay(samples: Path, tmp_path: Path) -> None:
    found = outcome(samples / "messy/csv/leading-zeros.csv", columns(value="{type: text}"), tmp_path)
    assert found.values("value") == ["01", "002", "00003"]
