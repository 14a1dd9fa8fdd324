"""What a file changes: the measures it touches, and the reported values among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.direction import same
from goldenthread.calc.formatting import format_number
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.jobs.outlook import Touched
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.results.foretelling import LockedValue
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import measure_address, value_words

LOCKED_SHOWN = 20


@dataclass(frozen=True)
class LockedShown:
    """The reported values a file touches. ``words`` counts them, ``finding`` says how many it changes."""

    words: str
    finding: str
    table: Table


def changes_table(touched: Sequence[Touched], calendar: FiscalCalendar, today: date) -> Table:
    """A column of notes only where one of them says something."""
    rows = [_change(one, calendar, today) for one in touched]
    columns = [Column(_("Measure")), Column(_("Periods")), Column(_("Note"))]
    if not any(row.cells[-1].text for row in rows):
        rows = [Row(row.cells[:-1]) for row in rows]
        columns.pop()
    return Table(_("Measures that are computed anew"), tuple(columns), tuple(rows))


def changes_words(touched: Sequence[Touched]) -> str:
    """How many measures."""
    measures = ngettext("%(count)s measure", "%(count)s measures", len(touched)) % {"count": len(touched)}
    return measures if touched else ""


def locked_shown(
    values: Sequence[LockedValue], calendar: FiscalCalendar, *, waits: bool
) -> LockedShown | None:
    """``waits``: the file is not loaded yet. Those that change come first; the rest of a long list is a
    number."""
    if not values:
        return None
    shown = sorted(values, key=lambda one: not _moves(one, waits=waits))[:LOCKED_SHOWN]
    foretold = any(one.foretold for one in values)
    columns = [
        Column(_("Measure")),
        Column(_("Unit and period")),
        Column(_("Reported"), number=True),
        Column(_("Now"), number=True),
    ]
    if foretold:
        columns.append(Column(_("After"), number=True))
    rest = len(values) - len(shown)
    note = (
        ngettext(
            "%(rest)s more locked value is not listed here.",
            "%(rest)s more locked values are not listed here.",
            rest,
        )
        % {"rest": format_number(rest)}
        if rest
        else ""
    )
    words = ngettext("%(count)s value", "%(count)s values", len(values)) % {
        "count": format_number(len(values))
    }
    table = Table(
        _("Locked values that it touches"),
        tuple(columns),
        tuple(_locked(one, calendar, waits=waits, with_after=foretold) for one in shown),
        note,
    )
    return LockedShown(words, _finding(values, waits=waits), table)


def _change(touched: Touched, calendar: FiscalCalendar, today: date) -> Row:
    periods = touched.periods
    if not periods:
        words = _("The periods its rows fall in")
    elif len(periods) == 1:
        words = calendar.label(periods[0])
    else:
        words = _("%(first)s to %(last)s") % {
            "first": calendar.label(periods[0]),
            "last": calendar.label(periods[-1]),
        }
    notes = [_("Provisional")] if periods and today in periods[-1] else []
    if touched.locked:
        locked = ngettext("%(count)s locked value", "%(count)s locked values", touched.locked)
        notes.append(locked % {"count": format_number(touched.locked)})
    href = reverse("desk:measure", args=[touched.key])
    note = Cell(", ".join(notes), tone=Tone.STRONG if touched.locked else Tone.QUIET)
    return Row((Cell(touched.title, href=href), Cell(words), note))


def _locked(one: LockedValue, calendar: FiscalCalendar, *, waits: bool, with_after: bool) -> Row:
    tone = Tone.STRONG if _moves(one, waits=waits) else Tone.PLAIN
    place = _("%(unit)s, %(period)s") % {"unit": one.unit_name, "period": calendar.label(one.period)}
    cells = [
        Cell(one.measure.title, href=measure_address(one.measure.key, one.unit)),
        Cell(place),
        Cell(value_words(one.measure, one.reported), value=one.reported),
        Cell(value_words(one.measure, one.now), value=one.now, tone=Tone.PLAIN if waits else tone),
    ]
    if with_after:
        words = value_words(one.measure, one.after) if one.foretold else _("known once loaded")
        cells.append(Cell(words, value=one.after, tone=tone if one.foretold else Tone.QUIET))
    return Row(tuple(cells))


def _finding(values: Sequence[LockedValue], *, waits: bool) -> str:
    kept = _("What was reported stays readable, also when somebody restates it.")
    if waits and not any(one.foretold for one in values):
        return f"{_('What they become is known once the file is loaded.')} {kept}"
    moving = sum(1 for one in values if _moves(one, waits=waits))
    numbers = {"moving": count_words(moving).capitalize(), "count": count_words(len(values))}
    if len(values) == 1 and waits:
        said = _("It would change.") if moving else _("It would stay as it is.")
    elif len(values) == 1:
        said = _("It is no longer what was reported.") if moving else _("It is what was reported.")
    elif waits:
        said = _("%(moving)s of %(count)s would change.")
    else:
        said = ngettext(
            "%(moving)s of %(count)s is no longer what was reported.",
            "%(moving)s of %(count)s are no longer what was reported.",
            moving,
        )
    return f"{said % numbers} {kept}"


def _moves(one: LockedValue, *, waits: bool) -> bool:
    """Whether the file changes the value, or, once it is loaded, whether it is not what was reported."""
    if waits:
        return one.foretold and _differ(one.now, one.after)
    return _differ(one.reported, one.now)


def _differ(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return not same(before, after)
