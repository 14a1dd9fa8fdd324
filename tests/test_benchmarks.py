"""The benchmarks run: their limits answer as the product does, and their ratios are told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def test_import_and_compute_give_ratios(tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    options = ["--quick", "--rows", "20000", "--only", "import,compute", "--json", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(report.read_text(encoding="utf-8"))["figures"]
    ratios = {figure["what"]: figure["value"] for figure in figures if figure["unit"] == "x"}
    assert len(ratios) == 3
    assert all(value > 0 for value in ratios.values())
    assert all(what in done.stdout for what in ratios)
