"""Commands start at once: a library that reads facts or files is imported where facts or files are read."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = ("deltalake", "duckdb", "ibis", "numpy", "openpyxl", "pyarrow", "python_calamine", "weasyprint")

_HELP = """
import importlib
from goldenthread.commands import COMMANDS, commands
commands.main(["--help"], standalone_mode=False)
for name in COMMANDS:
    commands.main([name, "--help"], standalone_mode=False)
"""
_READING = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "goldenthread.config.settings"
import django
django.setup()
import goldenthread.commands.batch_words, goldenthread.commands.series_words
import goldenthread.record.sources.queries, goldenthread.results.series, goldenthread.results.units
"""


def _imported(script, home):
    told = "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script + told],
        env={**os.environ, "GOLDENTHREAD_HOME": str(home), "GOLDENTHREAD_SECRET_KEY": "for this test"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(_HELP, id="help of every command"),
        pytest.param(_READING, id="what batches and series run"),
    ],
)
def test_starting_does_not_wait_for_libraries_that_read_facts(script, tmp_path):
    imported = _imported(script, tmp_path)
    assert "goldenthread.commands" in imported
    assert imported.isdisjoint(HEAVY)
