"""A wall to be put up."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from goldenthread.record.walls.models import LONGEST_NAME
from goldenthread.web.desk.forms.plain import PlainForm

DAYS = {30: gettext_lazy("30 days"), 90: gettext_lazy("90 days"), 366: gettext_lazy("A year")}


class WallForm(PlainForm):
    """Where it hangs, and until when."""

    name = forms.CharField(
        label=gettext_lazy("Where it hangs"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Such as: the hall, second floor."),
        error_messages={"required": gettext_lazy("Say where it hangs.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it stays up"),
        coerce=int,
        choices=list(DAYS.items()),
        widget=forms.RadioSelect,
        initial=90,
    )
