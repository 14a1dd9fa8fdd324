"""A token to be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.purposes import MEANINGS, Purpose
from goldenthread.web.desk.forms.plain import PlainForm

DAYS = (7, 30, 90)
"""How long a token can be made for."""


class TokenForm(PlainForm):
    """What it is called, what it is for, and until when."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=Token._meta.get_field("name").max_length,
        help_text=gettext_lazy("Which script will use it, and where, such as: nightly calls, from phone01."),
        error_messages={"required": gettext_lazy("Say which script will use it.")},
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("What it is for"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("The sources it sends files to"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("For sending extracts, and for no others than these."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it lasts"), coerce=int, widget=forms.RadioSelect, initial=DAYS[1]
    )

    def __init__(
        self,
        purposes: Sequence[Purpose],
        sources: Sequence[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """``purposes`` are those that are open to whoever makes it, ``sources`` keys and titles."""
        super().__init__(data)
        choices = {
            "purposes": [(one.value, f"{MEANINGS[one].name}. {MEANINGS[one].sentence}") for one in purposes],
            "sources": sources,
            "days": [(one, ngettext("%(days)s day", "%(days)s days", one) % {"days": one}) for one in DAYS],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
        if not any(MEANINGS[one].of_sources for one in purposes):
            del self.fields["sources"]

    def clean(self) -> dict[str, Any]:
        """Sources go with sending files, and with nothing else."""
        cells = self.cleaned_data
        cells.setdefault("sources", [])
        sends = any(MEANINGS[Purpose(one)].of_sources for one in cells.get("purposes", ()))
        if sends and not cells["sources"]:
            self.add_error("sources", _("Choose the sources it sends files to."))
        if not sends and cells["sources"]:
            self.add_error("sources", _("Sources go with sending extracts. Choose that too, or no source."))
        return cells
