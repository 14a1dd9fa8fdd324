"""allauth's views, each with its rule and its page, named here because allauth brings pages of its own."""

from typing import Any

from allauth.account import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from goldenthread.accounts.single_sign_on import providers
from goldenthread.web.access import open_to_all, signed_in
from goldenthread.web.accounts.forms import NewPasswordForm, PasswordAgainForm, SignInForm
from goldenthread.web.accounts.methods import reads_and_sends
from goldenthread.web.accounts.only_door import reads_alone_by_single_sign_on, shut_by_single_sign_on
from goldenthread.web.accounts.passkeys import passkeys_work
from goldenthread.web.rate_limits import Costly, counts


class _SignIn(views.LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "passkeys_work": passkeys_work(self.request) and not settings.SINGLE_SIGN_ON_ONLY,
            "providers": providers(),
            "providers_only": settings.SINGLE_SIGN_ON_ONLY,
            "next": self.request.GET.get("next", ""),
        }


class _ChangePassword(views.PasswordChangeView):
    """There is nothing to change for one who signs in without a password; allauth would send them to a page
    of its own that is not used."""

    form_class = NewPasswordForm
    template_name = "accounts/change_password.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


class _PasswordAgain(views.ReauthenticateView):
    form_class = PasswordAgainForm
    template_name = "accounts/again_password.html"


sign_in = counts(Costly.SIGN_INS, only_sent=True)(
    open_to_all(reads_alone_by_single_sign_on(reads_and_sends(_SignIn.as_view())))
)
sign_out = open_to_all(reads_and_sends(views.LogoutView.as_view(template_name="accounts/sign_out.html")))
change_password = signed_in(shut_by_single_sign_on(reads_and_sends(_ChangePassword.as_view())))
password_again = signed_in(shut_by_single_sign_on(reads_and_sends(_PasswordAgain.as_view())))
