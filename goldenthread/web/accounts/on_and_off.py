"""A second factor set up, and taken off where it may be."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.accounts import second_factor
from goldenthread.accounts.rules import PASSWORD_ALONE
from goldenthread.web.access import user
from goldenthread.web.second_factor import is_compulsory


def why_it_stays(request: HttpRequest, authenticator: Authenticator) -> str:
    """Why this one cannot be taken off, in a sentence; empty when it can."""
    account = user(request)
    if not second_factor.is_last(authenticator):
        return ""
    if not account.has_usable_password():
        return _("It is the only way you sign in. Add another passkey first.")
    if is_compulsory(request):
        return _("Your role needs a second factor, and this is the only one. Add another one first.")
    if account.password_is_short:
        return _(
            "Your password has fewer than %(least)s characters, which is only enough beside a second factor. "
            "Choose a longer one first."
        ) % {"least": PASSWORD_ALONE}
    return ""


class SetsUp:
    """A view of allauth that sets a second factor up, which shows it as well."""

    request: HttpRequest
    did_generate_recovery_codes: bool

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        second_factor.remember(self.request.session, user(self.request))
        return answer

    def get_success_url(self) -> str:
        """To the codes where there are new ones: they are shown this one time."""
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "your_account")


class TakesOff:
    """A view of allauth that takes a second factor off, for as long as nothing speaks against it."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {"why_it_stays": why_it_stays(self.request, self._authenticator())}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        if why_it_stays(self.request, self._authenticator()):
            answer: HttpResponse = self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]
        else:
            answer = super().form_valid(form)  # type: ignore[misc]
            if not second_factor.has_one(user(self.request)):
                second_factor.forget(self.request.session)
        return answer

    def _authenticator(self) -> Authenticator:
        return getattr(self, "authenticator", None) or self.get_object()  # type: ignore[attr-defined]
