"""What keeps records from being purged."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goldenthread.record.audit.actor import LONGEST_KEY
from goldenthread.record.orgs.models import Person, Unit, ends_after_start


class Hold(models.Model):
    """A legal hold: what may concern this case is kept until two people have lifted it.

    ``person``, ``unit`` and the days (half-open) narrow it; what is left empty is not asked. Who did what is
    kept by their actor's key, as in the audit log.
    """

    case = models.CharField(max_length=200)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    placed_by = models.CharField(max_length=LONGEST_KEY)
    placed_at = models.DateTimeField()
    lifting_asked_by = models.CharField(max_length=LONGEST_KEY, blank=True)
    lifting_reason = models.TextField(blank=True)
    lifted_by = models.CharField(max_length=LONGEST_KEY, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["placed_at", "id"]
        constraints = [
            ends_after_start("hold_ends_after_start"),
            models.CheckConstraint(
                condition=Q(lifting_asked_by="", lifting_reason="")
                | (~Q(lifting_asked_by="") & ~Q(lifting_reason="")),
                name="hold_lifting_says_why",
                violation_error_message=_("Say why it should be lifted."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_by="", lifted_at=None)
                | (~Q(lifted_by="") & Q(lifted_at__isnull=False) & ~Q(lifting_asked_by="")),
                name="hold_lifted_was_asked_for",
                violation_error_message=_("A hold is lifted once somebody has asked for it."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_by="") | ~Q(lifted_by=F("lifting_asked_by")),
                name="hold_is_lifted_by_two",
                violation_error_message=_("Somebody else agrees than the one who asked."),
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}: {self.case}"
