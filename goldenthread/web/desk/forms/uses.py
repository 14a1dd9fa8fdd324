"""What staff said of the use of columns for single workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.record.reports.uses import NOTICE, ColumnUse
from goldenthread.web.desk.forms.days import day_within_reach


class ConsultationForm(forms.Form):
    """Which columns it is about, what was said, and from when they are shown."""

    use_required_attribute = False
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("What staff were asked about"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Wanted at least one.")},
    )
    said = forms.CharField(
        label=gettext_lazy("What staff and their representatives said"),
        help_text=gettext_lazy("Everybody affected can read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Found nothing; wanted what was said, in a few words.")},
    )
    holds_from = day_within_reach(gettext_lazy("Shown from"), required=True)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, uses: Sequence[ColumnUse], shown: int, today: date
    ) -> None:
        """``uses`` are those that columns state; what staff were not asked about yet is chosen. ``shown`` is
        the version of the report that states them, and that must have been read."""
        waiting = [one.column.id for one in uses if not one.is_agreed]
        super().__init__(data, initial={"holds_from": today + NOTICE, "columns": waiting})
        self.shown = shown
        field = self.fields["columns"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.column.id, one.column.title) for one in uses]

    def clean(self) -> None:
        """Staff were asked about what the page showed."""
        if self.data.get("shown") != str(self.shown):
            raise ValidationError(
                _("The report was changed after you opened this page. Read it again first.")
            )
