"""allauth's views, each with its rule and its page, named here because allauth brings pages of its own."""

from typing import Any

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse

from goldenthread.web.access import open_to_all, signed_in
from goldenthread.web.accounts.forms import NewPasswordForm, SignInForm


class _ChangePassword(views.PasswordChangeView):
    """There is nothing to change for one who signs in without a password; allauth would send them to a page
    of its own that is not used."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


sign_in = open_to_all(views.LoginView.as_view(form_class=SignInForm, template_name="accounts/sign_in.html"))
sign_out = open_to_all(views.LogoutView.as_view(template_name="accounts/sign_out.html"))
change_password = signed_in(
    _ChangePassword.as_view(form_class=NewPasswordForm, template_name="accounts/change_password.html")
)
