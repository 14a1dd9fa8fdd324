"""Who an unknown worker or unit of a file is, and on which days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.jobs.looking_after import Somebody
from goldenthread.record.orgs.days import Days
from goldenthread.web.desk.forms.upkeep import PersonField


class _MatchForm(forms.Form):
    """The days on which the id holds; left empty, it always did and always will."""

    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The first day. Left empty: ever since."),
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The first day on which it no longer holds. Left empty: for good."),
    )

    @property
    def days(self) -> Days:
        """What was said of the days."""
        return Days(self.cleaned_data["since"], self.cleaned_data["until"])

    def clean_until(self) -> Any:
        """The end, which comes after the start."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until <= since:
            raise ValidationError(_("It ends before it begins; wanted a later day, or none."))
        return until


class WorkerMatchForm(_MatchForm):
    """``people`` are those who can be named."""

    owner = PersonField(
        label=gettext_lazy("Who it is"),
        max_length=200,
        help_text=gettext_lazy("Name or key of the person."),
        error_messages={"required": gettext_lazy("Name the person.")},
    )
    field_order = ("owner", "since", "until")

    def __init__(
        self, people: Sequence[Somebody], data: Mapping[str, Any] | None = None, *, like: str = ""
    ) -> None:
        super().__init__(data, initial={"owner": like}, use_required_attribute=False)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.people = people
        owner.widget.attrs |= {"list": "people", "autocomplete": "off"}


class UnitMatchForm(_MatchForm):
    """``units`` are keys and names of those that can be chosen."""

    owner = forms.ChoiceField(
        label=gettext_lazy("Which unit it is"),
        error_messages={"required": gettext_lazy("Choose the unit.")},
    )
    field_order = ("owner", "since", "until")

    def __init__(
        self, units: Mapping[str, str], data: Mapping[str, Any] | None = None, *, like: str = ""
    ) -> None:
        near = next((key for key, name in units.items() if name == like), "")
        super().__init__(data, initial={"owner": near}, use_required_attribute=False)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", _("choose a unit")), *units.items()]
