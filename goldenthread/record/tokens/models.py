"""Tokens, of which only digests are kept."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goldenthread.record.audit.actor import LONGEST_KEY

_HEX_OF_SHA256 = 64


class Token(models.Model):
    """A secret by which a script acts for ``owner`` until it expires or is ended.

    ``purposes`` are keys of ``purposes.MEANINGS``, ``sources`` those of the sources it may send files to.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=_HEX_OF_SHA256, unique=True)
    purposes = models.JSONField(default=list)
    sources = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=LONGEST_KEY, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="token_expires_after_it_is_made",
                violation_error_message=_("A token expires after it is made."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="token_ended_names_who_and_when",
                violation_error_message=_("A token that was ended says when and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.owner_id}"
