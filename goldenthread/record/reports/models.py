"""Reports and their versions. Of their numbers nothing is kept."""

from django.db import models

from goldenthread.record.audit.actor import LONGEST_KEY
from goldenthread.record.orgs.keys import KEY_LENGTH
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.fields import OrderedJSONField


class Report(models.Model):
    """What lists need of a report; the whole definition is in its version."""

    key = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Who keeps it"
    )
    current = models.ForeignKey(
        "ReportVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Consultation(models.Model):
    """What staff said, by the labor liaison, of showing a column of single workers: for this use, of this
    formula, in this unit and those below it, from ``holds_from`` up to ``review_on``. ``use`` is a value of
    ``definition.Use``."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="consultations")
    column = models.SlugField(max_length=100)
    use = models.CharField(max_length=20)
    formula = OrderedJSONField(help_text="ReportDefinition.formula_of the column, as it was")
    unit = models.CharField(
        max_length=KEY_LENGTH, blank=True, help_text="Who kept the report; empty for the whole organization"
    )
    review_on = models.DateField()
    holds_from = models.DateField()
    said = models.TextField()
    recorded_by = models.CharField(max_length=LONGEST_KEY)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["report", "column", "recorded_at"]

    def __str__(self) -> str:
        return f"{self.column} of {self.report_id}, to {self.use} from {self.holds_from}"


class ReportVersion(models.Model):
    """A definition as it stood."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = OrderedJSONField(help_text="ReportDefinition as plain data")
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=LONGEST_KEY)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]

    def __str__(self) -> str:
        return f"{self.report_id}, version {self.number}"
