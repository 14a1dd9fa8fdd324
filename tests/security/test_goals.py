"""Each goal of docs/reference/proofs.md names tests that are there; what no test runs is asked in full."""

from __future__ import annotations

import tomllib

from scripts.check import CHECKS
from tests.security.asvs import ROOT
from tests.security.test_threat_model import SHOWN_BY, missing_tests

PAGE = ROOT / "docs" / "reference" / "proofs.md"
HELD_BY_TESTS_INSTEAD = {"B308", "B608", "B703"}
"""What bandit says of markup and SQL, which tests/test_safety.py asks more closely."""


def goals() -> list[str]:
    table = PAGE.read_text(encoding="utf-8").split("## Goals and where each is proved")[1]
    return [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| goal ")]


def test_every_goal_names_tests_that_are_there() -> None:
    assert len(goals()) > 10
    assert [row for row in goals() if not SHOWN_BY.search(row)] == []
    assert missing_tests(PAGE) == []


def test_no_goal_stands_twice() -> None:
    numbers = [row.split()[1] for row in goals()]
    assert sorted(set(numbers)) == sorted(numbers)


def test_bandit_and_the_check_for_production_are_asked_in_full() -> None:
    asked = {check.command[0]: check.command for check in CHECKS if check.command[0] == "bandit"}
    assert {"-ll", "--recursive", "goldenthread"} <= set(asked["bandit"])
    assert ("django-admin", "check", "--deploy", "--fail-level", "WARNING") in [one.command for one in CHECKS]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["bandit"] == {"skips": sorted(HELD_BY_TESTS_INSTEAD)}
