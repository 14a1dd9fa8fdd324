"""Who stands in for whom, from when to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.jobs.looking_after import Somebody
from goldenthread.record.access.enums import DelegationKind
from goldenthread.web.desk.forms.days import Day
from goldenthread.web.desk.forms.granting import reason_field
from goldenthread.web.desk.forms.plain import PlainForm
from goldenthread.web.desk.forms.upkeep import PersonField

_NOBODY = gettext_lazy("Found “%(text)s”, wanted the whole name or the key of somebody who works here.")


class StandInForm(PlainForm):
    """Two people, the occasion, where, the days, and why."""

    giver = PersonField(
        label=gettext_lazy("Whose work it is"),
        max_length=200,
        help_text=gettext_lazy("Name or key: yourself, or somebody whom you lead or administer."),
        error_messages={
            "required": gettext_lazy("Name the person whose work it is."),
            "nobody": _NOBODY,
        },
    )
    receiver = PersonField(
        label=gettext_lazy("Who stands in"),
        max_length=200,
        help_text=gettext_lazy("Name or key. They see what the other sees by their posts, and no more."),
        error_messages={"required": gettext_lazy("Name the person who stands in."), "nobody": _NOBODY},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Occasion"), choices=DelegationKind.choices)
    unit = forms.ChoiceField(label=gettext_lazy("Only in this unit and below"), required=False)
    starts_on = Day(label=gettext_lazy("From"), help_text=gettext_lazy("The first day, today or later."))
    ends_on = Day(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The first day without it. It ends by itself."),
        error_messages={"required": gettext_lazy("Say when it ends; it can be arranged again.")},
    )
    reason = reason_field(gettext_lazy("Such as: on leave until June 3."))

    def __init__(
        self,
        people: Sequence[Somebody],
        units: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        *,
        giver: str,
        today: date,
    ) -> None:
        """``people`` are those whom what was typed can mean; ``giver`` is proposed."""
        super().__init__(data, initial={"giver": giver, "starts_on": today})
        for name in ("giver", "receiver"):
            field = self.fields[name]
            assert isinstance(field, PersonField)
            field.people = people
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        by_name = sorted(units.items(), key=lambda pair: pair[1])
        unit.choices = [("", _("everywhere")), *by_name]
