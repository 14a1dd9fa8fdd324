"""The role of the database that the product is served by: it owns no table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

from django.db import DatabaseError, connection

from goldenthread.record.access import second_lock
from goldenthread.record.acting import acting_for_system

ROLE = "goldenthread_application"


@contextmanager
def as_application() -> Iterator[None]:
    """Inside a transaction of a test that is rolled back: the application's role, acting for the system."""
    if not second_lock.is_role(ROLE):
        say(f"CREATE ROLE {ROLE}")
    # The tables of a test are made without migrations.
    second_lock.lay()
    second_lock.admit(ROLE)
    say(f"SET LOCAL ROLE {ROLE}")
    # A transaction that a test has broken takes no more words, and both end with it.
    with suppress(DatabaseError), acting_for_system("tests"):
        yield


def on(day: date) -> None:
    """From now on it is that day for the database."""
    say("SELECT set_config('goldenthread.day', %s, true)", day.isoformat())


def say(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
