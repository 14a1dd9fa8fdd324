"""How often a view comes by mail."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from goldenthread.record.subscriptions.rhythms import Rhythm
from goldenthread.web.desk.forms.plain import PlainForm


class RhythmForm(PlainForm):
    """One of the rhythms there are."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("From seven in the morning on."),
    )
