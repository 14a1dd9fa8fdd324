"""Saved views, each its owner's alone."""

from django.conf import settings
from django.db import models

LONGEST_NAME = 80


class SavedView(models.Model):
    """A page, by the name of its ``route``, with the keys in its address and the choices in its query."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=LONGEST_NAME)
    route = models.CharField(max_length=50)
    arguments = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_named_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.owner_id}"
