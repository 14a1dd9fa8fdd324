"""Who may call a view, said at the view. A view that says nothing answers nobody."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.facts.scope import Scope
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import Rights, rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.actor import BY_TOKEN, Actor
from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.purposes import MEANINGS, Purpose, permissions_for
from goldenthread.results.surroundings import Surroundings

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """``permission`` is what one who is signed in must hold over some unit, if anything.

    ``purpose``: a token for it is answered as well; None takes no token. ``in_person`` is false where nothing
    but a token is answered.
    """

    open: bool = False
    permission: Permission | None = None
    purpose: Purpose | None = None
    in_person: bool = True


def open_to_all(view: View) -> View:
    """Anybody may call it; its address must stand in the open list of ``web.addresses``."""
    return _mark(view, Rule(open=True))


def signed_in(view: View) -> View:
    """Whoever is signed in may call it, and sees there what their scope opens."""
    return _mark(view, Rule())


def needs(permission: Permission) -> Callable[[View], View]:
    """Whoever holds the permission over some unit may call it; which units, the view asks of ``rights``."""
    return lambda view: _mark(view, Rule(permission=permission))


def by_token(purpose: Purpose) -> Callable[[View], View]:
    """A token for this purpose may call it too; stands above the rule for those who are there in person."""

    def mark(view: View) -> View:
        rule = rule_of(view)
        assert rule is not None
        return _mark(view, replace(rule, purpose=purpose))

    return mark


def for_tokens(purpose: Purpose) -> Callable[[View], View]:
    """A token for this purpose may call it, and nobody in person."""
    rule = Rule(permission=MEANINGS[purpose].permission, purpose=purpose, in_person=False)
    return lambda view: _mark(view, rule)


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """What the view says; None when it says nothing."""
    return getattr(view, "_access_rule", None)


def _mark(view: View, rule: Rule) -> View:
    view._access_rule = rule  # type: ignore[attr-defined]
    return view


def lets(request: HttpRequest, rule: Rule) -> bool:
    """Whether the caller, who is signed in or sent a token, may call a view with this rule."""
    token = token_of(request)
    asked = rule.in_person if token is None else rule.purpose in token.purposes
    return asked and (rule.permission is None or rights(request).may(rule.permission))


def token_of(request: HttpRequest) -> Token | None:
    """The token by which somebody's script calls; None for whoever is there in person."""
    return getattr(request, "_token", None)


def opens_source(request: HttpRequest, key: str) -> bool:
    """Whether what the caller may do with extracts holds for this source: a token names those it is for."""
    token = token_of(request)
    return token is None or key in token.sources


def today() -> date:
    """The day it is where the organization is; the middleware has made its time zone the active one."""
    return timezone.localdate()


def user(request: HttpRequest) -> User:
    """The account of the caller, who is signed in or sent a token."""
    assert isinstance(request.user, User)
    return request.user


def rights(request: HttpRequest) -> Rights:
    """What the caller holds today, read once for each request; by a token, no more than it is for."""
    held: Rights | None = getattr(request, "_rights", None)
    if held is None:
        held, token = rights_of(request.user, today=today()), token_of(request)
        if token is not None:
            held = held.within(permissions_for(token.purposes))
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
    calendar = request.organization.calendar  # type: ignore[attr-defined]
    return Surroundings(today(), rights(request).units, calendar)


def actor(request: HttpRequest) -> Actor:
    """The caller, as the audit log names them, with the roles held now, and the token that acts for them."""
    if request.user.pk is None:
        return Actor.stranger()
    held, token = rights(request), token_of(request)
    return Actor.user(
        request.user.pk,
        roles=held.role_keys if token is None else (*held.role_keys, f"{BY_TOKEN}{token.pk}"),
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
