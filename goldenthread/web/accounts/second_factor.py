"""Authenticator app, recovery codes, and showing either: allauth's views with our rules and pages."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn import views as passkeys
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_GET

from goldenthread.web.access import open_to_all, signed_in
from goldenthread.web.accounts.forms import CodeAgainForm, CodeForm, NewAppForm
from goldenthread.web.accounts.methods import reads_and_sends
from goldenthread.web.accounts.on_and_off import SetsUp, TakesOff


class _AtSignIn(views.AuthenticateView):
    form_class = CodeForm
    template_name = "accounts/second_factor.html"


class _CodeAgain(views.ReauthenticateView):
    form_class = CodeAgainForm
    template_name = "accounts/again_code.html"


class _PasskeyAgain(passkeys.ReauthenticateWebAuthnView):
    template_name = "accounts/again_passkey.html"


class _AddApp(SetsUp, app.ActivateTOTPView):
    form_class = NewAppForm
    template_name = "accounts/app_add.html"


class _RemoveApp(TakesOff, app.DeactivateTOTPView):
    template_name = "accounts/app_remove.html"
    success_url = reverse_lazy("your_account")


class _Codes(codes.ViewRecoveryCodesView):
    template_name = "accounts/recovery_codes.html"


class _NewCodes(codes.GenerateRecoveryCodesView):
    template_name = "accounts/recovery_codes_new.html"


@signed_in
@require_GET
def app_picture(request: HttpRequest) -> HttpResponse:
    """The code to hold a phone's camera to, while the page that asks for it is open."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")


at_sign_in = open_to_all(reads_and_sends(_AtSignIn.as_view()))
code_again = signed_in(reads_and_sends(_CodeAgain.as_view()))
passkey_again = signed_in(reads_and_sends(_PasskeyAgain.as_view()))
add_app = signed_in(reads_and_sends(_AddApp.as_view()))
remove_app = signed_in(reads_and_sends(_RemoveApp.as_view()))
recovery_codes = signed_in(reads_and_sends(_Codes.as_view()))
new_recovery_codes = signed_in(reads_and_sends(_NewCodes.as_view()))
