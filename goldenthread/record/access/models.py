"""Rights that do not follow from a post of one's own.

Every interval is half-open: ``starts_on`` is the first day in, ``ends_on`` the first day out, null is open.
Who gave and who confirmed are kept by their actor's key, as in the audit log.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from goldenthread.record.access.enums import DelegationKind, ProposalState
from goldenthread.record.audit.actor import LONGEST_KEY
from goldenthread.record.orgs.models import Person, Unit, ends_after_start


class Grant(models.Model):
    """A role given to a user over a unit and all below it, or over a service, from when to when.

    Grants only add. A service stands in a room above this one, so it is named by its key.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, help_text="A key of roles.ROLES")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="grants")
    service = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    given_by = models.CharField(max_length=LONGEST_KEY, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=LONGEST_KEY, blank=True)

    class Meta:
        constraints = [
            ends_after_start("grant_ends_after_start"),
            models.CheckConstraint(
                condition=(Q(unit__isnull=False) & Q(service="")) | (Q(unit__isnull=True) & ~Q(service="")),
                name="grant_over_a_unit_or_a_service",
                violation_error_message=_("A role is granted over a unit or over a service, never both."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("given_by")),
                name="grant_takes_two",
                violation_error_message=_("Somebody else confirms it than the one who gave it."),
            ),
            models.UniqueConstraint(fields=["user", "role", "unit", "starts_on"], name="grant_once"),
            models.UniqueConstraint(
                fields=["user", "role", "service", "starts_on"],
                condition=~Q(service=""),
                name="service_grant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} over {self.unit_id or self.service}"


class Proposal(models.Model):
    """A grant that one administrator proposes and another decides on. Until then it gives nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals")
    role = models.CharField(max_length=30, help_text="A key of roles.ROLES")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="proposals")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=LONGEST_KEY)
    proposed_at = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=ProposalState.choices, default=ProposalState.WAITING.value
    )
    decided_by = models.CharField(max_length=LONGEST_KEY, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True, help_text="Why it was refused")

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            ends_after_start("proposal_ends_after_start"),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("proposed_by")),
                name="proposal_is_decided_by_another",
                violation_error_message=_("Somebody else decides on it than the one who proposed it."),
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.WAITING.value, decided_by="", decided_at=None)
                | (~Q(state=ProposalState.WAITING.value) & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="proposal_decided_names_who_and_when",
                violation_error_message=_("What is decided says by whom and when; what waits says neither."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.REFUSED.value) | ~Q(why=""),
                name="proposal_refused_says_why",
                violation_error_message=_("A refusal says why."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(state=ProposalState.WAITING.value),
                name="proposal_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} over {self.unit_id}, {self.state}"


class Delegation(models.Model):
    """``receiver`` stands in for ``giver``, and holds what the giver's own posts give on each of these days.

    ``unit``: only there and below; null is everywhere. It always has an end, so that it ends by itself.
    """

    giver = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="delegations_given")
    receiver = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="delegations_received")
    kind = models.CharField(max_length=20, choices=DelegationKind.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField(blank=True)
    arranged_by = models.CharField(max_length=LONGEST_KEY)
    arranged_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            ends_after_start("delegation_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")),
                name="delegation_is_to_another",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receiver_id} for {self.giver_id}"
