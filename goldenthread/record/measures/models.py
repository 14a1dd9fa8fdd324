"""Measures, their versions and targets, and the values they had."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from goldenthread.calc.folding import Fold
from goldenthread.record.audit.actor import LONGEST_KEY
from goldenthread.record.framework.models import Element
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources.fields import OrderedJSONField


class Measure(models.Model):
    """What is measured. The columns are what lists and filters need; the whole definition is in its
    version."""

    key = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    service = models.ForeignKey(
        Element, null=True, blank=True, on_delete=models.SET_NULL, related_name="measures", help_text="serves"
    )
    unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="measures",
        help_text="Who keeps it",
    )
    kind = models.CharField(max_length=40, blank=True)
    frequency = models.CharField(max_length=10)
    lag_days = models.PositiveIntegerField(default=0)
    manual = models.BooleanField(default=False)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_measures"
    )
    deputy = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="deputized_measures"
    )
    next_review = models.DateField(null=True, blank=True)
    current = models.ForeignKey(
        "MeasureVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    retired_on = models.DateField(null=True, blank=True)
    retired_why = models.TextField(blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class MeasureVersion(models.Model):
    """A definition as it stood. ``formula_from`` is the first day from which its formula holds when an
    earlier formula is kept for the days before: the visible break in the series. Null: it holds for all
    history."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = OrderedJSONField(help_text="MeasureDefinition as plain data")
    formula_from = models.DateField(null=True, blank=True)
    formula_changed = models.BooleanField(
        default=True, help_text="Whether numbers can differ from the version before"
    )
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=LONGEST_KEY)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["measure", "number"]
        constraints = [models.UniqueConstraint(fields=["measure", "number"], name="measure_version_once")]

    def __str__(self) -> str:
        return f"{self.measure_id}, version {self.number}"


class Observation(models.Model):
    """A computed value: only results.compute and results.lock write it, no page computes it.

    A null unit is what nobody could be placed for ("not assigned", under the top unit). ``tree`` says whether
    units are those of the time of the event or today's. ``store_version`` is that of the facts its numerator
    was counted from.
    """

    # Indexes of their own would be a third of what writing costs; those below begin with measure and unit.
    measure = models.ForeignKey(
        Measure, on_delete=models.CASCADE, related_name="observations", db_index=False
    )
    version = models.ForeignKey(MeasureVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    grain = models.CharField(max_length=12)
    period_start = models.DateField()
    tree = models.CharField(max_length=6, default="event")
    numerator = models.FloatField(null=True, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    facts = models.BigIntegerField(default=0, help_text="How many facts stand behind the value")
    contributors = models.IntegerField(
        null=True,
        blank=True,
        help_text="How many people's work stands behind it; of a rate, the side of fewer",
    )
    fold = models.PositiveSmallIntegerField(default=Fold.OPEN, help_text="To whom it is closed, a calc Fold")
    store_version = models.BigIntegerField(null=True, blank=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "unit", "grain", "tree", "period_start"], name="observation_once"
            ),
            # Null is not equal to null in a unique constraint, and SQLite cannot be told otherwise.
            models.UniqueConstraint(
                fields=["measure", "grain", "tree", "period_start"],
                condition=Q(unit__isnull=True),
                name="observation_not_assigned_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "grain", "period_start"], name="observation_by_unit"),
            # Almost none is folded; those that are must be found again after each computation.
            models.Index(
                fields=["measure", "period_start"], condition=Q(fold__gt=0), name="observation_folded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period_start}"


class ReportedValue(models.Model):
    """A value as it was reported. Restating adds a row; nothing is overwritten. ``stood_on`` keeps the store
    version, definition version, and a hash and copy of the posts and tree used."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="reported_values")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    grain = models.CharField(max_length=12)
    period_start = models.DateField()
    number = models.PositiveIntegerField(help_text="1 as first reported, then one more at each restatement")
    numerator = models.FloatField(null=True, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=LONGEST_KEY)
    why = models.TextField(blank=True)
    stood_on = models.JSONField(default=dict)
    fold = models.PositiveSmallIntegerField(default=Fold.OPEN, help_text="That of the value when reported")

    class Meta:
        ordering = ["measure", "unit", "period_start", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "unit", "grain", "period_start", "number"], name="reported_value_once"
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(why=""),
                name="restatement_says_why",
                violation_error_message=_("A restatement needs its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period_start} as reported {self.number}"


class TypedState(models.TextChoices):
    """Where a typed value stands. Values are stored; the transitions are in policies.TRANSITIONS."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")


class TypedValue(models.Model):
    """A value that a person typed, for a measure no extract holds."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="typed_values")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    grain = models.CharField(max_length=12)
    period_start = models.DateField()
    numerator = models.FloatField(null=True, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=TypedState.choices, default=TypedState.DRAFT)
    typed_by = models.CharField(max_length=LONGEST_KEY)
    typed_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True, help_text="When it was first handed in")
    corrections = models.PositiveIntegerField(
        default=0, help_text="How often it was handed in again since then"
    )
    decided_by = models.CharField(max_length=LONGEST_KEY, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    returned_why = models.TextField(blank=True)
    batch_id = models.BigIntegerField(
        null=True, blank=True, help_text="The batch that brought it, when a file did"
    )

    class Meta:
        ordering = ["measure", "unit", "period_start"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "unit", "grain", "period_start"], name="typed_value_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(handed_in_at__isnull=False),
                name="value_handed_in_says_when",
                violation_error_message=_("A value that was handed in says when."),
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(returned_why=""),
                name="returned_value_says_why",
                violation_error_message=_("Say why it is returned."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period_start}"


class Rebase(models.Model):
    """A named person re-set the limits of a measure from a day on, with a reason."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="rebases")
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+", help_text="Null: every unit"
    )
    starts_on = models.DateField()
    reason = models.TextField()
    what_happened = models.CharField(max_length=120)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.CharField(max_length=LONGEST_KEY)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "unit", "starts_on"], name="rebase_once"),
            models.UniqueConstraint(
                fields=["measure", "starts_on"],
                condition=Q(unit__isnull=True),
                name="rebase_of_every_unit_once",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="rebase_says_why", violation_error_message=_("Say why.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} from {self.starts_on}"


class Annotation(models.Model):
    """A note on the chart: what happened in a period."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="annotations")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    period_start = models.DateField()
    text = models.CharField(max_length=120)
    written_by = models.CharField(max_length=LONGEST_KEY)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["period_start"]

    def __str__(self) -> str:
        return self.text


class Outdated(models.Model):
    """Days of a measure that must be computed again.

    Written in the transaction of the change that makes it so, and removed in the one that writes the new
    values, so that no crash between the two goes unnoticed.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="outdated")
    first_day = models.DateField(null=True, blank=True, help_text="Null with last_day: all history")
    last_day = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.measure_id} from {self.first_day} to {self.last_day}"
