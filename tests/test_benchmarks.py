"""The benchmarks run: their limits answer as the product does, and their ratios are told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[1]


def figures_of(only: str, *, rows: int, folder: Path) -> tuple[list[dict[str, Any]], str]:
    """What these sections found, and what they printed."""
    report = folder / "figures.json"
    options = ["--quick", "--rows", str(rows), "--only", only, "--json", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text(encoding="utf-8"))["figures"], done.stdout


def test_import_and_compute_give_ratios(tmp_path: Path) -> None:
    figures, printed = figures_of("import,compute", rows=20_000, folder=tmp_path)
    ratios = {figure["what"]: figure["value"] for figure in figures if figure["unit"] == "x"}
    assert len(ratios) == 3
    assert all(value > 0 for value in ratios.values())
    assert all(what in printed for what in ratios)


@pytest.mark.long
def test_a_report_says_what_the_hand_written_query_does_from_facts_and_from_tallies(tmp_path: Path) -> None:
    figures, _printed = figures_of("curves,report", rows=2_000, folder=tmp_path)
    assert [figure["section"] for figure in figures] == ["curves"] * 9 + ["report"] * 4
    assert all(figure["value"] for figure in figures)
