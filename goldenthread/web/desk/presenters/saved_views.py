"""Saved views: what each is today, in words, to its owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from goldenthread.record.reports.definition import Window
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.rhythms import Rhythm
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.web.desk.forms.saved_views import MAILED
from goldenthread.web.desk.presenters.parts import Link, Question
from goldenthread.web.desk.presenters.reports import WINDOW_WORDS


@dataclass(frozen=True)
class Names:
    """What is called how today: units, reports and people, by key."""

    units: Mapping[str, str]
    reports: Mapping[str, str]
    people: Mapping[str, str]


@dataclass(frozen=True)
class ViewsPage:
    """The views of one owner; without a table ``nothing`` says how to save one."""

    table: Table | None
    nothing: str


@dataclass(frozen=True)
class ViewsOnHome:
    """The reader's views, and where they are changed."""

    views: tuple[Link, ...]
    links: tuple[Link, ...]


def views_page(
    views: Iterable[tuple[SavedView, bool]], names: Names, mailed: Mapping[int, Subscription]
) -> ViewsPage:
    """``views`` are those of the reader, each with whether its page is open to them today; ``mailed`` says by
    its number how one comes by mail."""
    rows = tuple(_row(view, is_open, names, mailed.get(view.pk)) for view, is_open in views)
    columns = (Column(_("View")), Column(_("What it shows")), Column(_("By mail")), Column(_("Change")))
    return ViewsPage(
        Table(_("Your saved views, by name"), columns, rows) if rows else None,
        _("You have saved no view. Open a report with the days you want, and choose “Save this view”."),
    )


def views_on_home(views: Iterable[SavedView]) -> ViewsOnHome:
    """Each by its name, leading to its page, which says whether it is open."""
    return ViewsOnHome(
        tuple(Link(view.name, address(view)) for view in views),
        (Link(_("Rename or remove"), reverse("desk:views")),),
    )


def address(view: SavedView) -> str:
    """Where its page is, with the choices made there."""
    where = reverse(f"desk:{view.route}", kwargs=view.arguments)
    return f"{where}?{urlencode(view.parameters)}" if view.parameters else where


def remove_page(view: SavedView) -> Question:
    """Asking before it goes."""
    return Question(
        back=Link(_("Saved views"), reverse("desk:views")),
        title=_("Remove the view “%(name)s”") % {"name": view.name},
        verdict=_("The page itself stays as it is, and you can save it again."),
        yes=_("Remove it"),
        no=_("Keep it"),
    )


def _row(view: SavedView, is_open: bool, names: Names, mail: Subscription | None) -> Row:
    shows = (
        Cell(title_of(view, names), below=choices_of(view))
        if is_open
        else Cell(_("Not open to you today"), tone=Tone.QUIET)
    )
    return Row(
        (
            Cell(view.name, href=address(view) if is_open else ""),
            shows,
            _mail(view, mail),
            Cell(_("Rename or remove"), href=reverse("desk:view_edit", args=[view.pk])),
        )
    )


def _mail(view: SavedView, mail: Subscription | None) -> Cell:
    if view.route not in MAILED:
        return Cell()
    where = reverse("desk:view_mail", args=[view.pk])
    if mail is None:
        return Cell(_("Send it by mail"), href=where)
    return Cell(str(Rhythm(mail.rhythm).label), href=where, below=mail.problem)


def title_of(view: SavedView, names: Names) -> str:
    """What it shows is called today."""
    said = {
        "report": names.reports.get(view.arguments.get("report", ""), ""),
        "unit": names.units.get(view.arguments.get("key", ""), ""),
        "person": names.people.get(view.arguments.get("person", ""), ""),
    }
    return _TITLES[view.route]() % said


_TITLES = {
    "indicators": lambda: _("Key indicators, %(unit)s"),
    "unit_report": lambda: _("%(report)s, %(unit)s"),
    "report_categories": lambda: _("%(report)s by category, %(unit)s"),
    "unit_workers": lambda: _("%(report)s, workers of %(unit)s"),
    "unit_worker": lambda: _("%(report)s, %(person)s in %(unit)s"),
    "unit_open_work": lambda: _("%(report)s, open work of %(unit)s"),
    "worker_open_work": lambda: _("%(report)s, open work of %(person)s in %(unit)s"),
    "my_report": lambda: _("%(report)s, your own numbers"),
    "my_open_work": lambda: _("%(report)s, your own open work"),
}


def choices_of(view: SavedView) -> str:
    """The days and the category chosen, in words."""
    chosen = view.parameters
    told = [chosen["category"]] if "category" in chosen else []
    if {"since", "until"} <= chosen.keys():
        told.insert(0, _("%(since)s to %(until)s") % chosen)
    elif chosen.get("days") in set(Window):
        told.insert(0, WINDOW_WORDS[Window(chosen["days"])]())
    return ", ".join(told)
