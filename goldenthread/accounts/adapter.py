"""How allauth behaves here."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from goldenthread.accounts.limits import check_failures
from goldenthread.accounts.models import User
from goldenthread.accounts.second_factor import has_one
from goldenthread.accounts.sessions import began_at

_JUST_SIGNED_IN = 5 * 60
_BY_PASSWORD = "reauthenticate"  # noqa: S105
_SAID = {
    "account/messages/password_changed.txt": _(
        "Your password is changed. Everywhere else you are signed out."
    ),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is taken off."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is taken off."),
}
"""What is said in place of allauth's messages, by their names. All others are left out: the page that follows
shows what was done."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators and by the command line; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("This username and this password do not go together. Try again."),
        "too_many_login_attempts": _("Too many failed attempts. Try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more: Any, **named: Any
    ) -> None:
        if message_template in _SAID:
            messages.add_message(request, level, _SAID[message_template])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        # Asked first: an attempt that is refused for one limit is not to count for the other.
        check_failures(request, self._get_login_attempts_cache_key(request, **credentials))
        super().pre_authenticate(request, **credentials)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in within the last five minutes has just shown who they are."""
        request = context.request
        if time.time() - began_at(request.session) < _JUST_SIGNED_IN:
            return False
        if settings.SINGLE_SIGN_ON_ONLY and not has_one(request.user):
            # There is nothing that could be asked for here.
            return False
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, str]]:
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if settings.SINGLE_SIGN_ON_ONLY:
            methods = [one for one in methods if one["id"] != _BY_PASSWORD]
        return methods

    def get_login_stages(self) -> list[str]:
        return ["goldenthread.accounts.stages.SecondFactorStage"]

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Back to the form: a page of its own would tell that the password was right."""
        return redirect("account_login")
