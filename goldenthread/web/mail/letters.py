"""Letters, written as their receivers may read them now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from goldenthread.jobs.mail.addresses import stop_code
from goldenthread.jobs.mail.letters import Letter, NothingToSendError
from goldenthread.jobs.mail.server import MailServer
from goldenthread.jobs.refused import Refused
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import Rights, rights_of
from goldenthread.record.access.scopes import letter_scope
from goldenthread.record.orgs.models import Organization
from goldenthread.record.orgs.queries import organization
from goldenthread.record.reports.queries import current_definition, find_report, in_use
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.rhythms import Rhythm
from goldenthread.results.indicators import key_indicators
from goldenthread.results.reports import Freshness, freshness_of
from goldenthread.results.series import computed_at
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.view_doors import ViewDoors
from goldenthread.web.desk.forms.saved_views import MAILED
from goldenthread.web.desk.presenters.indicators import indicators_page
from goldenthread.web.desk.presenters.moments import as_of_words, full_day
from goldenthread.web.desk.presenters.saved_views import Names, address, choices_of, title_of


def letter_for(subscription: Subscription, *, now: datetime) -> Letter:
    """What the view of a subscription shows its owner today. NothingToSendError where it is not open."""
    here = organization()
    with timezone.override(here.zone):
        view, owner, today = subscription.view, subscription.owner, here.day_of(now)
        rights = rights_of(owner, today=today)
        around = Surroundings(today, rights.units, here.calendar)
        is_open = ViewDoors(rights, scope_of(rights, today=today), around).opens(view)
        if not is_open or view.route not in MAILED:
            raise NothingToSendError("Its view was not open to its owner.")
        said = _indicators(subscription, rights, around) if view.route == "indicators" else _report(view)
        title = title_of(view, Names(around.names, dict(in_use().values_list("key", "title")), {}))
        return Letter(
            subject=_line(f"{view.name} · {here.name}"),
            text=_text(subscription, here, title, list(said)),
            stop=link(reverse("mail_stop", args=[stop_code(subscription.pk)])),
        )


def link(path: str) -> str:
    """Where a page of this site is for somebody who reads mail."""
    server: MailServer | None = settings.MAIL
    if server is None:
        raise Refused("No mail leaves from here, so nothing needs a link of one.")
    return f"{server.base}{path}"


def _text(subscription: Subscription, here: Organization, title: str, said: Sequence[str]) -> str:
    view = subscription.view
    every = Rhythm(subscription.rhythm).label
    change = reverse("desk:view_mail", args=[view.pk])
    parts = [
        _line(f"{title}, {here.name}"),
        *said,
        _("See it: %(link)s") % {"link": link(address(view))},
        "-- ",
        _("You asked for “%(name)s” by mail. %(every)s it comes to this address.")
        % {"name": _line(view.name), "every": every},
        _("Change that: %(link)s") % {"link": link(change)},
        _("Stop it with one click: %(link)s")
        % {"link": link(reverse("mail_stop", args=[stop_code(subscription.pk)]))},
    ]
    return "\n\n".join(parts) + "\n"


def _indicators(subscription: Subscription, rights: Rights, around: Surroundings) -> Iterator[str]:
    """The answer first, then each indicator in a sentence, and of when the numbers are."""
    unit = subscription.view.arguments["key"]
    found = key_indicators(unit, letter_scope(unit, rights), around=around)
    if not found:
        yield _("No key indicator of this unit has a value yet.")
        return
    yield _line(indicators_page(unit, around.names[unit], found).verdict)
    for one in found:
        place = "" if one.tile.unit == unit else f", {_line(one.tile.unit_name)}"
        yield f"{_line(one.tile.measure.title)}{place}\n{_line(one.tile.verdict)}"
    if at := as_of_words(computed_at((one.tile for one in found), around=around)):
        yield _("Numbers as of %(moment)s.") % {"moment": at}


def _report(view: SavedView) -> Iterator[str]:
    """That it is there. A few days of a small team say what one person did, so the numbers stay where their
    reader signs in."""
    if chosen := choices_of(view):
        yield _line(chosen)
    report = find_report(view.arguments["report"])
    assert report is not None
    definition = current_definition(report)
    yield from map(_reach, freshness_of(tuple(definition.as_measures(definition.windows[0].grain))))
    yield _(
        "This report is for those who see the work of single people, so its numbers are not in this mail. "
        "They are there when you sign in."
    )


def _reach(one: Freshness) -> str:
    if one.until is None:
        return _("%(source)s: nothing was loaded yet.") % {"source": _line(one.title)}
    return _("%(source)s: loaded up to %(day)s.") % {
        "source": _line(one.title),
        "day": full_day(one.until),
    }


def _line(text: str) -> str:
    """In one line, so that no name can pass for a line of ours, or for a header."""
    return " ".join(text.split())
