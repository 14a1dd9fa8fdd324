"""The audit log's table."""

from django.db import models


class AuditEvent(models.Model):
    """One thing somebody did. It points at nothing by foreign key, so that no deletion can reach it, and
    holds ids and field names, never content."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=200, db_index=True)
    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=200)
    unit = models.CharField(max_length=100, blank=True)
    fields = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.kind} {self.object_id}"
