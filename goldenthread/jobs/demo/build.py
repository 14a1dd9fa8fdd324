"""Puts the generated county into a workspace, through the doors that anybody's data takes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import connections

from goldenthread.accounts.models import User
from goldenthread.jobs import computing
from goldenthread.jobs.auditing import make_key, seal
from goldenthread.jobs.database import migrate
from goldenthread.jobs.demo.accounts import create_accounts, leave_open, save_sign_ins, username_of
from goldenthread.jobs.demo.consulting import ask_staff
from goldenthread.jobs.demo.generate import DEFINITIONS, EARLIER, EXTRACTS, INCOMING, generate, small_extract
from goldenthread.jobs.demo.reporting import report, restate_after_late_calls
from goldenthread.jobs.demo.story import TIMEZONE, Story, first_day
from goldenthread.jobs.demo.typed import type_values
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.actions import annotate, rebase
from goldenthread.record.measures.models import Measure
from goldenthread.record.sources.models import Batch, BatchState
from goldenthread.workspace import Workspace

_COUNTY = "county"
_HOW_TO = "how-to"
_READERS = 2
_LATE_FILES = "calls_overflow_line_*"


@dataclass(frozen=True)
class _Arrival:
    """An extract that was read and waits, and when it came."""

    batch: Batch
    at: datetime
    late: bool


def move_into_place(built: Path, home: Path) -> None:
    """Make a finished build the workspace at `home`, which must not exist or be empty."""
    connections.close_all()
    if home.exists():
        # An empty folder gives way; anything else is somebody's.
        home.rmdir()
    built.rename(home)


def build(workspace: Workspace, *, now: datetime, scale: int = 1, progress: Progress | None = None) -> None:
    """Fill a new workspace, the one Django was set up for, with the demo county as of `now`.

    Its sign-ins are written last: until then the workspace is no demo. To have nothing half-built where the
    workspace belongs, build beside it and then `move_into_place`.
    """
    tell = progress or (lambda _share, _sentence: None)
    by = Actor.job("demo")
    story = Story(now.astimezone(TIMEZONE).date())
    folder = workspace.home / _COUNTY
    tell(0.0, "Preparing the database")
    migrate()
    make_key()
    tell(0.05, "Making up a county")
    generate(folder, today=story.today, scale=scale)
    (workspace.home / _HOW_TO).mkdir()
    small_extract(workspace.home / _HOW_TO, today=story.today)
    tell(0.2, "Loading its units, people, sources and measures")
    for definitions, day in ((EARLIER, story.first_day), (DEFINITIONS, story.callbacks_began)):
        load_folder(folder / definitions, by=by, now=_morning(day), then_compute=False)
    sign_ins = create_accounts(by=by, now=_morning(story.callbacks_began))
    ask_staff(now=_morning(story.callbacks_began))
    on_time, late = _read_extracts(folder / EXTRACTS, story, by=by, now=now, tell=tell)
    _load(on_time, by=by, now=now, tell=tell)
    report(story, now=now - timedelta(hours=3))
    _load(late, by=by, now=now, tell=tell)
    restate_after_late_calls(story, now=now - timedelta(hours=2))
    tell(0.9, "Typing what is typed by hand")
    type_values(story, by=by, now=now)
    _mark_charts(story)
    leave_open(now=now)
    tell(0.95, "Leaving last night's extract to be looked at")
    _leave_waiting(folder / INCOMING, by=by, now=now)
    refresh_notices(now=now)
    seal(now=now)
    shutil.rmtree(folder / EXTRACTS)
    shutil.rmtree(folder / INCOMING)
    shutil.rmtree(folder / EARLIER)
    save_sign_ins(workspace.demo_accounts, sign_ins)
    tell(1.0, "Riverbend County is ready")


def _read_extracts(
    folder: Path, story: Story, *, by: Actor, now: datetime, tell: Progress
) -> tuple[list[_Arrival], list[_Arrival]]:
    """Every extract, read and waiting: those in time, and those that came late."""
    files = sorted(folder.glob("*/*"), key=lambda file: (file.match(_LATE_FILES), file.parent.name))

    def read(file: Path) -> _Arrival:
        arrived = _arrived(file, story, now)
        try:
            batch = importing.bring_in(file.parent.name, file, by=by, now=arrived).batch
        finally:
            connections.close_all()
        if batch.state != BatchState.WAITING:
            raise Refused(f"The demo's own extract {batch.file_name} was refused: {batch.message}")
        return _Arrival(batch, arrived, late=file.match(_LATE_FILES))

    arrivals = []
    # Files are read in child processes, so two keep two processors busy.
    with ThreadPoolExecutor(max_workers=_READERS) as readers:
        for place, arrival in enumerate(readers.map(read, files)):
            tell(0.25 + 0.3 * place / len(files), f"Reading {arrival.batch.file_name}")
            arrivals.append(arrival)
    return [one for one in arrivals if not one.late], [one for one in arrivals if one.late]


def _load(arrivals: Sequence[_Arrival], *, by: Actor, now: datetime, tell: Progress) -> None:
    """Load these extracts, then compute what they touched."""
    for place, arrival in enumerate(arrivals):
        tell(0.55 + 0.35 * place / len(arrivals), f"Loading {arrival.batch.file_name}")
        importing.load(arrival.batch, by=by, now=arrival.at, then_compute=False)
    tell(0.9, "Computing its measures")
    computing.catch_up(by=by, now=now)


def _arrived(file: Path, story: Story, now: datetime) -> datetime:
    """Tonight, but for the in-home case file: its last one came two weeks ago and the next is late."""
    if file.parent.name == "home_visits":
        return _morning(story.in_home_until + timedelta(days=1))
    return now - timedelta(hours=4)


def _mark_charts(story: Story) -> None:
    """The analyst re-set the limits when call-backs began, and noted the renewal surge."""
    analyst = Actor.user(User.objects.get(username=username_of("amara_okafor")).pk)
    answered = Measure.objects.get(key="calls_answered_in_time")
    rebase(
        measure=answered,
        unit=None,
        starts_on=story.callbacks_began,
        what_happened=f"Call-back queue began {story.callbacks_began:%B %Y}",
        reason="Callers may now be called back instead of waiting; before, the work ran another way.",
        by=analyst,
        now=_morning(story.callbacks_began + timedelta(days=100)),
        today=story.today,
    )
    surged = first_day(story.surge_month)
    annotate(
        measure=answered,
        unit=None,
        period_start=surged,
        text=f"{surged:%b %Y}: renewal surge",
        by=analyst,
        now=_morning(surged + timedelta(days=40)),
        today=story.today,
    )


def _leave_waiting(folder: Path, *, by: Actor, now: datetime) -> None:
    """Read what came in the night, and load nothing of it: that is the analyst's to decide."""
    for file in sorted(folder.glob("*/*")):
        importing.bring_in(file.parent.name, file, by=by, now=now - timedelta(hours=3))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(6), TIMEZONE)
