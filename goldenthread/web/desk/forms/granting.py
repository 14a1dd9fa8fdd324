"""Giving a role, taking it back, and deciding on one that was proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.record.access.roles import ROLES
from goldenthread.web.desk.forms.days import Day
from goldenthread.web.desk.forms.plain import PlainForm


def reason_field(help_text: Any) -> forms.CharField:
    """Why; whoever looks at the log reads it."""
    return forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
        error_messages={"required": gettext_lazy("Say why, for whoever checks it later.")},
    )


class GrantForm(PlainForm):
    """A role, over a unit or over a service, from when to when, and why."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), error_messages={"required": gettext_lazy("Choose the role.")}
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Over this unit and all below it"),
        required=False,
    )
    service = forms.ChoiceField(
        label=gettext_lazy("Or over this service, wherever its work is done"),
        required=False,
        help_text=gettext_lazy("Only for a role that sees results and nothing else."),
    )
    starts_on = Day(label=gettext_lazy("From"), help_text=gettext_lazy("The first day, today or later."))
    ends_on = Day(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The first day without it. Left empty: for good."),
    )
    reason = reason_field(gettext_lazy("Whoever confirms it, and whoever checks it later, reads it."))

    def __init__(
        self,
        units: Mapping[str, str],
        services: Sequence[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
        *,
        today: date,
    ) -> None:
        """``units`` and ``services`` are those over which it can be given: keys and names."""
        super().__init__(data, initial={"starts_on": today})
        by_name = sorted(units.items(), key=lambda pair: pair[1])
        choices = {
            "role": [("", _("choose a role")), *((one.key, one.name) for one in ROLES.values())],
            "unit": [("", _("choose a unit")), *by_name],
            "service": [("", _("no service")), *services],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
        if not services:
            del self.fields["service"]

    def clean(self) -> dict[str, Any]:
        """One place; which roles and days go with it, the action says."""
        cells = self.cleaned_data
        cells.setdefault("service", "")
        if not cells.get("unit") and not cells["service"] and not self.errors:
            self.add_error("unit", _("Choose the unit or the service over which it is held."))
        return cells


class RevokeForm(PlainForm):
    """As of when, and why."""

    on = Day(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("The first day without it. Today ends it with the next request."),
    )
    reason = reason_field(gettext_lazy("Whoever checks it later reads it."))

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today})


class DecideForm(PlainForm):
    """Confirming the proposal ``number``, or refusing it: ``do`` says which, and a refusal says why."""

    why = forms.CharField(
        label=gettext_lazy("Why it is refused"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Left empty when you confirm it."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, number: int) -> None:
        super().__init__(data, auto_id=f"id_{number}_%s")
        self.number = number
        self.refuses = data is not None and data.get("do") == "refuse"

    def clean(self) -> dict[str, Any]:
        """A refusal has a reason, and nothing else has: Enter in its field presses the first button."""
        why = self.cleaned_data.get("why")
        if self.refuses and not why:
            self.add_error("why", _("Say why, for whoever proposed it."))
        if why and not self.refuses:
            self.add_error("why", _("Choose “Refuse” for this reason, or empty it to confirm."))
        return self.cleaned_data
