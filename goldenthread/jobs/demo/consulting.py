"""What staff of the phone center said of the numbers of single workers, and what they were not asked yet."""

from __future__ import annotations

from datetime import datetime

from goldenthread.accounts.models import User
from goldenthread.jobs.consulting import consult
from goldenthread.jobs.demo.accounts import username_of
from goldenthread.record.audit.actor import Actor
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.uses import NOTICE

_REPORT = "phone_activity"
_ASKED = ("handled", "call_time", "available", "on_phone")
_SAID = (
    "Stewards of all four units: yes to talking about it one to one, no to lists on the wall. Calls in other "
    "languages take longer; whoever reads a number keeps that in mind."
)


def ask_staff(*, now: datetime) -> None:
    """The labor liaison puts on record what they said."""
    today = now.date()
    consult(
        report=Report.objects.get(key=_REPORT),
        columns=_ASKED,
        said=_SAID,
        holds_from=today + NOTICE,
        by=Actor.user(User.objects.get(username=username_of("walter_okoye")).pk),
        now=now,
        today=today,
    )
