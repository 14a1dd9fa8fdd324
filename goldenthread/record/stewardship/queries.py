"""Reading legal holds."""

from __future__ import annotations

from django.db.models import QuerySet

from goldenthread.record.stewardship.models import Hold


def holds_in_force() -> QuerySet[Hold]:
    """Holds that nobody has lifted, oldest first."""
    return Hold.objects.filter(lifted_at=None).select_related("person", "unit")


def find_hold(number: int) -> Hold | None:
    """A hold in force by its number."""
    return holds_in_force().filter(pk=number).first()
