"""The table of ASVS 5.0.0 is whole, what it names exists, and its page says the same."""

from __future__ import annotations

import re

from tests.security.asvs import MET, NOT_APPLICABLE, OPEN, PAGE, ROOT, read, rendered

OF_LEVEL = {1: 70, 2: 183}
OF_LEVEL_3 = {"1.2.10", "14.2.7"}
MOST_OPEN = 0.05

ROWS = read()


def test_every_requirement_of_level_2_has_its_line() -> None:
    for level, count in OF_LEVEL.items():
        assert len([row for row in ROWS if row.level == level]) == count
    assert {row.number for row in ROWS if row.level == 3} == OF_LEVEL_3
    assert len({row.number for row in ROWS}) == len(ROWS)


def test_what_is_met_is_shown_and_what_is_not_has_a_reason() -> None:
    for row in ROWS:
        assert row.state in (MET, NOT_APPLICABLE, OPEN), row
        assert row.proof if row.state == MET else row.note, row


def test_few_are_open() -> None:
    still_open = [row for row in ROWS if row.state == OPEN]
    assert not [row for row in still_open if row.level == 1]
    assert len(still_open) <= MOST_OPEN * sum(OF_LEVEL.values())


def test_every_proof_exists() -> None:
    missing = []
    for proof in {proof for row in ROWS for proof in row.proof}:
        path, _, name = proof.partition("::")
        file = ROOT / path
        if not file.is_file() or (name and not re.search(rf"\bdef {name}\(", file.read_text())):
            missing.append(proof)
    assert not missing


def test_the_page_says_the_same() -> None:
    assert PAGE.read_text(encoding="utf-8") == rendered(ROWS), "write it anew: python -m tests.security.asvs"
