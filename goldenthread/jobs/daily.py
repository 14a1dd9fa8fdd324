"""What follows from a new day alone: what is due or late by now is told, the audit log sealed, and what
nobody needs or may keep any more goes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from deltalake.exceptions import DeltaError

from goldenthread.accounts.actions import forget_expired
from goldenthread.definitions import DefinitionError
from goldenthread.facts.store.log import StoreError
from goldenthread.jobs.auditing import seal_once_a_day
from goldenthread.jobs.extracts.sourcing import drop_old_drafts
from goldenthread.jobs.locks import Busy, one_at_a_time
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.jobs.retention.purging import purge_daily
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.models import BatchState
from goldenthread.results.facts import table_of
from goldenthread.results.splitting import split_table
from goldenthread.results.tallying import sweep_tallies

_log = logging.getLogger(__name__)


def on_a_new_day(last: date | None, *, now: datetime) -> date:
    """Do the daily work when ``last``, the day it was last done, is over; the day it is in the organization's
    time zone. Doing it twice a day changes nothing."""
    today = orgs.organization().day_of(now)
    if today != last:
        refresh_notices(now=now)
        drop_old_drafts(now=now)
        forget_expired(now=now)
        seal_once_a_day(now=now)
        _tidy(now=now)
        _purge(now=now)
    return today


def _tidy(*, now: datetime) -> None:
    """Files in the store that nothing lists go, and the many small ones of the breakdowns become few."""
    for source in sources.sources_with(BatchState.LOADED):
        with _left_alone_when_it_cannot_be(source), one_at_a_time(source, wait_seconds=0):
            table_of(source).sweep(now=now)
    with _left_alone_when_it_cannot_be("breakdowns"), one_at_a_time("compute", wait_seconds=0):
        if (table := split_table()).exists:
            table.tidy()
    with _left_alone_when_it_cannot_be("tallies"), one_at_a_time("compute", wait_seconds=0):
        sweep_tallies()


def _purge(*, now: datetime) -> None:
    """A schedule that cannot be read keeps everything, and nothing else from being done."""
    try:
        purge_daily(now=now)
    except (Refused, DefinitionError, OSError):
        _log.exception("What is due to go was not purged today.")


@contextmanager
def _left_alone_when_it_cannot_be(what: str) -> Iterator[None]:
    """Room on the disk is not worth a watcher that does not run; doctor tells of a table that is broken."""
    try:
        yield
    except Busy:
        return
    except (StoreError, DeltaError, OSError):
        _log.exception("The facts of %s could not be tidied.", what)
