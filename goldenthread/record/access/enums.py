"""Kinds of delegations and states of proposals. Values are stored: renaming one needs a migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DelegationKind(models.TextChoices):
    """Why one person does another's work for a while. All three give the same."""

    ACTING = "acting", _("Acting")
    LEAVE = "leave", _("During leave")
    DEPUTY = "deputy", _("Deputy")


class ProposalState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
