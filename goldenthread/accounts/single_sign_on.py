"""What follows when an identity provider has said who somebody is.

allauth speaks the protocol. Whose account that is, is decided here alone: by issuer and subject, which were
bound to the account by an invitation or by the operator. An e-mail address binds nothing, and nobody who is
unknown gets an account.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from goldenthread.accounts import actions, queries, second_factor
from goldenthread.accounts.models import LONGEST_SUBJECT, User
from goldenthread.accounts.providers import Provider

UNKNOWN = "sign_on_unknown"
"""Where the session keeps what is told to one whom a provider knows, and no account is bound to."""
_INVITATION = "sign_on_invitation"
_METADATA = "/.well-known/openid-configuration"

logger = logging.getLogger("goldenthread.accounts")


def providers() -> list[Provider]:
    """The identity providers of this installation, in the order of its file."""
    return list(settings.SINGLE_SIGN_ON.providers.values())


def keep_invitation(request: HttpRequest, secret: str) -> None:
    """The next one whom a provider names in this browser uses this invitation."""
    request.session[_INVITATION] = secret


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Takes over as soon as the protocol is done, before any of allauth's ways to an account."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        raise ImmediateHttpResponse(_known_by_provider(request, sociallogin))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> Any:
        """What asks a provider for its metadata, its keys and its tokens."""
        session = super().get_requests_session()
        session.hooks["response"].append(_check_who_answered)
        return session

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **more: Any
    ) -> None:
        raise ImmediateHttpResponse(refuse(request, f"{provider.sub_id}: {error or ''} {exception or ''}"))


def refuse(request: HttpRequest, reason: str, error: Exception | None = None) -> HttpResponse:
    """The provider's word is not taken: the log of the server says why, the page only that."""
    logger.warning("Nobody was signed in by single sign-on. %s", reason, exc_info=error)
    user_login_failed.send(sender=__name__, credentials={}, request=request)
    return redirect("sign_on_failed")


def _check_who_answered(response: Any, **_: object) -> None:
    """ValueError when a provider sends us elsewhere, or when its metadata are of another issuer than the one
    at whose address they stand (OpenID Connect Discovery 1.0, 4.3)."""
    if response.is_redirect:
        raise ValueError(f"{response.url} leads elsewhere; wanted an answer.")
    if response.ok and response.url.endswith(_METADATA):
        issuer = str(response.json().get("issuer"))
        if issuer.rstrip("/") + _METADATA != response.url:
            raise ValueError(f"{response.url} is of {issuer}; wanted the issuer at that address.")


def _known_by_provider(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    provider = settings.SINGLE_SIGN_ON.providers[login.account.provider]
    try:
        subject = _subject(provider, login.account.extra_data, login.account.uid)
    except ValueError as error:
        return refuse(request, str(error))
    user = _account_of(request, provider, subject)
    if user is None:
        user_login_failed.send(sender=__name__, credentials={}, request=request)
        request.session[UNKNOWN] = {"provider": provider.title, "subject": subject}
        return redirect("sign_on_unknown")
    if request.user.is_authenticated:
        logout(request)
    if provider.vouches:
        second_factor.remember(request.session, user)
    answer: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=login.get_redirect_url(request)
    )
    return answer


def _subject(provider: Provider, told: dict[str, Any], name_identifier: str) -> str:
    """Whom the provider names. ValueError, with the reason, when it names nobody that could be bound: nothing
    else it says stands in for what was agreed upon."""
    if provider.protocol == "openid_connect":
        token = told.get("id_token", {})
        if token.get("iss") != provider.issuer:
            raise ValueError(f"{provider.key} says it is {token.get('iss')}; wanted {provider.issuer}.")
        found = token.get(provider.subject)
    elif provider.subject is None:
        found = name_identifier
    else:
        values = told.get(provider.subject, [])
        found = values[0] if len(values) == 1 else None
    if not isinstance(found, str) or not found.isprintable() or not 0 < len(found) <= LONGEST_SUBJECT:
        raise ValueError(
            f"{provider.key} named nobody: its answer has no {provider.subject or 'name identifier'} that is "
            f"one text of at most {LONGEST_SUBJECT} characters."
        )
    return found


@transaction.atomic
def _account_of(request: HttpRequest, provider: Provider, subject: str) -> User | None:
    """The open account that issuer and subject are bound to, or are bound to now by an invitation."""
    now = timezone.now()
    secret = request.session.pop(_INVITATION, None)
    if secret is not None and (invited := queries.invited(secret, now=now, to_use=True)) is not None:
        by = actions.Oneself(invited.pk)
        return actions.begin_with_sign_on(
            user=invited, issuer=provider.issuer, subject=subject, by=by, now=now
        )
    return queries.user_of_subject(provider.issuer, subject)
