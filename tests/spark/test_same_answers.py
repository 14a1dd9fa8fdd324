"""Whatever engine answers, the answers are the same: the tests of formulas and of what stands on them run
again in processes that ask another one, and the demo county is computed twice."""

from __future__ import annotations

import math
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spark.cluster import Environment

pytest.importorskip("pyspark", reason="formulas on Spark: make test runs them apart, in .venv-spark")

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
GOLDENTHREAD = str(Path(PYTHON).with_name("goldenthread"))
# A driver closes its sockets when it likes.
LENIENT = ("-W", "ignore::ResourceWarning", "-W", "ignore::pytest.PytestUnraisableExceptionWarning")
WORDS = ("tests/facts/formulas",)
RESULTS = tuple(f"tests/results/test_{name}.py" for name in ("open_work", "due", "reports", "tallying"))
OBSERVATIONS = """
    SELECT measure_id, version_id, unit_id, grain, period_start, tree,
           numerator, denominator, value, facts, contributors
    FROM record_observation ORDER BY 1, 2, 3, 4, 5, 6
"""
KEYS = 6


def passed(environment: Environment, *tests: str) -> int:
    """How many of these tests pass where another engine answers; fails when any does not."""
    run = subprocess.run(
        [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *LENIENT, *tests],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6000:]
    counted = re.search(r"(\d+) passed", run.stdout)
    assert counted, run.stdout[-2000:]
    return int(counted[1])


def test_every_word_says_what_its_plain_twin_says(engine: Environment) -> None:
    assert passed(engine, *WORDS) > 90


@pytest.mark.long
def test_measures_reports_and_open_work_say_what_loops_over_the_rows_say(engine: Environment) -> None:
    assert passed(engine, *RESULTS) > 40


@pytest.mark.long
def test_the_demo_county_has_the_same_values(engine: Environment, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    run("demo", "--no-serve", home=home, environment={})
    embedded = observations(home)
    with sqlite3.connect(f"{home}/goldenthread.sqlite3") as records:
        records.execute("UPDATE record_observation SET value = -1, numerator = -1")
    run("compute", home=home, environment=engine)
    elsewhere = observations(home)

    assert len(embedded) > 10_000
    assert [row[:KEYS] for row in elsewhere] == [row[:KEYS] for row in embedded]
    differ = [
        (one, other)
        for one, other in zip(embedded, elsewhere, strict=True)
        if not all(map(alike, one[KEYS:], other[KEYS:]))
    ]
    assert differ == []


def observations(home: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"{home}/goldenthread.sqlite3") as records:
        return records.execute(OBSERVATIONS).fetchall()


def alike(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def run(*command: str, home: str, environment: Environment) -> None:
    done = subprocess.run(
        [GOLDENTHREAD, *command],
        env={**os.environ, **environment, "GOLDENTHREAD_HOME": home},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
