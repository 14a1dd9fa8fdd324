"""Why somebody looks at records of another."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from goldenthread.web.desk.forms.plain import PlainForm


class PurposeForm(PlainForm):
    """One sentence, which the person concerned reads."""

    why = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence, such as “Yearly check of who can see the north office”."),
        error_messages={"required": gettext_lazy("Say why, for whoever it is about.")},
    )
