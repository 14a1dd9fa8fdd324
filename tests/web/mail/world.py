"""A view of a key indicator or a report, mailed to Sam, who supervises North, by a server that is there."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.jobs.mail.server import MailServer
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.queries import organization
from goldenthread.record.saved_views.actions import save_view
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.actions import subscribe
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.rhythms import Rhythm, sent_from
from tests.post.office import Office

ADDRESS = "sam@example.gov"
Page = tuple[str, dict[str, str], dict[str, str]]
"""Route, arguments and parameters of a saved view."""
INDICATORS: Page = ("indicators", {"key": "north"}, {})
REPORT: Page = ("unit_report", {"key": "north", "report": "desk_work"}, {"days": "last_month"})
WORKER: Page = ("unit_worker", {"key": "north", "report": "desk_work", "person": "ana"}, {})


def server_at(office: Office, **more: object) -> MailServer:
    """The settings that lead to it, in the clear to this same machine."""
    said: dict[str, object] = {
        "url": f"smtp://127.0.0.1:{office.port}",
        "sender": "Goldenthread <numbers@example.gov>",
        "domains": "example.gov",
        "base": "https://numbers.example.gov",
    }
    return MailServer.parse(**{**said, **more})


def view_of(username: str, page: Page, name: str) -> SavedView:
    """A page saved under a name."""
    owner = User.objects.get(username=username)
    route, arguments, parameters = page
    return save_view(
        owner=owner,
        name=name,
        route=route,
        arguments=arguments,
        parameters=parameters,
        by=Actor.user(owner.pk),
        now=timezone.now(),
    )


def mailed(
    username: str = "sam",
    page: Page = INDICATORS,
    *,
    name: str = "Monday morning",
    rhythm: Rhythm = Rhythm.DAILY,
) -> Subscription:
    """That view by mail, to an address of theirs."""
    User.objects.filter(username=username).update(email=f"{username}@example.gov")
    view = view_of(username, page, name)
    by, now = Actor.user(view.owner_id), timezone.now()
    return subscribe(view=view, rhythm=rhythm, by=by, now=now, zone=organization().zone)


def due_at(subscription: Subscription) -> datetime:
    """When its next mail goes at the earliest."""
    return sent_from(subscription.due_on, organization().zone)
