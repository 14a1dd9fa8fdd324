"""Forms for the framework: what an element is, where it hangs, and why it is retired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goldenthread.record.framework.definition import ElementFields
from goldenthread.web.desk.forms.plain import PlainForm

_NAMES = ("products", "external_clients", "internal_clients", "partners", "stakeholders")

Choices = Sequence[tuple[str, str]]


class Names(forms.CharField):
    """Several names, one on each line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = (super().clean(value) or "").splitlines()
        return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (tuple, list)) else value


class ElementForm(PlainForm):
    """What is known of an element. ``people`` and ``units`` are (key, name) pairs to choose from."""

    name = forms.CharField(label=_("Name"), max_length=300, error_messages={"required": _("Give it a name.")})
    description = forms.CharField(
        label=_("What it is"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        help_text=_("The id of a person in people.csv, or a sign-in name. Leave empty for nobody."),
    )
    unit = forms.ChoiceField(label=_("Run by"), required=False)
    products = Names(label=_("Products"), required=False, help_text=_("One on each line."))
    external_clients = Names(
        label=_("Clients outside the organization"), required=False, help_text=_("One on each line.")
    )
    internal_clients = Names(
        label=_("Clients inside the organization"), required=False, help_text=_("One on each line.")
    )
    partners = Names(label=_("Partners"), required=False, help_text=_("One on each line."))
    stakeholders = Names(label=_("Stakeholders"), required=False, help_text=_("One on each line."))

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("No unit")), *units]

    def values(self) -> dict[str, Any]:
        """The fields as ``ElementFields`` takes them."""
        found = dict(self.cleaned_data)
        return {**found, "owner": found["owner"].strip() or None, "unit": found["unit"] or None}

    @staticmethod
    def initial_of(fields: ElementFields) -> dict[str, Any]:
        """What an element holds now."""
        return {
            "name": fields.name,
            "description": fields.description,
            "owner": fields.owner or "",
            "unit": fields.unit or "",
            **{name: getattr(fields, name) for name in _NAMES},
        }


class NewElementForm(ElementForm):
    """A new element, with the key that files and addresses use."""

    key = forms.SlugField(
        label=_("Id"),
        max_length=100,
        help_text=_("Letters, digits and underscores, such as benefits_renewals. It never changes."),
        error_messages={
            "required": _("Give it an id, such as benefits_renewals."),
            "invalid": _("Use letters, digits and underscores, such as benefits_renewals."),
        },
    )
    field_order = ("name", "key")


class PlaceForm(PlainForm):
    """Where an element hangs, and how far down its list."""

    parent = forms.ChoiceField(label=_("Serves"), error_messages={"required": _("Choose what it serves.")})
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=1, required=False, help_text=_("1 is first; empty is last.")
    )

    def __init__(self, *args: Any, parents: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        if parents:
            field.choices = list(parents)
        else:
            del self.fields["parent"]


class RetireForm(PlainForm):
    """Why an element is no longer in use."""

    reason = forms.CharField(
        label=_("Why it is retired"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why; it is kept with the name.")},
    )


class MissionForm(PlainForm):
    """New words for what a unit is for."""

    mission = forms.CharField(
        label=_("Mission"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what the unit is for.")},
    )
    vision = forms.CharField(label=_("Vision"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    adopted_on = forms.DateField(
        label=_("Adopted on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty while it is a draft."),
    )


class CommentForm(PlainForm):
    """What a member of staff says about a mission."""

    text = forms.CharField(
        label=_("Your comment"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write your comment first.")},
    )
