"""allauth's forms in the look of the design system: a label above each field, none inside it."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from goldenthread.accounts import actions
from goldenthread.record.audit.actor import Actor


def _dress(form: forms.Form) -> None:
    form.use_required_attribute = False
    for field in form.fields.values():
        field.error_messages["required"] = _("Nothing was typed here.")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["class"] = "usa-input"


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)


class NewPasswordForm(ChangePasswordForm):
    """Saved by the action of accounts, so that the new password is in the audit log as any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)
        self.fields["oldpassword"].label = _("Password until now")
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("Not much like your name, and not one that many people use.")
        self.fields["password2"].label = _("New password, once more")

    def save(self) -> None:
        actions.set_password(
            user=self.user,
            password=self.cleaned_data["password1"],
            by=Actor.user(self.user.pk),
            now=timezone.now(),
        )
