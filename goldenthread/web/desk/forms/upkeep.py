"""Choosing measures to hand over or to retire."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.jobs.looking_after import Somebody

_NAMED = 3


class PersonField(forms.CharField):
    """A person by name or key; cleans to the key. Two people of one name are told apart by theirs."""

    default_error_messages = {
        "nobody": gettext_lazy(
            "Found “%(text)s”, wanted the name of somebody in your part of the organization."
        )
    }
    people: Sequence[Somebody] = ()

    def clean(self, value: Any) -> str | None:
        """The key of the one person meant; None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        wanted = text.casefold()
        found = [one for one in self.people if wanted in (one.key.casefold(), one.name.casefold())]
        if len(found) == 1:
            return found[0].key
        if not found:
            near = [one.name for one in self.people if wanted in one.name.casefold()][:_NAMED]
            if near:
                raise ValidationError(
                    _("Found “%(text)s”, wanted a full name, such as %(near)s."),
                    params={"text": text, "near": _(" or ").join(near)},
                )
            raise ValidationError(self.error_messages["nobody"], params={"text": text})
        which = _(" or ").join(f"{one.key} ({', '.join(one.units)})" for one in found)
        raise ValidationError(
            _("Several people are called %(text)s: type %(which)s."), params={"text": text, "which": which}
        )


class UpkeepForm(forms.Form):
    """The measures chosen, and who is to look after them or why they are retired: ``do`` says which."""

    owner = PersonField(label=gettext_lazy("Owner"), required=False, max_length=200)
    deputy = PersonField(label=gettext_lazy("Deputy"), required=False, max_length=200)
    why = forms.CharField(
        label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        measures: Collection[str],
        people: Sequence[Somebody],
        data: Mapping[str, Any] | None = None,
        *,
        chosen: Sequence[str] = (),
        retiring: bool = False,
    ) -> None:
        """``measures`` are those that may be chosen."""
        super().__init__(data, use_required_attribute=False)
        self.chosen = [key for key in chosen if key in measures]
        self.retiring = retiring
        for name in ("owner", "deputy"):
            field = self.fields[name]
            assert isinstance(field, PersonField)
            field.people = people
            field.widget.attrs |= {"list": "people", "autocomplete": "off"}
        self.fields["owner"].help_text = _(
            "Name or key. Types the values, or answers for where they come from."
        )
        self.fields["deputy"].help_text = _("Stands in for the owner. Left empty, each deputy stays.")
        self.fields["why"].help_text = _(
            "Whoever looks for the measure later reads it. Its values stay readable."
        )

    def clean(self) -> dict[str, Any]:
        """Whether what was asked for can be done."""
        cells = self.cleaned_data
        if not self.chosen:
            self.add_error(None, _("Choose at least one measure."))
        if self.retiring and not cells.get("why"):
            self.add_error("why", _("Say why; whoever looks for the measure later will want to know."))
        if self.retiring or {"owner", "deputy"} & self.errors.keys():
            return cells
        if not cells.get("owner") and not cells.get("deputy"):
            self.add_error("owner", _("Name the owner, the deputy, or both."))
        elif cells.get("owner") == cells.get("deputy"):
            self.add_error("deputy", _("Owner and deputy are the same person; name somebody else."))
        return cells
