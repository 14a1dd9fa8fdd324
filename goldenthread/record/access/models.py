"""Rights that do not follow from a post."""

from django.conf import settings
from django.db import models

from goldenthread.record.orgs.models import Unit, ends_after_start


class Grant(models.Model):
    """A role given to a user over a unit and all below it, from when to when. Grants only add."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, help_text="A key of roles.ROLES")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="grants")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            ends_after_start("grant_ends_after_start"),
            models.UniqueConstraint(fields=["user", "role", "unit", "starts_on"], name="grant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} over {self.unit_id}"
