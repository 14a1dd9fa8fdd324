"""The words of how long records are kept, and of what is held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.calc.retention import KeptFor
from goldenthread.jobs.retention.due import Plan
from goldenthread.jobs.retention.schedule import RecordClass, Schedule
from goldenthread.record.audit.actor import Actor
from goldenthread.record.stewardship.models import Hold
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.web.desk.presenters.audit_words import who_words
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import Link, Question


@dataclass(frozen=True)
class RetentionPage:
    """The schedule with what the next purge would do, and the holds in force."""

    back: Link
    title: str
    verdict: str
    schedule: Table
    holds: Table | None


@dataclass(frozen=True)
class HoldPage(Question):
    """One hold; ``asked`` says why it should be lifted, once somebody has asked; ``may_agree``: the reader is
    somebody else."""

    asked: str
    may_agree: bool


def retention_page(
    schedule: Schedule, plan: Plan, holds: Sequence[Hold], names: Mapping[str, str]
) -> RetentionPage:
    """``names`` are those of the actors who are people, by key."""
    when = (
        _("It goes each night.")
        if schedule.purge_daily
        else _("Nothing goes by itself: whoever runs the machine types goldenthread purge.")
    )
    due = Counter(one.of for one in plan.due)
    found = _("Nothing has been kept for longer than it has to be.")
    if due:
        parts = [_of_class(of, _amount(of, due[of])) for of in RecordClass if due[of]]
        found = _("Kept for long enough: %(what)s.") % {"what": ", ".join(parts)}
    return RetentionPage(
        back=Link(_("Access"), reverse("desk:access")),
        title=_("How long records are kept"),
        verdict=f"{found} {when}",
        schedule=_schedule(schedule, plan),
        holds=_holds(holds, names) if holds else None,
    )


def _schedule(schedule: Schedule, plan: Plan) -> Table:
    due = Counter(one.of for one in plan.due)
    held = Counter(one.of for one, _hold in plan.held)
    columns = (
        Column(_("Records")),
        Column(_("Kept for")),
        Column(_("Next purge"), number=True),
        Column(_("Kept by a hold"), number=True),
    )
    rows = tuple(
        Row(
            (
                Cell(_titles()[of], below=_since()[of]),
                Cell(_time(schedule.kept[of])),
                Cell(_amount(of, due[of]), due[of]),
                Cell(_amount(of, held[of]), held[of]),
            )
        )
        for of in RecordClass
    )
    note = _("Defaults, not advice: ask your records officer. They stand in retention.yaml of the workspace.")
    return Table(_("What is kept, for how long, and what is due"), columns, rows, note=note)


def _amount(of: RecordClass, count: int) -> str:
    """In what each class goes: the log and the rows of workers go by whole months, never row by row."""
    words = {
        RecordClass.IMPORT_ORIGINALS: ngettext("%(count)s file", "%(count)s files", count),
        RecordClass.REJECTED_ROWS: ngettext("%(count)s file", "%(count)s files", count),
        RecordClass.NOTICES: ngettext("%(count)s notice", "%(count)s notices", count),
        RecordClass.AUDIT_LOG: ngettext("%(count)s month", "%(count)s months", count),
        RecordClass.WORKER_FACTS: ngettext("%(count)s month", "%(count)s months", count),
    }
    return words[of] % {"count": format_number(count)}


def _of_class(of: RecordClass, amount: str) -> str:
    words = {
        RecordClass.IMPORT_ORIGINALS: _("%(amount)s as received"),
        RecordClass.REJECTED_ROWS: _("the refused rows of %(amount)s"),
        RecordClass.NOTICES: "%(amount)s",
        RecordClass.AUDIT_LOG: _("%(amount)s of the audit log"),
        RecordClass.WORKER_FACTS: _("%(amount)s of single workers' rows, source by source"),
    }
    return words[of] % {"amount": amount}


def _titles() -> Mapping[RecordClass, str]:
    return {
        RecordClass.IMPORT_ORIGINALS: _("Files as received"),
        RecordClass.REJECTED_ROWS: _("Refused rows"),
        RecordClass.NOTICES: _("Notices"),
        RecordClass.AUDIT_LOG: _("Audit log"),
        RecordClass.WORKER_FACTS: _("Rows of single workers"),
    }


def _since() -> Mapping[RecordClass, str]:
    return {
        RecordClass.IMPORT_ORIGINALS: _("since they came"),
        RecordClass.REJECTED_ROWS: _("since their file came"),
        RecordClass.NOTICES: _("since they were settled"),
        RecordClass.AUDIT_LOG: _("since the end of their month"),
        RecordClass.WORKER_FACTS: _("since the end of their month; values of units stay"),
    }


def _time(kept: KeptFor) -> str:
    parts = (
        (kept.years, ngettext("%(count)s year", "%(count)s years", kept.years)),
        (kept.months, ngettext("%(count)s month", "%(count)s months", kept.months)),
        (kept.days, ngettext("%(count)s day", "%(count)s days", kept.days)),
    )
    return " ".join(words % {"count": count} for count, words in parts if count)


def _holds(holds: Sequence[Hold], names: Mapping[str, str]) -> Table:
    columns = (Column(_("Case")), Column(_("About")), Column(_("Placed by")), Column(_("Lifting")))
    rows = tuple(
        Row(
            (
                Cell(hold.case, href=reverse("desk:hold", args=[hold.pk])),
                Cell(about_words(hold)),
                Cell(who_words(hold.placed_by, names), below=full_day(hold.placed_at)),
                Cell(_("asked by %(name)s") % {"name": who_words(hold.lifting_asked_by, names)})
                if hold.lifting_asked_by
                else Cell(_("not asked for")),
            )
        )
        for hold in holds
    )
    return Table(_("Legal holds in force"), columns, rows)


def about_words(hold: Hold) -> str:
    """ "Ana Ruiz, North office, from March 1, 2026"; "anything" where nothing narrows it."""
    parts = [hold.person.name if hold.person else "", hold.unit.name if hold.unit else ""]
    if hold.starts_on:
        parts.append(_("from %(day)s") % {"day": full_day(hold.starts_on)})
    if hold.ends_on:
        parts.append(_("until %(day)s") % {"day": full_day(hold.ends_on)})
    return ", ".join(part for part in parts if part) or _("anything")


def hold_page(hold: Hold, names: Mapping[str, str], *, reader: Actor) -> HoldPage:
    """Asking for its end, or agreeing; whoever asked can take it back."""
    asked = ""
    may_agree = hold.lifting_asked_by != reader.key
    if hold.lifting_asked_by:
        said = {"name": who_words(hold.lifting_asked_by, names), "reason": hold.lifting_reason}
        words = (
            _("%(name)s asked to lift it: %(reason)s")
            if may_agree
            else _("You asked to lift it, so somebody else decides: %(reason)s")
        )
        asked = words % said
    return HoldPage(
        back=Link(_("How long records are kept"), reverse("desk:retention")),
        title=_("Legal hold: %(case)s") % {"case": hold.case},
        verdict=_("Keeps what may be about %(about)s. It takes two people to lift it.")
        % {"about": about_words(hold)},
        yes=_("Ask to lift it"),
        no=_("Leave it as it is"),
        asked=asked,
        may_agree=may_agree,
    )
