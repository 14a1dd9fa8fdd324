"""Units, the tree they form, people, and who was where from when to when.

Every interval is half-open: ``starts_on`` is the first day in, ``ends_on`` the first day out, null is open.
Keys are the ids that the organization's own files use; they never change, names may.
"""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.record.orgs.enums import PostRole, UnitKind
from goldenthread.record.orgs.keys import KEY_LENGTH, is_key_of_database


def ends_after_start(name: str) -> models.CheckConstraint:
    """An interval that has both days ends after it starts."""
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
        name=name,
        violation_error_message=_("It must end after it starts."),
    )


class Organization(models.Model):
    """The government this workspace belongs to; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=200)
    fiscal_year_starts = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    timezone = models.CharField(max_length=64, default="UTC")
    working_days = models.JSONField(default=list, help_text="ISO weekdays, 1 Monday to 7 Sunday")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="organization_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @property
    def calendar(self) -> FiscalCalendar:
        return FiscalCalendar(self.fiscal_year_starts)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def day_of(self, moment: datetime.datetime) -> datetime.date:
        """The day it is where the organization is."""
        return moment.astimezone(self.zone).date()


class Holiday(models.Model):
    """A day on which the organization does not work."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"


class Unit(models.Model):
    """Any part of the organization, down to a team or a contracted provider."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True, validators=[is_key_of_database])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=UnitKind.choices)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [ends_after_start("unit_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class UnitParent(models.Model):
    """Under which unit a unit stood, from when to when. At any instant there is at most one parent."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="children")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_start("unit_parent_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(unit=F("parent")),
                name="unit_is_not_its_own_parent",
                violation_error_message=_("A unit cannot be its own parent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id}"


class Person(models.Model):
    """Someone who works for the organization or its providers, whether or not they can sign in."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True, validators=[is_key_of_database])
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    classification = models.CharField(max_length=100, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person in a unit, from when to when. Rights come from posts, read at each request.

    ``supervisor`` is set where the file names one; else whoever is supervisor of the unit supervises.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=PostRole.choices)
    supervisor = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="supervised_posts"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ends_after_start("post_ends_after_start"),
            # Two constraints, for to a database every missing start is a different one.
            models.UniqueConstraint(fields=["person", "unit", "role", "starts_on"], name="post_once"),
            models.UniqueConstraint(
                fields=["person", "unit", "role"], condition=Q(starts_on=None), name="post_since_ever_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.unit_id}"


class PersonIdentifier(models.Model):
    """What another system calls a person, from when to when."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [ends_after_start("person_identifier_ends_after_start")]
        indexes = [models.Index(fields=["system", "value"], name="person_by_system_id")]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


class UnitIdentifier(models.Model):
    """What another system calls a unit, from when to when."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [ends_after_start("unit_identifier_ends_after_start")]
        indexes = [models.Index(fields=["system", "value"], name="unit_by_system_id")]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"
