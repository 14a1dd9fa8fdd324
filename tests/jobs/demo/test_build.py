from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from goldenthread.commands.demonstration import place_beside
from goldenthread.jobs.demo.build import move_into_place

BUILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from goldenthread.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
workspace.create()
import django
django.setup()
from goldenthread.jobs.demo.build import build, move_into_place
build(workspace, now=datetime(2026, 10, 13, 13, 10, tzinfo=UTC))
move_into_place(workspace.home, Path(sys.argv[2]))
"""

LOOK = """
import django, json
django.setup()
from goldenthread.accounts.models import User
from goldenthread.record.measures.models import Measure, Observation, ReportedValue, TypedValue
from goldenthread.record.notices.models import Notice
from goldenthread.record.sources.models import Batch
value = Observation.objects.get(
    measure__key="calls_answered_in_time", unit__key="county", grain="month", tree="event",
    period_start="2026-09-01",
)
print(json.dumps({
    "states": sorted(set(Batch.objects.values_list("state", flat=True))),
    "waiting": [batch.source.key for batch in Batch.objects.filter(state="waiting")],
    "measures": Measure.objects.count(),
    "answered": round(value.value, 1),
    "submitted": TypedValue.objects.filter(state="submitted").count(),
    "reported": [
        [one.period_start.isoformat(), one.number]
        for one in ReportedValue.objects.order_by("period_start", "number")
    ],
    "restated_lower": ReportedValue.objects.get(number=2).value
    < ReportedValue.objects.get(number=1, period_start="2026-08-01").value,
    "nothing_waits_for": sorted(
        user.username for user in User.objects.exclude(password__startswith="!")
        if not Notice.objects.filter(receiver=user, done_at=None).exists()
    ),
    "versions": Measure.objects.get(key="permits_on_time").versions.count(),
}))
"""


def run(program: str, *arguments: object, home: Path) -> str:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "PYTEST_CURRENT_TEST")
    } | {"GOLDENTHREAD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "goldenthread.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_an_interrupted_build_left_is_gone(tmp_path: Path):
    place = place_beside(tmp_path / "demo")
    place.mkdir()
    (place / "half-written").write_text("rows")

    assert place_beside(tmp_path / "demo") == place
    assert not place.exists()


def test_a_finished_build_never_replaces_what_is_there(tmp_path: Path):
    built, home = tmp_path / "built", tmp_path / "home"
    built.mkdir()
    home.mkdir()
    (home / "mine").write_text("mine")

    with pytest.raises(OSError, match="not empty"):
        move_into_place(built, home)

    assert (home / "mine").read_text() == "mine"


@pytest.mark.long
def test_the_whole_county_in_a_workspace(tmp_path: Path):
    home = tmp_path / "demo"
    place = place_beside(home)

    run(BUILD, place, home, home=place)
    found = json.loads(run(LOOK, home=home))

    assert not place.exists()
    assert (home / "demo-accounts.json").exists()
    assert found == {
        "states": ["loaded", "waiting"],
        "waiting": ["calls"],
        "measures": 54,
        "answered": 81.4,
        "submitted": 1,
        "reported": [["2026-07-01", 1], ["2026-08-01", 1], ["2026-08-01", 2], ["2026-09-01", 1]],
        "restated_lower": True,
        "nothing_waits_for": ["edda.moreau", "ines.duarte", "iris.chandler", "paul.ferrante"],
        "versions": 2,
    }
