"""Everything about signing in that is one's own to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from goldenthread.accounts import actions, queries
from goldenthread.accounts.single_sign_on import providers
from goldenthread.web.access import actor, signed_in, user
from goldenthread.web.accounts.devices import device_in_words
from goldenthread.web.accounts.passkeys import passkeys_work
from goldenthread.web.second_factor import is_missing


@dataclass(frozen=True)
class Browser:
    """A browser in which one is signed in."""

    words: str
    address: str
    since: datetime
    is_this: bool


@signed_in
@require_safe
def your_account(request: HttpRequest) -> HttpResponse:
    """Password, second factors and open sessions of whoever asks; for one who still needs a second factor,
    the page to set one up."""
    account = user(request)
    signed_in_at = queries.signed_in_at(account, this=request.session.session_key, now=timezone.now())
    context = {
        "username": account.username,
        "address": account.email,
        "has_password": account.has_usable_password(),
        "providers_only": settings.SINGLE_SIGN_ON_ONLY,
        "sign_ons": _titles(queries.sign_ons_of(account)),
        "factors": queries.second_factors(account),
        "passkeys_work": passkeys_work(request),
        "browsers": [
            Browser(device_in_words(one.browser), one.address, one.since, one.is_this) for one in signed_in_at
        ],
    }
    if is_missing(request):
        return render(request, "accounts/second_factor_missing.html", context)
    return render(request, "accounts/your_account.html", context)


@signed_in
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    account = user(request)
    actions.end_sessions(user=account, by=actor(request), now=timezone.now())
    update_session_auth_hash(request, account)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("your_account")


def _titles(issuers: list[str]) -> list[str]:
    """What the providers are called; one that is no longer set up signs nobody in."""
    return [one.title for one in providers() if one.issuer in issuers]
