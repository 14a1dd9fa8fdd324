"""As whom the product asks the database right now.

On PostgreSQL the rows of persons answer to this identity and to nothing else (``access/second_lock.sql``): a
user's own number, or the system for a stated reason. Where nobody said anything, no such row is there. SQLite
has no locks of this kind, and is told nothing.

It is kept for the connection and not for one transaction, because a request is several: what somebody
looked at is committed before the page leaves. A pooler that hands a connection on between transactions would
mix them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import _GeneratorContextManager, contextmanager, suppress
from contextvars import ContextVar

from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

NOBODY = ""
_actor: ContextVar[str | None] = ContextVar("actor", default=None)
_everybody_here = NOBODY


def this_process_acts_for(reason: str) -> None:
    """From now on this process is the system wherever nothing else is said: a command, or a job."""
    global _everybody_here
    _everybody_here = _system(reason)
    if connection.connection is not None:
        _tell(connection)


def this_process_acts_for_callers() -> None:
    """From now on this process is nobody until it says for whom it acts: a server of pages."""
    global _everybody_here
    _everybody_here = NOBODY


def acting_for_user(user_id: int) -> _GeneratorContextManager[None]:
    """Act for somebody who is signed in."""
    return _acting(f"user:{user_id}")


def acting_for_system(reason: str) -> _GeneratorContextManager[None]:
    """Act for the product itself, which sees every row; ``reason`` says what for."""
    return _acting(_system(reason))


def acting_for_nobody() -> _GeneratorContextManager[None]:
    """Act for somebody who is not signed in and not about to."""
    return _acting(NOBODY)


@contextmanager
def _acting(actor: str) -> Iterator[None]:
    before = _actor.get()
    _set(actor)
    try:
        yield
    except BaseException:
        # A transaction that failed takes no more words; to roll it back takes back what it was told.
        with suppress(DatabaseError):
            _set(before)
        raise
    _set(before)


def _set(actor: str | None) -> None:
    if _actor.get() == actor:
        return
    _actor.set(actor)
    if connection.connection is not None:
        _tell(connection)


def _tell(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        said = _actor.get()
        # Past the cursors of Django: a word to the connection is no question to the records.
        try:
            with connection.wrap_database_errors:
                connection.connection.execute(
                    "SELECT set_config('goldenthread.actor', %s, false)",
                    [_everybody_here if said is None else said],
                )
        except OperationalError:
            # A connection that was lost answers nobody, and says so to whoever asks it next. Work that was
            # committed before it went is done, and ends here.
            if not connection.connection.closed:
                raise


def _on_a_new_connection(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """One that was lost is made anew in the middle of the work, for the same actor."""
    _tell(connection)


connection_created.connect(_on_a_new_connection)


def _system(reason: str) -> str:
    if not reason:
        raise ValueError("Found no reason to act for the system; wanted a few words.")
    return f"system:{reason}"
