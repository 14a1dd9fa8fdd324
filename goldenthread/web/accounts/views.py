"""allauth's views, each with its rule and its page, named here because allauth brings pages of its own."""

from allauth.account import views

from goldenthread.web.access import open_to_all, signed_in
from goldenthread.web.accounts.forms import NewPasswordForm, SignInForm

sign_in = open_to_all(views.LoginView.as_view(form_class=SignInForm, template_name="accounts/sign_in.html"))
sign_out = open_to_all(views.LogoutView.as_view(template_name="accounts/sign_out.html"))
change_password = signed_in(
    views.PasswordChangeView.as_view(
        form_class=NewPasswordForm, template_name="accounts/change_password.html"
    )
)
