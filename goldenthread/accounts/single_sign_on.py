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
from goldenthread.accounts.models import User
from goldenthread.accounts.providers import Provider

UNKNOWN = "sign_on_unknown"
"""Where the session keeps what is told to one whom a provider knows, and no account is bound to."""
_INVITATION = "sign_on_invitation"

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

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **more: Any
    ) -> None:
        raise ImmediateHttpResponse(_failed(request, f"{provider.sub_id}: {error or ''} {exception or ''}"))


def _failed(request: HttpRequest, reason: str) -> HttpResponse:
    logger.warning("Nobody was signed in by single sign-on. %s", reason)
    user_login_failed.send(sender=__name__, credentials={}, request=request)
    return redirect("sign_on_failed")


def _known_by_provider(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    provider = settings.SINGLE_SIGN_ON.providers[login.account.provider]
    subject = login.account.uid
    if provider.protocol == "openid_connect":
        issuer = login.account.extra_data.get("id_token", {}).get("iss")
        if issuer != provider.issuer:
            return _failed(request, f"{provider.key} says it is {issuer}; wanted {provider.issuer}")
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
