"""What staff said of the use of numbers of single workers is on record, and everybody affected is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.db import transaction

from goldenthread.record.access.holders import holders_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actor import Actor
from goldenthread.record.notices.actions import Matter, announce, bring_up_to_date
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.models import Post
from goldenthread.record.reports import uses
from goldenthread.record.reports.models import Consultation, Report
from goldenthread.record.reports.queries import in_use


@transaction.atomic
def consult(
    *,
    report: Report,
    columns: Collection[str],
    said: str,
    holds_from: date,
    by: Actor,
    now: datetime,
    today: date,
) -> tuple[Consultation, ...]:
    """``uses.record_consultation``; the members of every unit the report is for, and who leads them, are told
    in the same moment, and it no longer waits for who speaks for them."""
    made = uses.record_consultation(
        report=report, columns=columns, said=said, holds_from=holds_from, by=by, now=now, today=today
    )
    announce(_of_uses(report, made, today=today), now=now)
    bring_up_to_date(to_consult(today), kinds=[NoticeKind.USE_PROPOSED], now=now)
    return made


def to_consult(today: date) -> Iterator[Matter]:
    """Each report with a use that staff were not asked about, to who speaks for staff of the unit that keeps
    it."""
    reports = [one for one in in_use() if any(not use.is_agreed for use in uses.uses_of(one, today=today))]
    liaisons = holders_of(Permission.CONSULT, today=today) if reports else {}
    for report in reports:
        keeper = report.unit.key if report.unit else orgs.top_unit()
        for user, units in liaisons.items():
            if keeper in units:
                key = f"{NoticeKind.USE_PROPOSED}:{report.pk}"
                yield Matter(user, key, NoticeKind.USE_PROPOSED, "report", report.key)


def _of_uses(report: Report, made: Collection[Consultation], *, today: date) -> Iterator[Matter]:
    number = min(one.pk for one in made)
    holds_from = min(one.holds_from for one in made)
    for user in _affected(report, today):
        yield Matter(
            user,
            f"{NoticeKind.USE_ANNOUNCED}:{number}",
            NoticeKind.USE_ANNOUNCED,
            "report",
            f"{report.key}:{holds_from}",
        )


@acting_for_system("telling everybody affected")
def _affected(report: Report, today: date) -> list[int]:
    """The accounts of all who are members or supervisors of these units today."""
    tree = orgs.tree().as_of(today)
    keeper = report.unit.key if report.unit else tree.top
    below = tree.subtree(keeper) if keeper else frozenset()
    posts = Post.objects.filter(
        orgs.open_on(today), unit__key__in=below, role__in=[PostRole.MEMBER, PostRole.SUPERVISOR]
    )
    accounts = posts.filter(person__user__is_active=True).values_list("person__user", flat=True)
    return sorted({pk for pk in accounts if pk is not None})
