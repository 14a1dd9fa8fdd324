"""What needs somebody: measures without an owner, without any value, or behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.periods import MONTHS
from goldenthread.jobs.looking_after import Somebody
from goldenthread.record.measures.upkeep import Department, Neglected
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.web.desk.forms.upkeep import UpkeepForm
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import Link, Option

_NONE = "-"
"""How an address names the measures of no department."""


@dataclass(frozen=True)
class UpkeepPage:
    """Every department with what is wrong there."""

    eyebrow: str
    title: str
    verdict: str
    table: Table | None


@dataclass(frozen=True)
class MeasureRow:
    """A measure that needs somebody; ``wrong`` are sentences."""

    key: str
    title: str
    href: str
    wrong: tuple[str, ...]
    last: str
    owner: str
    chosen: bool


@dataclass(frozen=True)
class DepartmentPage:
    """One department's measures that need somebody; ``people`` are proposed as owners."""

    eyebrow: str
    title: str
    verdict: str
    back: Link | None
    switch: dict[str, object]
    caption: str
    rows: tuple[MeasureRow, ...]
    people: tuple[Somebody, ...]


@dataclass(frozen=True)
class _Kind:
    key: str
    words: str
    holds: Callable[[Neglected], bool]


def _kinds() -> tuple[_Kind, ...]:
    return (
        _Kind("owner", _("No owner"), lambda one: one.ownerless or one.owner_left),
        _Kind("never", _("Never a value"), lambda one: one.never_updated),
        _Kind("behind", _("Behind"), lambda one: one.stale),
    )


def department_key(department: Department) -> str:
    """What an address calls the department."""
    return department.unit or _NONE


def upkeep_page(departments: Sequence[Department], *, today: date) -> UpkeepPage:
    """``departments`` are those the reader looks after."""
    every = [measure for department in departments for measure in department.measures]
    return UpkeepPage(
        eyebrow=date_format(today, "l, F j"),
        title=_title(len(every)),
        verdict=_verdict(every),
        table=_departments(departments) if departments else None,
    )


def department_page(
    department: Department,
    form: UpkeepForm,
    people: Sequence[Somebody],
    *,
    show: str,
    only: bool,
) -> DepartmentPage:
    """``show`` is one kind of trouble, or nothing for all; ``only``: there is no other department."""
    kind = next((one for one in _kinds() if one.key == show), None)
    shown = [one for one in department.measures if kind is None or kind.holds(one)]
    chosen = frozenset(form.chosen)
    name = _name(department)
    return DepartmentPage(
        eyebrow=_("Upkeep of measures"),
        title=f"{name}: {_title(len(department.measures), small=True)}",
        verdict=_verdict(department.measures),
        back=None if only else Link(_("All departments"), reverse("desk:upkeep")),
        switch=_switch(department, show if kind else ""),
        caption=_("Measures of %(name)s that need somebody") % {"name": name},
        rows=tuple(_row(one, chosen) for one in shown),
        people=tuple(people),
    )


def done_words(count: int, *, retired: bool) -> str:
    """What was done."""
    words = {"count": count_words(count).capitalize()}
    if retired:
        return ngettext("%(count)s measure retired.", "%(count)s measures retired.", count) % words
    return ngettext("%(count)s measure handed over.", "%(count)s measures handed over.", count) % words


def _title(count: int, *, small: bool = False) -> str:
    if not count:
        return _("Every measure is looked after.")
    number = count_words(count)
    return ngettext("%(count)s measure needs somebody.", "%(count)s measures need somebody.", count) % {
        "count": number if small else number.capitalize()
    }


def _verdict(every: Sequence[Neglected]) -> str:
    """ "Two have no owner, one never had a value, three are behind." A measure can be in more than one."""
    ownerless, never, behind = (sum(map(kind.holds, every)) for kind in _kinds())
    said = []
    if ownerless:
        said.append(
            ngettext(
                "%(count)s has no owner who is still here",
                "%(count)s have no owner who is still here",
                ownerless,
            )
            % {"count": count_words(ownerless)}
        )
    if never:
        said.append(
            ngettext("%(count)s never had a value", "%(count)s never had a value", never)
            % {"count": count_words(never)}
        )
    if behind:
        said.append(
            ngettext("%(count)s is behind", "%(count)s are behind", behind) % {"count": count_words(behind)}
        )
    sentence = ", ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def _name(department: Department) -> str:
    return department.name or _("Of no department")


def _address(department: Department, show: str = "") -> str:
    query = {"department": department_key(department), **({"show": show} if show else {})}
    return f"{reverse('desk:upkeep')}?{urlencode(query)}"


def _departments(departments: Sequence[Department]) -> Table:
    columns = (
        Column(_("Department")),
        Column(_("Need somebody"), number=True),
        *(Column(kind.words, number=True) for kind in _kinds()),
    )
    return Table(_("Measures that need somebody, by department"), columns, tuple(map(_line, departments)))


def _line(department: Department) -> Row:
    counts = []
    for kind in _kinds():
        number = sum(map(kind.holds, department.measures))
        where = _address(department, kind.key) if number else ""
        counts.append(Cell(str(number), value=number, href=where, tone=Tone.PLAIN if number else Tone.QUIET))
    many = len(department.measures)
    return Row((Cell(_name(department), href=_address(department)), Cell(str(many), value=many), *counts))


def _switch(department: Department, show: str) -> dict[str, object]:
    options = [Option(_("All"), _address(department), not show)]
    for kind in _kinds():
        number = sum(map(kind.holds, department.measures))
        if number or kind.key == show:
            options.append(
                Option(f"{kind.words} ({number})", _address(department, kind.key), kind.key == show)
            )
    return {"label": _("What is wrong"), "options": options}


def _row(one: Neglected, chosen: frozenset[str]) -> MeasureRow:
    wrong = []
    if one.ownerless:
        wrong.append(_("No owner"))
    elif one.owner_left:
        wrong.append(_("Its owner no longer holds a post"))
    if one.never_updated:
        wrong.append(_("Never had a value"))
    if one.stale:
        wrong.append(
            ngettext("%(count)s period behind", "%(count)s periods behind", one.periods_behind)
            % {"count": count_words(one.periods_behind).capitalize()}
        )
    return MeasureRow(
        key=one.measure,
        title=one.title,
        href=reverse("desk:measure", args=[one.measure]),
        wrong=tuple(wrong),
        last=_since(one.last_value) if one.last_value else _("None yet"),
        owner=one.owner or _("Nobody"),
        chosen=one.measure in chosen,
    )


def _since(day: date) -> str:
    """The first day of the period that has the last value."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
