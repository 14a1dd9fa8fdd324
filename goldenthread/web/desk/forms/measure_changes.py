"""Forms for what people do to a measure's chart and values: notes, limits re-set, values locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goldenthread.web.desk.forms.plain import PlainForm

Choices = Sequence[tuple[str, str]]

EVERY_UNIT = ""


class _OnChart(PlainForm):
    """A period of the chart, and for which units."""

    period = forms.ChoiceField(label=_("Period"), error_messages={"required": _("Choose a period.")})
    unit = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args: Any, periods: Choices, unit: tuple[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("period", periods), ("unit", ((EVERY_UNIT, _("every unit")), unit))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)


class AnnotationForm(_OnChart):
    """A few words at one period."""

    text = forms.CharField(
        label=_("What happened"),
        max_length=120,
        help_text=_("A few words for the chart, such as: renewal surge."),
        error_messages={"required": _("Say what happened, in a few words for the chart.")},
    )


class RebaseForm(_OnChart):
    """From when on the limits are computed anew, and why."""

    what_happened = forms.CharField(
        label=_("What happened"),
        max_length=120,
        help_text=_("A few words for the chart, such as: call-back queue began July 2025."),
        error_messages={"required": _("Say what happened, in a few words for the chart.")},
    )
    reason = forms.CharField(
        label=_("Why the limits are re-set"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is different in how the work is done. It is kept with your name."),
        error_messages={"required": _("Say what is different in how the work is done.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].label = _("From")


class WithdrawForm(PlainForm):
    """Why limits are not re-set after all."""

    withdraw = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why the limits are not re-set after all"),
        max_length=300,
        error_messages={"required": _("Say why; whoever re-set them will ask.")},
    )

    @property
    def note(self) -> int | None:
        """The note it is about, once it was checked."""
        return self.cleaned_data.get("withdraw") if self.is_bound else None


class LockForm(PlainForm):
    """The periods whose values are reported as they are now."""

    periods = forms.MultipleChoiceField(
        label=_("Values to lock"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one period.")},
    )

    def __init__(self, *args: Any, periods: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["periods"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(periods)


class RestateForm(PlainForm):
    """A locked value that is no longer what the facts say, and why it changed."""

    period = forms.ChoiceField(label=_("Value to restate"), error_messages={"required": _("Choose a value.")})
    why = forms.CharField(
        label=_("Why it changed"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: 214 late calls, batch 412. Whoever read the first value will see it."),
        error_messages={"required": _("Say why it changed; whoever read the first value will ask.")},
    )

    def __init__(self, *args: Any, periods: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(periods)
