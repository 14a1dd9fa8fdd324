"""What the council wants and the services that serve it; and what each unit says it is for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from goldenthread.record.orgs.models import Person, Unit


class Level(models.TextChoices):
    """The levels of the framework, top to bottom. Values are stored."""

    OUTCOME = "outcome", _("Outcome")
    SERVICE_AREA = "service_area", _("Service area")
    CORE_SERVICE = "core_service", _("Core service")
    OPERATIONAL_SERVICE = "operational_service", _("Operational service")


class Element(models.Model):
    """An outcome, service area, core service or operational service.

    One table for four levels, because the thread is walked up and down far more often than one level is read
    alone, and because measures may serve any of them.
    """

    key = models.SlugField(max_length=100, unique=True)
    level = models.CharField(max_length=30, choices=Level.choices)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="services",
        help_text="Who runs it",
    )
    products = models.JSONField(default=list, blank=True)
    internal_clients = models.JSONField(default=list, blank=True)
    external_clients = models.JSONField(default=list, blank=True)
    partners = models.JSONField(default=list, blank=True)
    stakeholders = models.JSONField(default=list, blank=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=Level.OUTCOME, parent__isnull=True)
                | (~Q(level=Level.OUTCOME) & Q(parent__isnull=False)),
                name="only_outcomes_stand_alone",
                violation_error_message=_(
                    "An outcome has nothing above it; everything else serves something."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mission(models.Model):
    """A unit's mission and vision, in a version."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="missions")
    version = models.PositiveIntegerField()
    mission = models.TextField()
    vision = models.TextField(blank=True)
    adopted_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "-version"]
        constraints = [models.UniqueConstraint(fields=["unit", "version"], name="mission_version_once")]

    def __str__(self) -> str:
        return f"{self.unit_id}, version {self.version}"


class MissionComment(models.Model):
    """What a member of staff said about a mission."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at"]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class MissionSupport(models.Model):
    """A member of staff who stands behind a mission."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="supports")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mission", "person"], name="mission_support_once")]

    def __str__(self) -> str:
        return f"{self.person_id} supports {self.mission_id}"
