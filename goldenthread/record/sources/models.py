"""Which extracts are expected, and what each load did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from goldenthread.record.audit.actor import LONGEST_KEY
from goldenthread.record.orgs.models import Person
from goldenthread.record.sources.fields import OrderedJSONField


class Source(models.Model):
    """An extract we expect. ``definition`` is the canonical form of its YAML
    (facts.sources.SourceDefinition)."""

    key = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, default="file")
    definition = OrderedJSONField()
    version = models.PositiveIntegerField(default=1)
    steward = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    retired_on = models.DateField(null=True, blank=True)
    facts_held_from = models.DateField(
        null=True,
        blank=True,
        help_text="Rows of single workers from before it were let go: nothing there is computed again",
    )

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class BatchState(models.TextChoices):
    """Where a load stands. Values are stored; the transitions are in policies.TRANSITIONS."""

    RECEIVED = "received", _("Received")
    READING = "reading", _("Being read")
    REFUSED = "refused", _("Refused")
    WAITING = "waiting", _("Waiting to be loaded")
    LOADING = "loading", _("Being loaded")
    LOADED = "loaded", _("Loaded")
    DISCARDED = "discarded", _("Discarded")
    UNDONE = "undone", _("Undone")


class Batch(models.Model):
    """One load of a source: a file as received, what was read from it and what became of it.

    The id is also the Delta transaction id of its commit, so that a second attempt commits nothing twice.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="batches")
    state = models.CharField(max_length=20, choices=BatchState.choices, default=BatchState.RECEIVED)
    mode = models.CharField(max_length=20)
    file_name = models.CharField(max_length=255)
    folder = models.CharField(max_length=64, help_text="The folder under uploads that holds the file, random")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    source_version = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=LONGEST_KEY)
    load_when_read = models.BooleanField(
        default=False, help_text="Who sent it wants it loaded as soon as it is read, without looking at it"
    )
    accepted_by = models.CharField(
        max_length=LONGEST_KEY,
        blank=True,
        help_text="Who accepted the change of the definition by which it is read again and loaded",
    )
    rows = models.BigIntegerField(null=True, blank=True)
    accepted = models.BigIntegerField(null=True, blank=True)
    rejected = models.BigIntegerField(null=True, blank=True)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True, help_text="The first day after the last")
    report = models.JSONField(default=dict, blank=True, help_text="facts.intake.Report as JSON")
    progress = models.JSONField(default=dict, blank=True)
    message = models.TextField(blank=True, help_text="Why it was refused, in a sentence")
    store_version = models.BigIntegerField(null=True, blank=True)
    rows_replaced = models.BigIntegerField(default=0)
    loaded_at = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the measures it touches were up to date"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "sha256", "source_version"],
                condition=Q(state__in=["loading", "loaded"]),
                name="same_bytes_loaded_once",
                violation_error_message=_("These bytes are already loaded."),
            ),
            models.CheckConstraint(
                condition=~Q(state="loaded") | Q(store_version__isnull=False, loaded_at__isnull=False),
                name="loaded_batch_has_a_store_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(message=""),
                name="refused_batch_says_why",
                violation_error_message=_("A refusal needs its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class Fetch(models.Model):
    """How the last try to fetch a source's file from another machine went. Without a row there was none since
    its definition says where from."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="fetch")
    tried_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="Tries that brought nothing since its time of the day; 0: the file came"
    )
    reason = models.TextField(blank=True, help_text="Why it brought nothing, in a sentence")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, reason="") | (Q(failures__gt=0) & ~Q(reason="")),
                name="failed_fetch_says_why",
                violation_error_message=_("A failure needs its reason, and a file that came has none."),
            ),
        ]

    def __str__(self) -> str:
        return f"fetch of {self.source_id}"
