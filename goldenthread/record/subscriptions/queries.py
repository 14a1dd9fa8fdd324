"""Finding subscriptions."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from goldenthread.accounts.models import User
from goldenthread.record.subscriptions.models import Subscription


def subscriptions_of(owner: User) -> QuerySet[Subscription]:
    """Those of one owner."""
    return Subscription.objects.filter(owner=owner).select_related("view")


def to_try(*, now: datetime) -> QuerySet[Subscription]:
    """Those whose mail can be tried now, longest due first."""
    return Subscription.objects.filter(next_try_at__lte=now).select_related("view", "owner")


def find_subscription(number: int) -> Subscription | None:
    """That with this number, whoever's it is."""
    return Subscription.objects.filter(pk=number).select_related("view").first()


def to_try_again() -> QuerySet[Subscription]:
    """Those whose mail could not go so far."""
    return Subscription.objects.filter(failed_tries__gt=0)
