"""What the pages about data share: their side navigation, and names and days in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_day
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import Option

WAITING, REFUSED = "waiting", "refused"


@dataclass(frozen=True)
class SideGroup:
    """See components/side_navigation.html."""

    title: str
    items: tuple[Option, ...]


def data_navigation(current: str) -> tuple[SideGroup, ...]:
    """``current`` is ``sources``, ``late``, ``batches``, ``waiting`` or ``refused``."""
    sources, batches = reverse("desk:sources"), reverse("desk:batches")
    items = (
        ("sources", _("Sources"), sources),
        ("batches", _("Batches"), batches),
        (WAITING, _("Waiting to be loaded"), f"{batches}?show={WAITING}"),
        (REFUSED, _("Refused rows"), f"{batches}?show={REFUSED}"),
        ("late", _("Late extracts"), f"{sources}?show=late"),
    )
    return (SideGroup(_("Data"), tuple(Option(title, href, key == current) for key, title, href in items)),)


def day_of_week(day: date) -> str:
    """ "Tuesday, October 13"."""
    return date_format(day, "l, F j")


def days_words(first: date, last: date, *, this_year: int) -> str:
    """ "October 1 to 13", "July 1, 2025, to October 13, 2026", or one day; the year where it is not this."""
    if first == last:
        return format_day(first) if first.year == this_year else full_day(first)
    if first.year != last.year or last.year != this_year:
        ends = {"first": full_day(first), "last": full_day(last)}
        return _("%(first)s, to %(last)s") % ends
    end = str(last.day) if first.month == last.month else format_day(last)
    return _("%(first)s to %(last)s") % {"first": format_day(first), "last": end}


def sender_words(received_by: str, names: Mapping[str, str]) -> str:
    """Who or what brought a file: "from Amara Okafor", "from its folder", "from the command line"."""
    if received_by in names:
        return _("from %(name)s") % {"name": names[received_by]}
    if received_by.startswith("operator:"):
        return _("from the command line")
    return _("from its folder") if received_by == "job:watch" else ""
