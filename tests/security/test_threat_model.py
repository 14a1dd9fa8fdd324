"""What the threat model says is shown by a test is shown by one that is there."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "threat-model.md"
SHOWN_BY = re.compile(r"\[(test_\w+)\]\(([^)]+)\)")
LEAST_ROWS = 20


def missing_tests(page: Path) -> list[str]:
    """The tests that a page names where they are not."""
    named = SHOWN_BY.findall(page.read_text(encoding="utf-8"))
    assert len(named) > LEAST_ROWS
    return [
        name for name, file in named if not re.search(rf"\bdef {name}\(", (page.parent / file).read_text())
    ]


def test_every_test_it_names_is_there() -> None:
    assert missing_tests(PAGE) == []


def test_every_threat_names_a_test_or_what_it_waits_for() -> None:
    table = PAGE.read_text(encoding="utf-8").split("## By whom")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| who, ")]
    assert len(rows) > LEAST_ROWS
    bare = [row for row in rows if not SHOWN_BY.search(row) and "waits for" not in row]
    assert not bare
