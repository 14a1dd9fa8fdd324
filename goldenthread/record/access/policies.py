"""What a grant or a delegation must be like, whoever gives it."""

from __future__ import annotations

from datetime import date

from goldenthread.record.access.enums import ProposalState
from goldenthread.record.access.models import Proposal
from goldenthread.record.access.roles import ROLES
from goldenthread.record.answers import NotAllowed
from goldenthread.record.orgs.models import Unit


def check_grant(
    role: str, *, unit: Unit | None, service: str, starts_on: date, ends_on: date | None, today: date
) -> None:
    """NotAllowed unless role, place and days go together."""
    if role not in ROLES:
        raise NotAllowed(f"Found the role “{role}”; wanted one of: {', '.join(ROLES)}.")
    if (unit is None) is not bool(service):
        raise NotAllowed("Found both or neither of a unit and a service; wanted one of them.")
    if service and not ROLES[role].is_for_services:
        wanted = " or ".join(one.name for one in ROLES.values() if one.is_for_services)
        raise NotAllowed(
            f"Found {ROLES[role].name} over a service, which has neither workers nor values of its own; "
            f"wanted {wanted}, or a unit."
        )
    check_days(starts_on, ends_on, today=today)


def check_days(starts_on: date, ends_on: date | None, *, today: date) -> None:
    """NotAllowed for days that end before they begin, or begin before today."""
    if starts_on < today:
        raise NotAllowed(
            f"Found {starts_on} as its first day; wanted {today} or later, for what somebody could see "
            "before is not changed afterward."
        )
    if ends_on is not None and ends_on <= starts_on:
        raise NotAllowed(f"Found {ends_on} as its end; wanted a day after its start, {starts_on}.")


def check_ends(on: date, *, today: date) -> None:
    """NotAllowed for an end in the past."""
    if on < today:
        raise NotAllowed(f"Found {on} as the day it ends; wanted {today} or later.")


def check_waits(proposal: Proposal) -> None:
    """NotAllowed when somebody has decided on it."""
    if proposal.state != ProposalState.WAITING:
        raise NotAllowed(f"It was {ProposalState(proposal.state).label.lower()} already.")
