"""My numbers: what is owed and since when, and what was handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.calc.periods import MONTHS, Grain
from goldenthread.jobs.owed import HandedIn, Owed, TypedMeasure
from goldenthread.jobs.typing_in import Taken
from goldenthread.record.measures.models import TypedState
from goldenthread.render.tables import Column, Table
from goldenthread.results.overviews import Coming
from goldenthread.web.desk.forms.doing import Mistake
from goldenthread.web.desk.forms.numbers import AMOUNTS, NumbersForm, ValueForm
from goldenthread.web.desk.presenters.handed_in import figure_words, handed_in_table
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import Option


@dataclass(frozen=True)
class Part:
    """The rows of one page of everything owed; pages count from 1."""

    every: tuple[Owed, ...]
    number: int
    size: int

    @property
    def first(self) -> int:
        """How many come before it."""
        return (self.number - 1) * self.size

    @property
    def rows(self) -> tuple[Owed, ...]:
        """What the page shows."""
        return self.every[self.first : self.first + self.size]


@dataclass(frozen=True)
class Entered:
    """One cell to type into; ``name`` heads it where a row is a card."""

    field: BoundField | None
    name: str


@dataclass(frozen=True)
class ValueRow:
    """One value to type. ``due`` and ``late`` are words, one of them empty; ``said`` stands below."""

    place: str
    period: str
    due: str
    late: str
    state: str
    returned: str
    comes_to: str
    amounts: tuple[Entered, ...]
    note: BoundField


@dataclass(frozen=True)
class Group:
    """The values owed of one measure, with what is expected and who looks after it."""

    key: str
    title: str
    href: str
    below: str
    people: str
    columns: tuple[Column, ...]
    rows: tuple[ValueRow, ...]
    column: BoundField
    column_open: bool


@dataclass(frozen=True)
class NumbersPage:
    """Everything “My numbers” shows, in its order."""

    eyebrow: str
    title: str
    verdict: str
    switch: dict[str, object] | None
    mistakes: tuple[Mistake, ...]
    check: str
    groups: tuple[Group, ...]
    nothing: str
    more: str
    previous: str
    next: str
    handed_in: Table | None


def numbers_page(
    part: Part,
    form: NumbersForm,
    handed_in: Sequence[HandedIn],
    coming: Sequence[Coming],
    *,
    today: date,
    may_approve: bool,
    is_known: bool,
    open_paste: str,
    check: str,
) -> NumbersPage:
    """``form`` holds the rows of ``part``; ``is_known``: the account belongs to a person."""
    every = part.every
    return NumbersPage(
        eyebrow=date_format(today, "l, F j"),
        title=_title(every),
        verdict=_verdict(every, today),
        switch=switch("numbers") if may_approve else None,
        mistakes=tuple(form.mistakes),
        check=check,
        groups=tuple(_group(form, key, today=today, is_open=key == open_paste) for key in form.pastes),
        nothing=_nothing(coming, is_known=is_known),
        more=_("Values %(first)s to %(last)s of %(total)s.")
        % {"first": part.first + 1, "last": part.first + len(part.rows), "total": len(every)}
        if len(part.rows) < len(every)
        else "",
        previous=f"?page={part.number - 1}" if part.first else "",
        next=f"?page={part.number + 1}" if part.first + part.size < len(every) else "",
        handed_in=handed_in_table(handed_in) if handed_in else None,
    )


def switch(here: str) -> dict[str, object]:
    """To type, or to approve: for those who do both."""
    both = ((_("To type"), "numbers"), (_("To approve"), "approvals"))
    options = [Option(title, reverse(f"desk:{name}"), name == here) for title, name in both]
    return {"label": _("Typed values"), "options": options}


def saved_words(count: int) -> list[str]:
    """What saving did."""
    if not count:
        return [_("Nothing was changed, so nothing was saved.")]
    return [
        ngettext(
            "Draft saved: %(count)s value. It counts once you submit it.",
            "Drafts saved: %(count)s values. They count once you submit them.",
            count,
        )
        % {"count": count_words(count)}
    ]


def handed_in_words(taken: Taken | None) -> list[str]:
    """What submitting did."""
    if taken is None:
        return [_("Nothing was submitted: no row has anything new in it.")]
    counting = taken.values - taken.waiting
    said = []
    if counting:
        said.append(
            ngettext(
                "%(count)s value submitted; it counts from now on.",
                "%(count)s values submitted; they count from now on.",
                counting,
            )
            % {"count": count_words(counting).capitalize()}
        )
    if taken.waiting:
        said.append(
            ngettext(
                "%(count)s value submitted; it waits for approval.",
                "%(count)s values submitted; they wait for approval.",
                taken.waiting,
            )
            % {"count": count_words(taken.waiting).capitalize()}
        )
    if counting and not taken.computed:
        said.append(computing_words())
    return said


def computing_words() -> str:
    """What follows while the job worker is at the numbers."""
    return _("The numbers are being computed; each measure's page says so until it is done.")


def gone_words(places: Collection[str]) -> list[str]:
    """What was typed into rows that somebody else handed in meanwhile."""
    if not places:
        return []
    return [
        ngettext(
            "%(count)s value was handed in by somebody else meanwhile; what you typed for it was not kept.",
            "%(count)s values were handed in by somebody else meanwhile; what you typed for them was not "
            "kept.",
            len(places),
        )
        % {"count": count_words(len(places)).capitalize()}
    ]


def check_words(measure: TypedMeasure, filled: Mapping[str, str], rows: Sequence[ValueForm]) -> str:
    """What the pasted column put where."""
    into = [row for row in rows if any(filled.get(row.add_prefix(name)) for name in AMOUNTS)]
    if not into:
        return _("The column held only empty lines, so no row of %(title)s was filled.") % {
            "title": measure.title
        }
    words = {
        "count": count_words(len(into)).capitalize(),
        "title": measure.title,
        "first": into[0].owed.period_name,
        "last": into[-1].owed.period_name,
    }
    return (
        ngettext(
            "%(count)s row of %(title)s is filled: %(first)s. Nothing is saved yet: check it, then save or "
            "submit.",
            "%(count)s rows of %(title)s are filled, from %(first)s to %(last)s. Nothing is saved yet: check "
            "them, then save or submit.",
            len(into),
        )
        % words
    )


def _title(every: Sequence[Owed]) -> str:
    if not every:
        return _("You owe no values.")
    first = ngettext("You owe %(count)s value.", "You owe %(count)s values.", len(every)) % {
        "count": count_words(len(every))
    }
    late = sum(1 for one in every if one.late)
    if not late:
        return first
    if late == len(every) > 1:
        return f"{first} {_('All are late.')}"
    second = ngettext("%(count)s is late.", "%(count)s are late.", late) % {
        "count": count_words(late).capitalize()
    }
    return f"{first} {second}"


def _verdict(every: Sequence[Owed], today: date) -> str:
    late = [one for one in every if one.late]
    if late:
        oldest = min(late, key=lambda one: one.due_on)
        return _("The oldest is %(period)s of %(title)s, %(late)s.") % {
            "period": oldest.period_name,
            "title": oldest.measure.title,
            "late": _days_late(oldest, today),
        }
    if every:
        first = min(every, key=lambda one: one.due_on)
        return _("The first is %(period)s of %(title)s, due %(day)s.") % {
            "period": first.period_name,
            "title": first.measure.title,
            "day": _day(first.due_on, today),
        }
    return ""


def _days_late(one: Owed, today: date) -> str:
    days = (today - one.due_on).days
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": format_number(days)}


def _day(day: date, today: date) -> str:
    words = f"{MONTHS[day.month - 1]} {day.day}"
    return words if day.year == today.year else f"{words}, {day.year}"


def _group(form: NumbersForm, key: str, *, today: date, is_open: bool) -> Group:
    paste = form.pastes[key]
    measure = paste.measure
    rows = form.rows_of(key)
    return Group(
        key=key,
        title=measure.title,
        href=reverse("desk:measure", args=[key]),
        below=" · ".join(filter(None, (measure.unit_name, _expected(measure)))),
        people=_people(measure),
        columns=_columns(measure),
        rows=tuple(_row(row, today) for row in rows),
        column=paste["column"],
        column_open=is_open,
    )


def _expected(measure: TypedMeasure) -> str:
    each = {
        Grain.DAY: _("A value for each day"),
        Grain.WEEK: _("A value for each week"),
        Grain.MONTH: _("A value for each month"),
        Grain.QUARTER: _("A value for each quarter"),
        Grain.YEAR: _("A value for each year"),
    }[measure.frequency]
    if not measure.lag_days:
        return _("%(each)s, expected as soon as it is over") % {"each": each}
    return ngettext(
        "%(each)s, expected %(days)s day after it is over",
        "%(each)s, expected %(days)s days after it is over",
        measure.lag_days,
    ) % {"each": each, "days": measure.lag_days}


def _people(measure: TypedMeasure) -> str:
    owner = _("Owner %(name)s") % {"name": measure.owner} if measure.owner else _("No owner")
    deputy = _("deputy %(name)s") % {"name": measure.deputy} if measure.deputy else ""
    approval = _("each value is approved by a director") if measure.approval else ""
    return ", ".join(filter(None, (owner, deputy, approval)))


def _columns(measure: TypedMeasure) -> tuple[Column, ...]:
    unit = {"percent": "%", "currency": "$", "duration": _("h:min:s"), "count": "", "number": ""}.get(
        measure.show_as.unit, measure.show_as.unit.replace("_", " ")
    )
    amounts: tuple[Column, ...] = (Column(_("Value"), unit=unit),)
    if not measure.sums:
        amounts = (Column(_("Numerator")), Column(_("Denominator")), Column(_("or value alone"), unit=unit))
    return (Column(_("Period")), Column(_("Due")), *amounts, Column(_("Note")))


def _row(row: ValueForm, today: date) -> ValueRow:
    owed = row.owed
    value, parts = figure_words(owed.measure, owed.figures)
    names = [column.name for column in _columns(owed.measure)[2:-1]]
    return ValueRow(
        place=owed.place,
        period=owed.period_name,
        due=_day(owed.due_on, today),
        late=_days_late(owed, today) if owed.late else "",
        state=_state_words(owed.state),
        returned=owed.returned_why if owed.state is TypedState.RETURNED else "",
        comes_to=_("%(parts)s comes to %(value)s") % {"parts": parts, "value": value} if parts else "",
        amounts=tuple(Entered(row[field], name) for field, name in zip(row.amounts, names, strict=True)),
        note=row["note"],
    )


def _state_words(state: TypedState | None) -> str:
    return {
        None: "",
        TypedState.DRAFT: _("Draft"),
        TypedState.RETURNED: _("Returned"),
        TypedState.SUBMITTED: _("Handed in; typed anew here"),
        TypedState.APPROVED: _("Handed in; typed anew here"),
    }[state]


def _nothing(coming: Iterable[Coming], *, is_known: bool) -> str:
    if not is_known:
        return _("This account belongs to no person of the organization, so nothing is asked of it.")
    first = next((one for one in coming if one.value_of), None)
    if first is None:
        return _("Nothing is due in the next weeks.")
    return _("Next: the %(period)s value of %(title)s, due %(day)s.") % {
        "period": first.value_of,
        "title": first.title,
        "day": f"{MONTHS[first.day.month - 1]} {first.day.day}",
    }
