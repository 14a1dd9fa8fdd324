"""Walls, of whose secrets only digests are kept."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goldenthread.record.audit.actor import LONGEST_KEY
from goldenthread.record.orgs.models import Unit

LONGEST_NAME = 80
_HEX_OF_SHA256 = 64


class Wall(models.Model):
    """A display of the key indicators of ``unit``, by an address that holds its secret."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="walls")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="walls")
    name = models.CharField(max_length=LONGEST_NAME)
    digest = models.CharField(max_length=_HEX_OF_SHA256, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_shown_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=LONGEST_KEY, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="wall_expires_after_it_is_made",
                violation_error_message=_("A wall expires after it is put up."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="wall_ended_names_who_and_when",
                violation_error_message=_("A wall that was taken down says when and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.unit_id}"
