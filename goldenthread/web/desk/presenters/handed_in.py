"""Values that were handed in: their figures in words, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_number, format_value
from goldenthread.jobs.owed import HandedIn, TypedMeasure
from goldenthread.record.measures.models import TypedState
from goldenthread.record.measures.policies import Figures
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.web.desk.presenters.moments import moment_words
from goldenthread.web.desk.presenters.parts import Link


def figure_words(measure: TypedMeasure, figures: Figures) -> tuple[str, str]:
    """The value, or that there is none; and what it was made of: ("57%", "57 of 100")."""
    show, value = measure.show_as, figures.value
    first = _("No value") if value is None else format_value(value, show.unit, show.decimals)
    if figures.denominator is None or figures.numerator is None:
        return first, ""
    parts = {"part": format_number(figures.numerator), "whole": format_number(figures.denominator)}
    return first, _("%(part)s of %(whole)s") % parts


def handed_in_table(handed_in: Sequence[HandedIn]) -> Table:
    """Each value with its state, who typed it and when, and how to change it; notes where there are any."""
    with_notes = any(one.note for one in handed_in)
    columns = (
        Column(_("Measure")),
        Column(_("Period")),
        Column(_("Value"), number=True),
        Column(_("State")),
        Column(_("Typed")),
        *((Column(_("Note")),) if with_notes else ()),
        Column(_("Change it")),
    )
    rows = tuple(_handed_in_row(one, with_notes=with_notes) for one in handed_in)
    return Table(_("Values handed in"), columns, rows)


def _handed_in_row(one: HandedIn, *, with_notes: bool) -> Row:
    value, parts = figure_words(one.measure, one.figures)
    waits = one.state is TypedState.SUBMITTED
    typist = _("by you") if one.own else _("by %(name)s") % {"name": one.typed_by} if one.typed_by else ""
    again = Link(_("Type it anew"), f"{reverse('desk:numbers')}?anew={one.pk}")
    return Row(
        (
            Cell(
                one.measure.title, href=reverse("desk:measure", args=[one.measure.key]), below=one.unit_name
            ),
            Cell(one.period_name),
            Cell(value, below=parts),
            Cell(_("Waits for approval") if waits else _("Counts")),
            Cell(moment_words(one.typed_at), below=typist),
            *((Cell(one.note),) if with_notes else ()),
            Cell(again.title, href=again.href)
            if one.correctable
            else Cell(_("Ask that it be returned"), tone=Tone.QUIET),
        )
    )
