"""Why a batch is discarded or undone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class UndoForm(forms.Form):
    """The reason stands in the audit log."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("Whoever sees the numbers change can read it."),
        error_messages={"required": gettext_lazy("Say why; whoever sees the numbers change will ask.")},
    )
