"""What somebody should know or do."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One thing for one person. It holds ids only; its words are made when it is read, with the reader's
    scope of that moment. ``key`` keeps the same matter from being raised twice."""

    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=200)
    raised_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "raised_at", "id"]
        constraints = [models.UniqueConstraint(fields=["receiver", "key"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.receiver_id}"
