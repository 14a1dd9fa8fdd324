"""A page to be kept under a name, and which pages can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.record.saved_views.models import LONGEST_NAME
from goldenthread.web.desk.forms.plain import PlainForm

_DAYS = ("days", "since", "until")
PAGES: Mapping[str, tuple[str, ...]] = {
    "indicators": (),
    "unit_report": _DAYS,
    "report_categories": (*_DAYS, "category"),
    "unit_workers": _DAYS,
    "unit_worker": _DAYS,
    "unit_open_work": (),
    "worker_open_work": (),
    "my_report": _DAYS,
    "my_open_work": (),
}
"""The routes that can be saved, with the choices of each. Which page of a list it was is not kept."""
MAILED = frozenset({"indicators", "unit_report", "report_categories", "unit_open_work"})
"""Those that can come by mail, too: of a unit, and of nobody in it."""
_LONGEST_CHOICE = 200


class Kept(NamedTuple):
    """A page as it is kept."""

    route: str
    arguments: dict[str, str]
    parameters: dict[str, str]


def kept_page(address: str) -> Kept | None:
    """What is kept of an address (path and query) of this site; None of one that cannot be saved."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    route = match.url_name or ""
    if match.namespace != "desk" or route not in PAGES:
        return None
    chosen = {
        name: value
        for name, value in parse_qsl(parts.query)
        if name in PAGES[route] and len(value) <= _LONGEST_CHOICE
    }
    return Kept(route, dict(match.kwargs), chosen)


class NameForm(PlainForm):
    """What a view is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Yours alone, such as: Monday morning."),
        error_messages={"required": gettext_lazy("Say what it is called.")},
    )


class SaveViewForm(NameForm):
    """The same, and which page it is: ``of`` is its address, cleaned to a ``Kept``."""

    of = forms.CharField(widget=forms.HiddenInput, max_length=2_000)

    def clean_of(self) -> Kept:
        """A page of this site that can be saved."""
        kept = kept_page(self.cleaned_data["of"])
        if kept is None:
            raise ValidationError(_("This page cannot be saved. Open a report, and save it from there."))
        return kept

    def clean(self) -> dict[str, Any]:
        """What is wrong with the page is said above the form, for its field is not seen."""
        for wrong in self.errors.pop("of", ()):
            self.add_error(None, wrong)
        return self.cleaned_data
