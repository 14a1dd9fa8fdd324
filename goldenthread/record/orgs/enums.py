"""Kinds of units and posts. Values are stored: renaming one needs a migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    DEPARTMENT = "department", _("Department")
    DIVISION = "division", _("Division")
    PROGRAMME = "programme", _("Program")
    TEAM = "team", _("Team")
    OFFICE = "office", _("Office")
    CONTRACTED_PROVIDER = "contracted_provider", _("Contracted provider")


class PostRole(models.TextChoices):
    """What a person is in a unit. Only a member's facts belong to the unit; the others give rights."""

    MEMBER = "member", _("Member")
    SUPERVISOR = "supervisor", _("Supervisor")
    DIRECTOR = "director", _("Director")
