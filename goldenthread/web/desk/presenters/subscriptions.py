"""A saved view by mail, to its owner."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from goldenthread.jobs.mail.server import MailServer
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.web.desk.presenters.moments import full_day, full_moment


@dataclass(frozen=True)
class SubscriptionPage:
    """``missing`` says what keeps mail from being asked for; ``needs_address``: it is the reader's address.
    ``goes_to`` is that address where nothing is missing. ``state`` says of mail that comes already how it
    went and when it comes next."""

    title: str
    verdict: str
    missing: str
    needs_address: bool
    goes_to: str
    state: str
    held: bool

    @property
    def can_ask(self) -> bool:
        """Whether there is a form."""
        return not self.missing


def subscription_page(
    view: SavedView, held: Subscription | None, *, address: str, server: MailServer | None
) -> SubscriptionPage:
    """``address`` is where the reader gets mail, ``server`` how mail leaves."""
    missing = _missing(address, server)
    return SubscriptionPage(
        title=_("“%(name)s” by mail") % {"name": view.name},
        verdict=_contents(view),
        missing=missing,
        needs_address=server is not None and not (address and server.goes_to(address)),
        goes_to="" if missing else address,
        state=_state(held),
        held=held is not None,
    )


def _contents(view: SavedView) -> str:
    if view.route == "indicators":
        return _("Each key indicator in one sentence, no number of a single worker, and a link to the page.")
    return _("That it is there, up to which day its extracts reach, and a link. None of its numbers.")


def _missing(address: str, server: MailServer | None) -> str:
    if server is None:
        return _("No mail leaves from here. Whoever looks after the server can set it up.")
    if not address:
        return _("There is no address to write to yet.")
    if not server.goes_to(address):
        return _("Mail from here does not go to %(address)s.") % {"address": address}
    return ""


def _state(held: Subscription | None) -> str:
    if held is None:
        return ""
    parts = [_("The next mail is that of %(day)s.") % {"day": full_day(held.due_on)}]
    if held.sent_at is not None:
        parts.append(_("The last one went on %(moment)s.") % {"moment": full_moment(held.sent_at)})
    if held.problem:
        parts.append(_("What came in between: %(problem)s") % {"problem": held.problem})
    return " ".join(parts)
