"""What waits for somebody."""

from __future__ import annotations

from django.db.models import F, QuerySet

from goldenthread.accounts.models import User
from goldenthread.record.notices.models import Notice


def open_for(user: User) -> QuerySet[Notice]:
    """Everything not done, what is due first on top and what has no date last."""
    return Notice.objects.filter(receiver=user, done_at=None).order_by(
        F("due_on").asc(nulls_last=True), "raised_at", "id"
    )


def settled() -> QuerySet[Notice]:
    """Everything done, of anybody, oldest first."""
    return Notice.objects.exclude(done_at=None).order_by("done_at", "pk")
