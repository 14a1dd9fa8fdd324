"""The days a report is asked for."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.web.desk.forms.days import SinceUntil, day_within_reach

# It is compared with eleven stretches before it.
_LONGEST = timedelta(days=366)


class DaysForm(SinceUntil):
    """From one day to another, both inside."""

    use_required_attribute = False
    since = day_within_reach(gettext_lazy("From"), required=True)
    until = day_within_reach(gettext_lazy("To, with that day"), required=True)

    def clean_until(self) -> date | None:
        """At most a year later."""
        since, until = self.cleaned_data.get("since"), super().clean_until()
        if since and until and until - since >= _LONGEST:
            raise ValidationError(_("Wanted at most 366 days."))
        return until
