"""allauth's forms in the look of the design system: a label above each field, none inside it."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.fields import SetPasswordField
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, SetPasswordForm
from allauth.core import context
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.accounts import actions
from goldenthread.accounts.limits import check_failures, second_factor_key
from goldenthread.accounts.models import User
from goldenthread.accounts.passwords import least_length
from goldenthread.accounts.rules import PASSWORD_ALONE
from goldenthread.record.audit.actor import Actor


class _Dressed(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            field.error_messages["required"] = _("Nothing was typed here.")
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "usa-input"


class SignInForm(_Dressed, LoginForm):
    """Name and password."""


class PasswordAgainForm(_Dressed, ReauthenticateForm):
    """The password, of one who is signed in already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class _CodeForm(_Dressed):
    """Six digits of an app, or a recovery code where one is taken."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        self.fields["code"].widget.attrs["autocomplete"] = "one-time-code"

    def clean_code(self) -> str:
        # The sentence that says how long to wait; allauth's own limit, asked next, has none.
        check_failures(context.request, second_factor_key(self.user.pk))  # type: ignore[attr-defined]
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class CodeForm(_CodeForm, second_factor.AuthenticateForm):
    """The code that follows the password."""


class CodeAgainForm(_CodeForm, second_factor.ReauthenticateForm):
    """A code, of one who is signed in already."""


class NewAppForm(_CodeForm, ActivateTOTPForm):
    """The first code of an authenticator app, which shows that it was set up."""


class NewPasskeyForm(_Dressed, AddWebAuthnForm):
    """A passkey that also stands for the password, so allauth's choice whether it should is left out."""

    passwordless = None
    name = forms.CharField(
        label=gettext_lazy("What to call it"),
        help_text=gettext_lazy("Such as the device it is on."),
        max_length=100,
        required=False,
    )


class FirstPasskeyForm(NewPasskeyForm):
    """The passkey of one who was invited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Beside another form on its page, whose fields have ids too.
        super().__init__(*args, auto_id="passkey_%s", **kwargs)


class FirstPasswordForm(_Dressed, SetPasswordForm):
    """The password of one who was invited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = cast("SetPasswordField", self.fields["password1"])
        password.label = _("Password")
        password.help_text = password_hint(PASSWORD_ALONE)
        # Second factors of before go with the invitation, so it has to be long enough alone.
        password.user = User(username=self.user.username, name=self.user.name)
        self.fields["password2"].label = _("Password, once more")


class InviteForm(_Dressed):
    """Who is to sign in, and by which name."""

    username = forms.CharField(
        label=gettext_lazy("Username"), help_text=gettext_lazy("What is typed to sign in."), max_length=150
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)


class NewPasswordForm(_Dressed, ChangePasswordForm):
    """Saved by the action of accounts, so that the new password is in the audit log as any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Password until now")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = password_hint(least_length(self.user))
        self.fields["password2"].label = _("New password, once more")

    def clean_oldpassword(self) -> str:
        """Looked at as when signing in, so that wrong ones count as failures there too."""
        given: str = self.cleaned_data["oldpassword"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, given):
            raise adapter.validation_error("enter_current_password")
        return given

    def save(self) -> None:
        actions.set_password(
            user=self.user,
            password=self.cleaned_data["password1"],
            by=Actor.user(self.user.pk),
            now=timezone.now(),
        )


def password_hint(least: int) -> str:
    """What a new password must be, beside its field."""
    return _(
        "At least %(least)s characters; a few words in a row are good. Not much like your name, and not one "
        "that many people use."
    ) % {"least": least}
