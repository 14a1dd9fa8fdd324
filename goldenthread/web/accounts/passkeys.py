"""Passkeys: signing in with one, a new one, and taking one off. The ceremony itself is in
static/goldenthread/passkeys.js; without JavaScript there is the password, and an authenticator app."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy

from goldenthread.web.access import open_to_all, signed_in
from goldenthread.web.accounts.forms import NewPasskeyForm
from goldenthread.web.accounts.methods import reads_and_sends
from goldenthread.web.accounts.on_and_off import SetsUp, TakesOff
from goldenthread.web.accounts.only_door import shut_by_single_sign_on
from goldenthread.web.rate_limits import Costly, counts


def passkeys_work(request: HttpRequest) -> bool:
    """Whether a browser makes passkeys for this site: they belong to a name, and never to a number."""
    name = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


class _Add(SetsUp, views.AddWebAuthnView):
    form_class = NewPasskeyForm
    template_name = "accounts/passkey_add.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not passkeys_work(request):
            raise Http404
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["form"] = kwargs.get("form") or context["form"]
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | {"options": options}


class _Remove(TakesOff, views.RemoveWebAuthnView):
    template_name = "accounts/passkey_remove.html"
    success_url = reverse_lazy("your_account")


class _SignIn(views.LoginWebAuthnView):
    """Asked for its options, it answers a script; nobody is led here by a link."""

    def form_invalid(self, form: Any) -> HttpResponse:
        user_login_failed.send(sender=__name__, credentials={}, request=self.request)
        answer: HttpResponse = super().form_invalid(form)
        return answer


add = signed_in(reads_and_sends(_Add.as_view()))
remove = signed_in(reads_and_sends(_Remove.as_view()))
sign_in = counts(Costly.SIGN_INS, only_sent=True)(
    open_to_all(shut_by_single_sign_on(reads_and_sends(_SignIn.as_view())))
)
