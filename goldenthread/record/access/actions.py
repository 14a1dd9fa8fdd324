"""Giving rights and taking them back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from goldenthread.accounts.models import User
from goldenthread.record.access.enums import ProposalState
from goldenthread.record.access.models import Grant, Proposal
from goldenthread.record.access.permissions import check_can_give, check_can_link
from goldenthread.record.access.policies import check_ends, check_grant, check_waits
from goldenthread.record.access.queries import administrators_beside, takes_two
from goldenthread.record.access.roles import ROLES
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs.models import Person, Unit


@transaction.atomic
def grant(
    *,
    user: User,
    role: str,
    unit: Unit | None = None,
    service: str = "",
    starts_on: date,
    ends_on: date | None = None,
    reason: str = "",
    by: Actor,
    now: datetime,
    today: date,
) -> Grant | Proposal:
    """Give a role over a unit and all below it, or over a service named by its key. The same grant again
    changes its end and its reason.

    What is guarded comes back as a Proposal, which gives nothing until another administrator confirms it;
    where there is none, and for the operator of the machine, it holds at once. NotAllowed says which role,
    place or days do not go together. Denied when ``by`` is no administrator there, or is ``user``.
    """
    check_grant(role, unit=unit, service=service, starts_on=starts_on, ends_on=ends_on, today=today)
    check_can_give(by, user, unit.key if unit else None, today=today)
    if unit is not None and _takes_two(user, role, unit, by=by, today=today):
        return _propose(user, role, unit, starts_on, ends_on, reason, by=by, now=now)
    given = {"ends_on": ends_on, "reason": reason, "given_by": by.key, "given_at": now, "confirmed_by": ""}
    held, _created = Grant.objects.update_or_create(
        user=user, role=role, unit=unit, service=service, starts_on=starts_on, defaults=given
    )
    _record(held, Action.GRANTED, reason, by=by, now=now)
    return held


def _takes_two(user: User, role: str, unit: Unit, *, by: Actor, today: date) -> bool:
    """Whether another administrator is to confirm it, and there is one."""
    if by.user_id is None or not takes_two(role, user):
        return False
    return bool(administrators_beside(by.user_id, user.pk, unit.key, today=today))


def _propose(
    user: User,
    role: str,
    unit: Unit,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> Proposal:
    if not reason:
        raise NotAllowed(
            f"{ROLES[role].name} for {user.name} takes two administrators, and no reason was given. Say why, "
            "for the one who confirms it."
        )
    waiting = Proposal.objects.filter(user=user, role=role, unit=unit, state=ProposalState.WAITING)
    if waiting.exists():
        raise NotAllowed(
            f"{ROLES[role].name} over {unit.name} waits for {user.name} to be confirmed already."
        )
    proposal = Proposal.objects.create(
        user=user,
        role=role,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        proposed_by=by.key,
        proposed_at=now,
    )
    _record(proposal, Action.SUBMITTED, reason, by=by, now=now)
    return proposal


@transaction.atomic
def confirm(*, proposal: Proposal, by: Actor, now: datetime, today: date) -> Grant:
    """Let a proposed grant hold, from its first day or from today, whichever is later.

    Denied for whoever proposed it or would receive it, and for one who is no administrator of the unit.
    NotAllowed when it was decided already, or its last day has passed.
    """
    waiting = _decide(proposal, ProposalState.CONFIRMED, by=by, now=now, today=today)
    starts_on = max(waiting.starts_on, today)
    if waiting.ends_on is not None and waiting.ends_on <= starts_on:
        raise NotAllowed(f"It would have ended on {waiting.ends_on}. Refuse it, and have it proposed anew.")
    held, _created = Grant.objects.update_or_create(
        user=waiting.user,
        role=waiting.role,
        unit=waiting.unit,
        starts_on=starts_on,
        defaults={
            "ends_on": waiting.ends_on,
            "reason": waiting.reason,
            "given_by": waiting.proposed_by,
            "given_at": now,
            "confirmed_by": by.key,
        },
    )
    _record(held, Action.GRANTED, waiting.reason, by=by, now=now)
    return held


@transaction.atomic
def refuse(*, proposal: Proposal, why: str, by: Actor, now: datetime, today: date) -> None:
    """Turn a proposed grant down, with a reason for whoever proposed it. Denied and NotAllowed as
    ``confirm``."""
    if not why:
        raise NotAllowed("No reason was given. Say why it is refused, for the one who proposed it.")
    refused = _decide(proposal, ProposalState.REFUSED, why=why, by=by, now=now, today=today)
    _record(refused, Action.REFUSED, why, by=by, now=now)


def _decide(
    proposal: Proposal, state: ProposalState, *, why: str = "", by: Actor, now: datetime, today: date
) -> Proposal:
    """The proposal as it stands in the database, locked there until the decision is written."""
    waiting = (
        Proposal.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=proposal.pk)
    )
    check_waits(waiting)
    if by.key == waiting.proposed_by:
        raise Denied("Nobody decides on what they proposed themselves. Another administrator does.")
    check_can_give(by, waiting.user, waiting.unit.key, today=today)
    waiting.state, waiting.why = state.value, why
    waiting.decided_by, waiting.decided_at = by.key, now
    waiting.save(update_fields=["state", "why", "decided_by", "decided_at"])
    return waiting


@transaction.atomic
def revoke(*, grant: Grant, on: date, reason: str = "", by: Actor, now: datetime, today: date) -> None:
    """End a grant as of the day ``on``, today or later; one that would not have begun by then goes
    altogether. It takes one person alone.

    Denied when ``by`` is no administrator of the unit. Giving up one's own role is allowed.
    """
    check_ends(on, today=today)
    if by.user_id != grant.user_id:
        check_can_give(by, grant.user, grant.unit.key if grant.unit else None, today=today)
    _record(grant, Action.REVOKED, reason, by=by, now=now)
    if grant.starts_on >= on:
        grant.delete()
    elif grant.ends_on is None or grant.ends_on > on:
        grant.ends_on = on
        grant.save(update_fields=["ends_on"])


def _record(held: Grant | Proposal, action: Action, reason: str, *, by: Actor, now: datetime) -> None:
    record_event(
        by=by,
        action=action,
        kind="user",
        object_id=held.user_id,
        unit=held.unit.key if held.unit else "",
        fields=(held.role,),
        reason=reason,
        now=now,
    )


@transaction.atomic
def link_account(*, user: User, person: Person, by: Actor, now: datetime, today: date) -> None:
    """Say that this account is this person's: it brings the rights of the person's posts.

    Denied when ``by`` does not administer every unit of these posts, is ``user``, or when the account or the
    person is linked to another already.
    """
    check_can_link(by, user, person, today=today)
    if person.user_id == user.pk:
        return
    if person.user_id is not None or Person.objects.filter(user=user).exists():
        raise Denied(
            f"The account {user.username} or {person.name} is linked already. Take the old link off first."
        )
    person.user = user
    person.save(update_fields=["user"])
    record_event(by=by, action=Action.CHANGED, kind="person", object_id=person.key, fields=("user",), now=now)


@transaction.atomic
def unlink_account(*, person: Person, by: Actor, now: datetime, today: date) -> None:
    """Take the account off a person. Denied as ``link_account``."""
    if person.user is None:
        return
    check_can_link(by, person.user, person, today=today)
    person.user = None
    person.save(update_fields=["user"])
    record_event(by=by, action=Action.CHANGED, kind="person", object_id=person.key, fields=("user",), now=now)
