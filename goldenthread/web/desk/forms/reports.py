"""The days a report is asked for, and its definition as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.definitions import DefinitionError, Problem, read_yaml
from goldenthread.record.reports.actions import check_reports
from goldenthread.record.reports.checks import Written, read_report
from goldenthread.record.reports.queries import find_report
from goldenthread.web.desk.forms.days import SinceUntil, day_within_reach
from goldenthread.web.desk.forms.definition_text import DefinitionTextForm, read_typed

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


class ReportForm(DefinitionTextForm):
    """A report as YAML, and why it is written. ``written`` is what it says, once it is valid."""

    why = forms.CharField(label=gettext_lazy("Why it is written or changed"), required=False, max_length=500)
    written: Written

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, key: str | None = None, text: str = ""
    ) -> None:
        """``key`` is the report's, None for a new one; ``text`` is what to begin with."""
        super().__init__(data, initial={"text": text})
        self.key = key

    def clean_text(self) -> str:
        """The text, checked as a file would be."""
        text: str = self.cleaned_data["text"]
        self.written = read_typed(text, self._written)
        return text

    def _written(self, text: str) -> Written:
        """A report keeps its key, and a new one has its own."""
        located = read_yaml(text)
        written = read_report(located)
        found = written.definition.report
        wanted = ""
        if self.key is not None and found != self.key:
            wanted = f"“{self.key}”, because a key never changes"
        elif self.key is None and find_report(found) is not None:
            wanted = "a key of its own; another report has this one"
        if wanted:
            line = located.line_of(("report",))
            raise DefinitionError([Problem("", line, "report", f"“{found}”", wanted)])
        check_reports([written])
        return written
