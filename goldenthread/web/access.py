"""Who may call a view, said at the view. A view that says nothing answers nobody."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils import timezone

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.scope import Scope
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import Rights, rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.actor import Actor
from goldenthread.results.surroundings import Surroundings

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """``permission`` is what one who is signed in must hold over some unit, if anything."""

    open: bool = False
    permission: Permission | None = None


def open_to_all(view: View) -> View:
    """Anybody may call it; its address must stand in the open list of ``web.addresses``."""
    return _mark(view, Rule(open=True))


def signed_in(view: View) -> View:
    """Whoever is signed in may call it, and sees there what their scope opens."""
    return _mark(view, Rule())


def needs(permission: Permission) -> Callable[[View], View]:
    """Whoever holds the permission over some unit may call it; which units, the view asks of ``rights``."""
    return lambda view: _mark(view, Rule(permission=permission))


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """What the view says; None when it says nothing."""
    return getattr(view, "_access_rule", None)


def _mark(view: View, rule: Rule) -> View:
    view._access_rule = rule  # type: ignore[attr-defined]
    return view


def today() -> date:
    """The day it is where the organization is; the middleware has made its time zone the active one."""
    return timezone.localdate()


def rights(request: HttpRequest) -> Rights:
    """What the caller holds today, read once for each request."""
    held: Rights | None = getattr(request, "_rights", None)
    if held is None:
        held = rights_of(request.user, today=today())
        request._rights = held  # type: ignore[attr-defined]
    return held


def scope(request: HttpRequest) -> Scope:
    """What the caller may see today, read once for each request."""
    seen: Scope | None = getattr(request, "_scope", None)
    if seen is None:
        seen = scope_of(rights(request), today=today())
        request._scope = seen  # type: ignore[attr-defined]
    return seen


def around(request: HttpRequest) -> Surroundings:
    """What every number of this page shares, from what has been read for it already."""
    starts = request.organization.fiscal_year_starts  # type: ignore[attr-defined]
    return Surroundings(today(), rights(request).units, FiscalCalendar(starts))


def actor(request: HttpRequest) -> Actor:
    """The caller, as the audit log names them, with the roles held now."""
    if request.user.pk is None:
        return Actor.stranger()
    held = rights(request)
    return Actor.user(
        request.user.pk,
        roles=held.role_keys,
        standing_in_for=held.standing_in_for,
        request=_number_of(request),
    )


def _number_of(request: HttpRequest) -> str:
    """What all that one request leaves in the audit log shares."""
    number: str | None = getattr(request, "_number", None)
    if number is None:
        number = secrets.token_hex(8)
        request._number = number  # type: ignore[attr-defined]
    return number
