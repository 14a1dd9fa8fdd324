"""The words of who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.record.access.enums import DelegationKind
from goldenthread.record.access.models import Delegation
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import Link, Question


@dataclass(frozen=True)
class StandInsPage:
    """Who stands in, today and to come."""

    title: str
    verdict: str
    table: Table | None


def stand_ins_page(rows: Sequence[Delegation], *, today: date) -> StandInsPage:
    """``rows`` are what holds today or later."""
    columns = (
        Column(_("Who stands in")),
        Column(_("For whom")),
        Column(_("Occasion")),
        Column(_("From")),
        Column(_("Until")),
    )
    lines = tuple(_row(one, today) for one in rows)
    return StandInsPage(
        title=_("Who stands in for whom"),
        verdict=_(
            "Whoever stands in sees and does what the posts of the other allow on each day, and never more. "
            "It ends by itself."
        ),
        table=Table(_("Who stands in, today and later"), columns, lines) if lines else None,
    )


def _row(one: Delegation, today: date) -> Row:
    place = _("only in %(unit)s") % {"unit": one.unit.name} if one.unit else ""
    begins = _("since %(day)s") if one.starts_on <= today else "%(day)s"
    return Row(
        (
            Cell(one.receiver.name, href=reverse("desk:stand_in_end", args=[one.pk])),
            Cell(one.giver.name, below=place),
            Cell(str(DelegationKind(one.kind).label), below=one.reason),
            Cell(begins % {"day": full_day(one.starts_on)}),
            Cell(full_day(one.ends_on)),
        )
    )


def stand_in_words(one: Delegation) -> str:
    """ "Tom Abara stands in for Dana Whitcomb from June 1, 2026 until June 15, 2026 (during leave)."."""
    words = {
        "receiver": one.receiver.name,
        "giver": one.giver.name,
        "first": full_day(one.starts_on),
        "last": full_day(one.ends_on),
        "kind": str(DelegationKind(one.kind).label).lower(),
    }
    return _("%(receiver)s stands in for %(giver)s from %(first)s until %(last)s (%(kind)s).") % words


def end_page(one: Delegation) -> Question:
    """Ending this one."""
    return Question(
        back=Link(_("Who stands in for whom"), reverse("desk:stand_ins")),
        title=_("%(receiver)s no longer stands in for %(giver)s")
        % {"receiver": one.receiver.name, "giver": one.giver.name},
        verdict=stand_in_words(one),
        yes=_("End it"),
        no=_("Leave it as it is"),
    )
