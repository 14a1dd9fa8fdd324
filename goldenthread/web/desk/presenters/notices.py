"""The words of what waits for somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.jobs.waiting import Waiting
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.results.verdicts import NUMBERS
from goldenthread.web.desk.presenters.moments import short_day
from goldenthread.web.desk.presenters.parts import Link

K = NoticeKind
_NAMED = 3
"""So many titles are named; the rest is a number."""


@dataclass(frozen=True)
class NoticeRow:
    """One line of what needs somebody; see components/notice_row.html."""

    icon: str
    before: str
    title: str
    href: str
    below: str
    due: str
    overdue: bool
    action: Link


@dataclass(frozen=True)
class _Words:
    icon: str
    before: str
    title: str
    href: str
    below: str
    action: Link


def notice_rows(waiting: Sequence[Waiting], *, today: date, may_steward: bool) -> tuple[NoticeRow, ...]:
    """A row for each thing that waits, in the order given; each leads where the reader may go."""
    return tuple(_row(one, today, may_steward) for one in waiting)


def count_words(number: int) -> str:
    """A small number as a word, a larger one in digits."""
    return NUMBERS[number] if number < len(NUMBERS) else format_number(number)


def _row(one: Waiting, today: date, may_steward: bool) -> NoticeRow:
    words = _WORDS[one.kind](one)
    action = words.action
    if one.kind is K.MEASURE_STALE and not may_steward:
        # Upkeep is for stewards; an owner decides at the measure.
        action = Link(action.title, _measure(one) if len(one.items) == 1 else reverse("desk:measures"))
    overdue = one.due_on is not None and one.due_on < today and one.kind is not K.EXTRACT_LATE
    return NoticeRow(
        words.icon,
        words.before,
        words.title,
        words.href,
        words.below,
        _due(one, today),
        overdue,
        action,
    )


def _due(one: Waiting, today: date) -> str:
    if one.due_on is None:
        return _("No date")
    late = (today - one.due_on).days
    if late > 0 and one.kind is K.EXTRACT_LATE:
        return ngettext("%(days)s day late", "%(days)s days late", late) % {"days": format_number(late)}
    if late > 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", late) % {"days": format_number(late)}
    return _("Due today") if late == 0 else _("Due %(day)s") % {"day": short_day(one.due_on)}


def _owed(one: Waiting) -> _Words:
    many = len(one.items)
    if many == 1:
        before = _("Enter the %(period)s value of") % {"period": one.first.period}
    else:
        before = _("Enter %(count)s values of") % {"count": count_words(many)}
    below = _("Typed by hand for %(unit)s.") % {"unit": one.first.place}
    if many > 1:
        below += " " + _("The first is %(period)s.") % {"period": one.first.period}
    title = _("Enter value") if many == 1 else _("Enter values")
    return _Words("edit", before, one.first.title, _measure(one), below, Link(title, reverse("desk:numbers")))


def _returned(one: Waiting) -> _Words:
    before = _("Correct the %(period)s value of") % {"period": one.first.period}
    below = _("Returned: “%(why)s”") % {"why": one.first.said}
    action = Link(_("Correct"), reverse("desk:numbers"))
    return _Words("undo", before, one.first.title, _measure(one), below, action)


def _to_approve(one: Waiting) -> _Words:
    many = len(one.items)
    before = ngettext("Approve %(count)s value from", "Approve %(count)s values from", many) % {
        "count": count_words(many)
    }
    where = reverse("desk:approvals")
    below = _titles([f"{item.title}, {item.period}" for item in one.items])
    return _Words("check_circle_outline", before, one.first.place, where, below, Link(_("Review"), where))


def _batch_waiting(one: Waiting) -> _Words:
    accepted, refused = one.first.counts or (0, 0)
    counts = {"accepted": format_number(accepted), "refused": format_number(refused)}
    below = ngettext("%(accepted)s row can be loaded", "%(accepted)s rows can be loaded", accepted) % counts
    if refused:
        below += ngettext("; %(refused)s is refused", "; %(refused)s are refused", refused) % counts
    where = reverse("desk:batch", args=[one.first.key])
    before = _("Load or leave the file for")
    below = f"{below}. {one.first.said}".strip()
    return _Words("file_upload", before, one.first.title, where, below, Link(_("Look"), where))


def _batch_refused(one: Waiting) -> _Words:
    where = reverse("desk:batch", args=[one.first.key])
    before = _("A file was refused for")
    below = f"{one.first.place}: {one.first.said}"
    return _Words("error_outline", before, one.first.title, where, below, Link(_("Look"), where))


def _batch_stuck(one: Waiting) -> _Words:
    where = reverse("desk:batch", args=[one.first.key])
    before = _("A load was interrupted and could not be put right for")
    below = _("%(file)s: ask whoever looks after the server to run goldenthread doctor.") % {
        "file": one.first.place
    }
    return _Words("error_outline", before, one.first.title, where, below, Link(_("Look"), where))


def _extract_late(one: Waiting) -> _Words:
    where = reverse("desk:source", args=[one.first.key])
    below = _("Expected %(day)s.") % {"day": short_day(one.due_on)} if one.due_on else ""
    before = _("An extract is late:")
    return _Words("history", before, one.first.title, where, below, Link(_("Open source"), where))


def _without_owner(one: Waiting) -> _Words:
    action = Link(_("Assign"), reverse("desk:upkeep"))
    if len(one.items) == 1:
        below = _("Nobody looks after it, or its owner has left.")
        return _Words("person", _("Name an owner for"), one.first.title, _measure(one), below, action)
    before = _("Name an owner for %(count)s measures") % {"count": count_words(len(one.items))}
    return _Words("person", before, "", "", _titles([item.title for item in one.items]), action)


def _stale(one: Waiting) -> _Words:
    action = Link(_("Decide"), reverse("desk:upkeep"))
    if len(one.items) == 1:
        below = _(
            "No value has come for two periods or more. Keep it, hand it over, or retire it with a reason."
        )
        return _Words("update", _("Decide on"), one.first.title, _measure(one), below, action)
    before = _("Decide on %(count)s measures that no value has reached lately") % {
        "count": count_words(len(one.items))
    }
    return _Words("update", before, "", "", _titles([item.title for item in one.items]), action)


def _review(one: Waiting) -> _Words:
    below = _("Are its definition, target and owner still right?")
    return _Words(
        "event", _("Review"), one.first.title, _measure(one), below, Link(_("Review"), _measure(one))
    )


def _measure(one: Waiting) -> str:
    return reverse("desk:measure", args=[one.first.key])


def _titles(titles: Sequence[str]) -> str:
    """ "A, B, C and 4 more."."""
    rest = len(titles) - _NAMED
    named = ", ".join(titles[:_NAMED])
    return _("%(named)s and %(rest)s more.") % {"named": named, "rest": rest} if rest > 0 else f"{named}."


def _to_confirm(one: Waiting) -> _Words:
    where = reverse("desk:access_waiting")
    before = _("Confirm or refuse the role %(role)s over %(unit)s for") % {
        "role": one.first.said,
        "unit": one.first.place,
    }
    below = _("Another administrator proposed it; it gives nothing until you confirm it.")
    return _Words("lock_outline", before, one.first.title, where, below, Link(_("Look"), where))


def _refused_role(one: Waiting) -> _Words:
    where = reverse("desk:access")
    before = _("The role %(role)s was refused for") % {"role": one.first.place}
    below = _("Refused: “%(why)s”") % {"why": one.first.said}
    return _Words("undo", before, one.first.title, where, below, Link(_("Open access"), where))


def _given_alone(one: Waiting) -> _Words:
    where = _access_of(one)
    before = _("The role %(role)s was given by one administrator alone to") % {"role": one.first.said}
    below = _("There was nobody to confirm it, so you are told.")
    return _Words("lock_open", before, one.first.title, where, below, Link(_("Look"), where))


def _delegated(one: Waiting) -> _Words:
    where = reverse("desk:stand_ins")
    before = _("For %(giver)s stands in") % {"giver": one.first.place}
    below = _("It ends by itself.")
    return _Words("person", before, one.first.title, _access_of(one), below, Link(_("Look"), where))


def _use_proposed(one: Waiting) -> _Words:
    where = reverse("desk:report_uses", args=[one.first.key])
    before = _("Ask staff about numbers of single workers in")
    below = _("Until what they said is on record, only analysts read them, under pseudonyms.")
    return _Words("people", before, one.first.title, where, below, Link(_("Read"), where))


def _use(one: Waiting) -> _Words:
    where = reverse("desk:report_uses", args=[one.first.key])
    before = _("Numbers of single workers are shown from %(day)s in") % {"day": one.first.said}
    below = _("Read what each is used for, what staff said, and when it is reviewed.")
    return _Words("campaign", before, one.first.title, where, below, Link(_("Read"), where))


def _use_to_review(one: Waiting) -> _Words:
    where = reverse("desk:report_uses", args=[one.first.key])
    before = _("On %(day)s numbers of single workers are no longer shown in") % {"day": one.first.said}
    below = _("Talk with staff about it. To go on, set a later review and ask them again.")
    return _Words("event", before, one.first.title, where, below, Link(_("Review"), where))


def _access_of(one: Waiting) -> str:
    key = one.first.key
    return reverse("desk:access_subject", args=[key]) if key else reverse("desk:my_access")


_WORDS: dict[NoticeKind, Callable[[Waiting], _Words]] = {
    K.VALUE_DUE: _owed,
    K.VALUE_LATE: _owed,
    K.VALUE_RETURNED: _returned,
    K.VALUE_TO_APPROVE: _to_approve,
    K.BATCH_WAITING: _batch_waiting,
    K.BATCH_REFUSED: _batch_refused,
    K.BATCH_STUCK: _batch_stuck,
    K.EXTRACT_LATE: _extract_late,
    K.MEASURE_WITHOUT_OWNER: _without_owner,
    K.MEASURE_STALE: _stale,
    K.REVIEW_DUE: _review,
    K.GRANT_TO_CONFIRM: _to_confirm,
    K.GRANT_REFUSED: _refused_role,
    K.GRANT_ANNOUNCED: _given_alone,
    K.DELEGATION_ANNOUNCED: _delegated,
    K.USE_PROPOSED: _use_proposed,
    K.USE_ANNOUNCED: _use,
    K.USE_TO_REVIEW: _use_to_review,
}
