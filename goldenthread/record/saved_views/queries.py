"""Finding saved views."""

from __future__ import annotations

from django.db.models import QuerySet

from goldenthread.accounts.models import User
from goldenthread.record.saved_views.models import SavedView


def views_of(owner: User) -> QuerySet[SavedView]:
    """Those of one owner, by name."""
    return SavedView.objects.filter(owner=owner)
