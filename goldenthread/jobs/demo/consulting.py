"""What staff of the phone center said of the numbers of single workers, and what they were not asked yet."""

from __future__ import annotations

from datetime import datetime

from goldenthread.accounts.models import User
from goldenthread.jobs.consulting import consult
from goldenthread.jobs.demo.accounts import username_of
from goldenthread.record.audit.actor import Actor
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.uses import NOTICE

_ASKED = {
    "phone_activity": (
        ("handled", "call_time", "available", "on_phone"),
        "Stewards of all four units: yes to talking about it one to one, no to lists on the wall. Calls in "
        "other languages take longer; whoever reads a number keeps that in mind.",
    ),
    "assessments": (
        ("received", "due", "done", "kept", "waiting"),
        "Both teams asked for it: the list of what falls due next is theirs first. Homes far out take a day.",
    ),
}
"""By report the columns, and what was said."""


def ask_staff(*, now: datetime) -> None:
    """The labor liaison puts on record what they said."""
    today = now.date()
    for report, (columns, said) in _ASKED.items():
        consult(
            report=Report.objects.get(key=report),
            columns=columns,
            said=said,
            holds_from=today + NOTICE,
            by=Actor.user(User.objects.get(username=username_of("walter_okoye")).pk),
            now=now,
            today=today,
        )
