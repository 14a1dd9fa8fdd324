"""Days, and stretches of them from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_NO_DAY = gettext_lazy("Wanted a day that there is, such as 2026-03-31.")
# Days beyond are no days of work, and not every database and time zone has them.
_OUT_OF_REACH = gettext_lazy("Wanted a day from 2000 to 2999.")
_WITHIN_REACH = (
    MinValueValidator(date(2000, 1, 1), _OUT_OF_REACH),
    MaxValueValidator(date(2999, 12, 31), _OUT_OF_REACH),
)


class Day(forms.DateField):
    """A day, by the browser's own calendar where it has one."""

    def __init__(self, *, error_messages: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _NO_DAY, **(error_messages or {})},
            **more,
        )


def day_within_reach(label: Any, *, required: bool = False) -> Day:
    """A day of this millennium."""
    wanted = {"required": gettext_lazy("Wanted a day.")}
    return Day(label=label, required=required, validators=_WITHIN_REACH, error_messages=wanted)


class SinceUntil(forms.Form):
    """A form with a first day ``since`` and a last day ``until``, which is not before it."""

    def clean_until(self) -> date | None:
        """The last day."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise ValidationError(_("It ends before it begins; wanted a later day, or none."))
        return until
