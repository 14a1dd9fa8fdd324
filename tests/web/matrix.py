"""The matrix: every address, and for everybody in ``callers.CALLERS`` what there is for them.

It stands in ``matrix.csv``, a row for each address, to be read in any spreadsheet. A name in braces stands
for something of the whole county, so that an address can have more than one row. There is no default: a cell
is one of ``Answer``, and an address of the product without a row fails ``test_every_address.py``.

``python -m tests.web.matrix`` writes the pages of docs/reference/access.md that show it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.web.callers import CALLERS

FILE = Path(__file__).with_name("matrix.csv")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "access.md"
BEGIN, END = "<!-- matrix: tests/web/matrix.csv -->\n", "<!-- /matrix -->\n"
_PARTS = {
    "Signing in and one's own account": ("/accounts/", "/invite/", "/my-mail/", "/views/", "/new/view/"),
    "Access and its record": (
        "/access/",
        "/audit/",
        "/my-access/",
        "/my-tokens/",
        "/new/token/",
        "/stand-ins/",
        "/who-looked/",
    ),
    "Data": ("/data/", "/new/source/"),
    "Results and everything else": ("/",),
}
"""The parts of the page, each with how its addresses begin; an address belongs to the first that fits."""
_NAME = re.compile(r"\{([^}]+)\}")


class Answer(StrEnum):
    """What there is at an address for one caller. PUT, PATCH, DELETE, OPTIONS and TRACE find nothing
    anywhere."""

    READS = "reads"
    SENDS = "sends"
    BOTH = "both"
    NO = "no"
    SIGN_IN = "sign in"


WORDS = {
    Answer.READS: "GET and HEAD are answered; a form sent there finds nothing",
    Answer.SENDS: "a form sent there (POST) is answered; GET and HEAD find nothing",
    Answer.BOTH: "GET, HEAD and POST are answered",
    Answer.NO: "nothing is there: the same 404, byte for byte, as at an address that does not exist",
    Answer.SIGN_IN: "the same way to the sign-in form, whether there is something or not",
}
_IN_THE_TABLE = {Answer.NO: "–", Answer.SIGN_IN: "sign in"}


@dataclass(frozen=True)
class Row:
    """``address`` with names in braces, what there is, and the answer for each caller."""

    address: str
    what: str
    answers: Mapping[str, Answer] = field(hash=False)

    def at(self, things: Mapping[str, str]) -> str:
        """The address in a county whose ``things`` have these keys and numbers."""
        return _NAME.sub(lambda name: things[name[1]], self.address)


def rows() -> list[Row]:
    """The matrix; an error that names the row where a cell is missing or is no answer."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return [_row(cells) for cells in csv.DictReader(file, strict=True)]


def _row(cells: dict[str, str]) -> Row:
    address, what = cells.pop("address"), cells.pop("what")
    if list(cells) != list(CALLERS):
        raise ValueError(f"{address}: found cells for {list(cells)}; wanted one for each of {list(CALLERS)}.")
    try:
        return Row(address, what, {caller: Answer(cell) for caller, cell in cells.items()})
    except ValueError as error:
        raise ValueError(f"{address}: {error}; wanted one of {', '.join(Answer)}.") from error


def rendered() -> str:
    """The part of the page that shows the matrix, between its marks."""
    return "".join([BEGIN, *_lines(), END])


def shown() -> str:
    """That part as it stands in the page."""
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(BEGIN) : text.index(END) + len(END)]


def _lines() -> Iterator[str]:
    yield from _table(("caller", "who"), ((name, one.who) for name, one in CALLERS.items()))
    yield "\n"
    yield from _table(("answer", "what it means"), ((_cell(one), words) for one, words in WORDS.items()))
    every = rows()
    for title in _PARTS:
        yield f"\n### {title}\n"
        yield from _table(
            ("address", "what", *CALLERS),
            (
                (f"`{row.address}`", row.what, *map(_cell, row.answers.values()))
                for row in every
                if _part_of(row) == title
            ),
        )


def _cell(answer: Answer) -> str:
    return _IN_THE_TABLE.get(answer, answer.value)


def _table(header: tuple[str, ...], body: Iterator[tuple[str, ...]]) -> Iterator[str]:
    for line in (header, ("---",) * len(header), *body):
        yield f"| {' | '.join(line)} |\n"


def _part_of(row: Row) -> str:
    return next(title for title, beginnings in _PARTS.items() if row.address.startswith(beginnings))


if __name__ == "__main__":
    PAGE.write_text(PAGE.read_text(encoding="utf-8").replace(shown(), rendered()), encoding="utf-8")
