"""Values that wait for approval, and those that were approved lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.jobs.owed import HandedIn
from goldenthread.web.desk.forms.approvals import Decision
from goldenthread.web.desk.forms.doing import Mistake
from goldenthread.web.desk.presenters.handed_in import figure_words
from goldenthread.web.desk.presenters.moments import moment_words
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.numbers import computing_words, switch


@dataclass(frozen=True)
class Choice:
    """One value to decide on. Without ``may_decide`` it is the reader's own, which somebody else approves."""

    number: int
    title: str
    href: str
    unit: str
    period: str
    value: str
    parts: str
    note: str
    typed: str
    typed_at: str
    may_decide: bool
    chosen: bool
    why: str
    why_open: bool
    mistake: str


@dataclass(frozen=True)
class ApprovalsPage:
    """Everything the page shows, in its order."""

    eyebrow: str
    title: str
    verdict: str
    switch: dict[str, object]
    mistakes: tuple[Mistake, ...]
    waiting: tuple[Choice, ...]
    decidable: bool
    approved: tuple[Choice, ...]


def approvals_page(
    waiting: Sequence[HandedIn], approved: Sequence[HandedIn], decision: Decision, *, today: date
) -> ApprovalsPage:
    """``decision`` holds what was chosen and typed when the page comes back with something to correct."""
    mine = sum(1 for one in waiting if one.own)
    choices = tuple(_choice(one, decision) for one in waiting)
    return ApprovalsPage(
        eyebrow=date_format(today, "l, F j"),
        title=_title(len(waiting) - mine),
        verdict=_own_words(mine),
        switch=switch("approvals"),
        mistakes=tuple(decision.mistakes),
        waiting=choices,
        decidable=any(choice.may_decide for choice in choices),
        approved=tuple(_choice(one, decision) for one in approved),
    )


def approved_words(count: int, *, computed: bool) -> list[str]:
    """What approving did; without ``computed`` the numbers are still to come."""
    said = ngettext(
        "%(count)s value approved; it counts from now on.",
        "%(count)s values approved; they count from now on.",
        count,
    ) % {"count": count_words(count).capitalize()}
    return [said] if computed else [said, computing_words()]


def returned_words(one: HandedIn, *, computed: bool) -> list[str]:
    """What returning a value did; without ``computed`` the numbers it was part of are still to come."""
    said = _("Returned to %(who)s: %(title)s, %(period)s.") % {
        "who": one.typed_by or _("who typed it"),
        "title": one.measure.title,
        "period": one.period_name,
    }
    return [said] if computed else [said, computing_words()]


def refused(sentence: str) -> Mistake:
    """What the state of a value did not allow."""
    return Mistake("values", sentence)


def _title(count: int) -> str:
    if not count:
        return _("No value waits for your approval.")
    return ngettext(
        "%(count)s value waits for your approval.", "%(count)s values wait for your approval.", count
    ) % {"count": count_words(count).capitalize()}


def _own_words(mine: int) -> str:
    if not mine:
        return ""
    return ngettext(
        "%(count)s more is one you typed yourself; somebody else approves it.",
        "%(count)s more are ones you typed yourself; somebody else approves them.",
        mine,
    ) % {"count": count_words(mine).capitalize()}


def _choice(one: HandedIn, decision: Decision) -> Choice:
    value, parts = figure_words(one.measure, one.figures)
    has_mistake = any(mistake.field == f"why-{one.pk}" for mistake in decision.mistakes)
    why = decision.why_of(one.pk)
    return Choice(
        number=one.pk,
        title=one.measure.title,
        href=reverse("desk:measure", args=[one.measure.key]),
        unit=one.unit_name,
        period=one.period_name,
        value=value,
        parts=parts,
        note=one.note,
        typed=_("You") if one.own else one.typed_by or _("Not known"),
        typed_at=moment_words(one.typed_at),
        may_decide=not one.own,
        chosen=one.pk in decision.chosen,
        why=why,
        why_open=bool(why) or has_mistake,
        mistake=_("Say what should be corrected.") if has_mistake else "",
    )
