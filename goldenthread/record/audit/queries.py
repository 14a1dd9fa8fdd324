"""Reading the audit log, newest first."""

from __future__ import annotations

from django.db.models import QuerySet

from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent


def events_about(kind: str, object_id: object) -> QuerySet[AuditEvent]:
    """Everything that was done to one thing."""
    return AuditEvent.objects.filter(kind=kind, object_id=str(object_id)).order_by("-id")


def events_by(actor: Actor) -> QuerySet[AuditEvent]:
    """Everything that one actor did."""
    return AuditEvent.objects.filter(actor=actor.key).order_by("-id")
