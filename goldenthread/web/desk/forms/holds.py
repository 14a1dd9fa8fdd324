"""Placing a legal hold, and deciding on its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.jobs.looking_after import Somebody
from goldenthread.web.desk.forms.days import Day
from goldenthread.web.desk.forms.plain import PlainForm
from goldenthread.web.desk.forms.upkeep import PersonField


class HoldForm(PlainForm):
    """What the case is called, and whom and which days it may be about."""

    case = forms.CharField(
        label=gettext_lazy("Case"),
        max_length=200,
        help_text=gettext_lazy("Its number or name, as counsel uses it; no details."),
        error_messages={"required": gettext_lazy("Name the case.")},
    )
    person = PersonField(
        label=gettext_lazy("About this person"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Name or key. What may be about anybody is kept, too."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("About this unit"), required=False)
    starts_on = Day(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Left empty: ever since.")
    )
    ends_on = Day(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The first day it is not about. Left empty: from now on, too."),
    )

    def __init__(
        self,
        people: Sequence[Somebody],
        units: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """``people`` are those whom what was typed can mean; ``units`` are keys and names."""
        super().__init__(data)
        person, unit = self.fields["person"], self.fields["unit"]
        assert isinstance(person, PersonField)
        assert isinstance(unit, forms.ChoiceField)
        person.people = people
        unit.choices = [("", _("any unit")), *sorted(units.items(), key=lambda pair: pair[1])]


class LiftForm(PlainForm):
    """Why a hold should be lifted."""

    reason = forms.CharField(
        label=gettext_lazy("Why it should be lifted"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Whoever has to agree reads it."),
        error_messages={"required": gettext_lazy("Say why, for whoever has to agree.")},
    )
