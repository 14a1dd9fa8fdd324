"""What every staff page shows around its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from goldenthread.accounts import sessions
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.measures.queries import types_values
from goldenthread.record.orgs.queries import organization
from goldenthread.web.access import rights


@dataclass(frozen=True)
class Section:
    """One entry of the header, for those whom `shown_to` says. A page names the `key` of its own section as
    `section` in its context."""

    key: str
    title: str | Promise
    url_name: str
    shown_to: Callable[[Rights], bool] = lambda _held: True

    @property
    def url(self) -> str:
        """Where it leads."""
        return reverse(self.url_name)


def _types_or_approves(held: Rights) -> bool:
    return held.may(Permission.APPROVE_VALUES) or types_values(held.person_id)


SECTIONS = (
    Section("home", _("Home"), "desk:home"),
    Section("thread", _("Thread"), "desk:thread", lambda held: bool(held.holdings)),
    Section("measures", _("Measures"), "desk:measures"),
    Section("unit", _("My unit"), "desk:unit_mine"),
    Section("numbers", _("My numbers"), "desk:numbers", _types_or_approves),
    Section("data", _("Data"), "desk:sources", lambda held: held.may(Permission.LOAD_DATA)),
    Section("access", _("Access"), "desk:access", lambda held: held.may(Permission.SEE_ACCESS)),
    Section("audit", _("Audit log"), "desk:audit", lambda held: held.may(Permission.READ_AUDIT)),
)


@dataclass(frozen=True)
class SessionEnd:
    """When the session ends if nothing more is asked for, and the page to come back to."""

    seconds: int
    time: datetime
    address: str


@dataclass(frozen=True)
class Desk:
    """The frame of a staff page: whose government it is, who is signed in, and until when."""

    sections: tuple[Section, ...]
    organization: str
    person: str
    session: SessionEnd


def desk(request: HttpRequest) -> dict[str, object]:
    """`desk`, looked up only where a template asks for it: public pages read neither session nor records."""
    return {"desk": SimpleLazyObject(lambda: _desk_of(request))}


def _desk_of(request: HttpRequest) -> Desk:
    person = request.user.get_full_name() if request.user.is_authenticated else ""
    held = rights(request)
    sections = tuple(one for one in SECTIONS if one.shown_to(held))
    return Desk(
        sections=sections,
        organization=_organization_of(request),
        person=person,
        session=_session_end_of(request),
    )


def _session_end_of(request: HttpRequest) -> SessionEnd:
    now = timezone.now()
    seconds = int(sessions.ends_at(request.session) - now.timestamp())
    return SessionEnd(seconds, now + timedelta(seconds=seconds), request.get_full_path())


def _organization_of(request: HttpRequest) -> str:
    """The name that the middleware has read already; it reads none for one who is not signed in."""
    return str(getattr(request, "organization", None) or organization())
