"""Saved views that come by mail."""

from django.conf import settings
from django.db import models

from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.rhythms import Rhythm


class Subscription(models.Model):
    """A view that its owner has mailed. ``due_on`` is the day of the mail that goes next, ``next_try_at``
    when it is tried; ``problem`` says why the last try did not do, and is empty after one that did."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions"
    )
    view = models.OneToOneField(SavedView, on_delete=models.CASCADE, related_name="subscription")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    next_try_at = models.DateTimeField(db_index=True)
    failed_tries = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["next_try_at", "id"]

    def __str__(self) -> str:
        return f"{self.view_id} for {self.owner_id}, {self.rhythm}"
