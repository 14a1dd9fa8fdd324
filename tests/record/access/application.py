"""The role of the database that the product is served by: it owns no table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created

from goldenthread.record.access import second_lock
from goldenthread.record.acting import acting_for_system

ROLE = "goldenthread_application"
# Another process of this run may be making it right now, for a database of its own on the same server.
_MAKE_ROLE = f"""
DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""


def lay_the_locks() -> None:
    """The tables of tests are made without migrations. Does nothing on SQLite."""
    if second_lock.missing():
        say(_MAKE_ROLE)
        second_lock.lay()
        second_lock.admit(ROLE)


@contextmanager
def as_application() -> Iterator[None]:
    """The application's role, acting for the system, on this connection and each that is made meanwhile."""
    connection_created.connect(_take_on_the_role)
    say(f"SET ROLE {ROLE}")
    try:
        # A transaction that a test has broken takes no more words; rolled back, it never took on the role.
        with suppress(DatabaseError), acting_for_system("tests"):
            yield
    finally:
        connection_created.disconnect(_take_on_the_role)
        with suppress(DatabaseError):
            say("RESET ROLE")


def _take_on_the_role(**_: object) -> None:
    say(f"SET ROLE {ROLE}")


def on(day: date) -> None:
    """From now on it is that day for the database."""
    say("SELECT set_config('goldenthread.day', %s, true)", day.isoformat())


def say(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
