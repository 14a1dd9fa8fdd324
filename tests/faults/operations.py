"""What is done to a workspace that may be killed meanwhile, by the names of ``OPERATIONS``; ``forks.py`` runs
them. They import what they need when they run: a program that forks opens nothing before.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shlex
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
PASSWORD = "seven lamps by the river"
REFUSED = "refused:"
"""How an import says that the file was not taken, with the reason after it."""


def init() -> None:
    from goldenthread.jobs.database import migrate

    migrate()


def load(folder: str) -> None:
    from goldenthread.jobs.loading import load_folder

    load_folder(Path(folder), by=operator(), now=NOW)


def import_(file: str, *, then_compute: bool = True) -> str | None:
    """What a file is refused with is no word that it was loaded."""
    from goldenthread.jobs.extracts import importing

    batch = importing.bring_in("calls", Path(file), by=operator(), now=NOW).batch
    if batch.state == "waiting":
        batch = importing.load(batch, by=operator(), now=NOW, then_compute=then_compute)
    return None if batch.state == "loaded" else f"{REFUSED} {batch.message}"


def bring(file: str, *, by: str = "test") -> dict[str, object]:
    """The batch that a file is, whether it came just now, and what its sender is told."""
    from goldenthread.commands.batch_words import as_text
    from goldenthread.jobs.extracts import importing
    from goldenthread.jobs.refused import Refused
    from goldenthread.record.answers import NotAllowed
    from goldenthread.record.audit.actor import Actor

    actor = Actor(f"operator:{by}")
    try:
        received = importing.bring_in("calls", Path(file), by=actor, now=NOW)
        batch, again = received.batch, received.already_loaded
        said = as_text(batch, already_loaded=again)
        if batch.state == "waiting":
            batch = importing.load(batch, by=actor, now=NOW, then_compute=False)
    except (Refused, NotAllowed) as refusal:
        return {"batch": None, "came": False, "said": f"{REFUSED} {refusal}"}
    return {"batch": batch.pk, "came": batch.state == "loaded" and not again, "said": said}


def facts() -> list[list[object]]:
    """Every fact that stands, with the batch that brought it."""
    from goldenthread.results.facts import engine, table_of

    table = table_of("calls")
    if not table.exists:
        return []
    with engine().session() as session:
        found = session.execute(table.rows(session).select("_batch", "call", "day", "wait"))
    return [list(one.values()) for one in found.to_pylist()]


def compute() -> None:
    from goldenthread.jobs import computing

    computing.compute_everything(by=operator(), now=NOW)


def hand_in(value: str) -> None:
    """Type the homes of the last month and hand them in, with what stands on it computed."""
    from goldenthread.calc.periods import Grain
    from goldenthread.jobs import typing_in
    from goldenthread.record.measures.policies import Figures
    from goldenthread.record.orgs.queries import fiscal_calendar

    month = fiscal_calendar().last_complete(Grain.MONTH, today=NOW.date())
    entry = typing_in.Entry("1", "homes", month, Figures(value=float(value)))
    assert typing_in.hand_in([entry], by=operator(), now=NOW).computed


def typed() -> dict[str, list[float]]:
    """The values that the record has, and those in the table that the product fills from it."""
    from goldenthread.record.measures.models import TypedValue
    from goldenthread.results.facts import engine, table_of

    table, held = table_of("typed_values"), []
    if table.exists:
        with engine().session() as session:
            held = session.execute(table.rows(session).select("value"))["value"].to_pylist()
    record = TypedValue.objects.filter(state="approved").values_list("value", flat=True)
    return {"record": sorted(record), "table": sorted(held)}


def undo(batch: str) -> None:
    from goldenthread.jobs.extracts import importing

    importing.undo(importing.find_batch(int(batch)), by=operator(), now=NOW)


def take_back(batch: str) -> None:
    """An undo whose computing is left."""
    from goldenthread.jobs.extracts import importing

    importing.undo(importing.find_batch(int(batch)), by=operator(), now=NOW, then_compute=False)


def start() -> None:
    """As the job worker starts, and until it has nothing left to do."""
    from django.core.management import call_command

    from goldenthread.jobs import tasks

    with tasks.worker_starts(now=lambda: NOW):
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def tallied(version: int) -> int | None:
    """How many calls the tallies of this version of the facts are of; None when there are none of it."""
    import pyarrow.parquet as pq
    from django.conf import settings

    from goldenthread.facts.store.tallies import TallyFolder

    kept = TallyFolder(Path(settings.WORKSPACE.store) / "_tallies" / "calls~day").read()
    if kept is None or kept.version != version:
        return None
    (received,) = kept.columns
    return sum(sum(pq.read_table(file)[received].to_pylist()) for file in kept.files.values())


def look() -> dict[str, object]:
    """Loads that count, rows in the store, definitions, each measure's observations, what is outdated."""
    from goldenthread.record.measures.models import Measure, Observation, Outdated
    from goldenthread.record.sources.models import Batch
    from goldenthread.results.facts import engine, table_of

    table = table_of("calls")
    rows = 0
    if table.exists:
        with engine().session() as session:
            found = session.execute(table.rows(session).select("call", "_batch"))
        rows = found.num_rows
        assert len(set(found["call"].to_pylist())) == rows, "a fact stands twice"
        assert tallied(table.version()) in (None, rows), "tallies of these facts say something else"
    fields = ("unit__key", "grain", "tree", "period_start", "numerator", "value")
    values = {
        key: list(Observation.objects.filter(measure__key=key).order_by(*fields).values_list(*fields))
        for key in Measure.objects.values_list("key", flat=True)
    }
    return {
        "loaded": sorted(Batch.objects.filter(state="loaded").values_list("pk", flat=True)),
        "in_store": sorted(table.live_batches()),
        "on_the_way": sorted(
            Batch.objects.exclude(state__in=["loaded", "undone"]).values_list("state", flat=True)
        ),
        "rows": rows,
        "typed": typed(),
        "frequencies": sorted(set(Measure.objects.values_list("frequency", flat=True))),
        "outdated": Outdated.objects.count(),
        "observations": {
            key: hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
            for key, rows in values.items()
        },
    }


def numbers() -> dict[str, str]:
    """What readers are given, as digests: the facts, and the values of each measure by units."""
    from goldenthread.record.access.scopes import system_scope
    from goldenthread.results.series import series

    scope = system_scope(by=operator(), reason="to look while others load")
    found: dict[str, object] = {"facts": sorted(facts())}
    for measure in ("in_time", "median_wait"):
        for grain in ("month", "year"):
            read = series(measure, "north", scope, today=NOW.date(), grain=grain)
            assert read is not None
            found[f"{measure} by {grain}"] = [read.verdict, *(one[:5] for one in read.points)]
    return {
        what: hashlib.sha256(json.dumps(one, default=str).encode()).hexdigest() for what, one in found.items()
    }


def watch(times: str) -> list[dict[str, str]]:
    """``numbers``, read so often at least and until they have changed, in order; what was as the time before
    is left out."""
    seen: list[dict[str, str]] = []
    left = int(times)
    while left > 0 or len(seen) < 2:
        now = numbers()
        if not seen or now != seen[-1]:
            seen.append(now)
        left -= 1
    return seen


def backup(file: str) -> None:
    from goldenthread.jobs.backups.making import back_up
    from goldenthread.jobs.backups.sealing import Keys

    back_up(Path(file), keys=Keys(), by=operator(), now=NOW, progress=lambda _share, _what: None)


def restore(file: str) -> None:
    from goldenthread.jobs.backups.beginning import beginning
    from goldenthread.jobs.backups.restoring import restore as bring_back
    from goldenthread.jobs.backups.sealing import Keys
    from goldenthread.workspace import Workspace

    workspace = Workspace(Path(os.environ["GOLDENTHREAD_HOME"]).parent)
    with beginning(workspace):
        bring_back(Path(file), workspace, keys=Keys(), verify=True, progress=lambda _share, _what: None)


def purge(day: str) -> None:
    from goldenthread.jobs.retention import purging

    purging.purge(by=operator(), now=datetime.fromisoformat(f"{day}T12:00:00+00:00"))


def command(words: str) -> dict[str, object]:
    """The exit code of a command, -1 where a traceback ended it, and what it printed."""
    from goldenthread.commands import main as command_line

    sys.argv = ["goldenthread", *shlex.split(words)]
    printed = io.StringIO()
    code = 0
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            command_line()
        except SystemExit as ended:
            code = int(ended.code or 0)
        except Exception:  # noqa: BLE001
            code = -1
            traceback.print_exc()
    return {"code": code, "printed": printed.getvalue()}


def page(address: str) -> int:
    """The status of the answer that somebody who sees everything gets."""
    return browser_of("executive").get(address).status_code


def upload(file: str) -> dict[str, object]:
    """What an analyst who sends a file is answered, and who comes back when told to come later."""
    browser = browser_of("analyst")
    browser.raise_request_exception = False
    while True:
        with Path(file).open("rb") as sent:
            answer = browser.post("/data/sources/calls/upload/", {"file": sent})
        if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            break
        time.sleep(int(answer["Retry-After"]))
    return {"status": answer.status_code, "text": answer.content.decode()}


def browser_of(role: str) -> Client:
    """Of somebody who holds the role over everything, past every door that signing in has; they stay signed
    in."""
    from django.conf import settings
    from django.test import Client

    from goldenthread.accounts.models import User
    from goldenthread.record.access.models import Grant
    from goldenthread.record.orgs.models import Unit

    browser = Client(SERVER_NAME="localhost")
    kept, cookie = Path(os.environ["GOLDENTHREAD_HOME"]) / f"session-{role}", settings.SESSION_COOKIE_NAME
    if kept.exists():
        browser.cookies[cookie] = kept.read_text()
        return browser
    user = User.objects.create(username=role)
    top = Unit.objects.get(key="county")
    Grant.objects.create(user=user, role=role, unit=top, starts_on=NOW.date())
    browser.force_login(user)
    kept.write_text(browser.cookies[cookie].value)
    return browser


def accounts(people: str) -> None:
    from django.contrib.auth.hashers import make_password

    from goldenthread.accounts.models import User
    from goldenthread.jobs.accounts import Wish, keep_account

    for person in people.split(","):
        keep_account(person, Wish(person=person), by=operator(), now=NOW, today=NOW.date())
    # Hashed once for all: it takes half a second on purpose.
    User.objects.update(password=make_password(PASSWORD))


def note(rows: str) -> None:
    """Write rows of the audit log, by turns a look and a change, and keep a line of each that is done."""
    from django.db import transaction

    from goldenthread.record.audit.actions import record_event, record_look
    from goldenthread.record.audit.enums import Action

    with acknowledged().open("a") as lines:
        for number in range(int(rows)):
            about = {"by": operator(), "kind": "person", "object_id": f"w{number}", "now": NOW}
            if number % 2:
                record_look(action=Action.VIEWED, **about)
            else:
                with transaction.atomic():
                    record_event(action=Action.CHANGED, **about)
            print(f"w{number}", file=lines, flush=True)


def chain() -> dict[str, object]:
    """Whether the audit log is whole, its rows, whom it tells of, and whom it had acknowledged to tell of."""
    from goldenthread.jobs import auditing
    from goldenthread.record.audit.actions import place_rows
    from goldenthread.record.audit.queries import chained

    place_rows()
    auditing.make_key()
    done = acknowledged()
    verdict = auditing.verify(now=NOW)
    return {
        "broken": verdict.broken,
        "rows": verdict.rows,
        "told": [row[3]["object_id"] for row in chained() if row[3]["kind"] == "person"],
        "acknowledged": done.read_text().split() if done.exists() else [],
    }


def acknowledged() -> Path:
    return Path(os.environ["GOLDENTHREAD_HOME"]) / "acknowledged"


def operator():
    from goldenthread.record.audit.actor import Actor

    return Actor("operator:test")


OPERATIONS: dict[str, Callable[..., object]] = {
    "init": init,
    "load": load,
    "import": import_,
    "commit": partial(import_, then_compute=False),
    "bring": bring,
    "bring_as_another": partial(bring, by="another"),
    "facts": facts,
    "compute": compute,
    "hand_in": hand_in,
    "undo": undo,
    "take_back": take_back,
    "start": start,
    "look": look,
    "numbers": numbers,
    "watch": watch,
    "command": command,
    "page": page,
    "upload": upload,
    "accounts": accounts,
    "note": note,
    "chain": chain,
    "backup": backup,
    "restore": restore,
    "purge": purge,
}
