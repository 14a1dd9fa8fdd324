"""Who is told that somebody was given a right, or is to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from goldenthread.record.access.enums import ProposalState
from goldenthread.record.access.holders import holders_of
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.actor import Actor
from goldenthread.record.notices.actions import Matter
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.record.orgs.models import Person, Post
from goldenthread.record.orgs.queries import open_on


def to_confirm(today: date) -> Iterator[Matter]:
    """Each proposal, to the administrators of its unit but the one who proposed it and the one it is for."""
    waiting = list(Proposal.objects.filter(state=ProposalState.WAITING).select_related("unit"))
    administrators = holders_of(Permission.ADMINISTER, today=today) if waiting else {}
    for one in waiting:
        concerned = {Actor.from_key(one.proposed_by).user_id, one.user_id}
        for user, units in administrators.items():
            if one.unit.key in units and user not in concerned:
                key = f"{NoticeKind.GRANT_TO_CONFIRM}:{one.pk}"
                yield Matter(user, key, NoticeKind.GRANT_TO_CONFIRM, "proposal", str(one.pk))


def of_refusal(proposal: Proposal) -> Iterator[Matter]:
    """To who proposed it."""
    user = Actor.from_key(proposal.proposed_by).user_id
    if user is not None:
        key = f"{NoticeKind.GRANT_REFUSED}:{proposal.pk}"
        yield Matter(user, key, NoticeKind.GRANT_REFUSED, "proposal", str(proposal.pk))


def of_grant(grant: Grant, *, by: Actor, today: date) -> Iterator[Matter]:
    """A role that takes two, and that one person gave alone: to HR, to the auditors, and to who received it.

    The notice names user, role and unit, not the grant, for that can be gone within the hour.
    """
    unit = grant.unit.key if grant.unit else ""
    told = {grant.user_id, *_watchers([unit], today)} - {by.user_id}
    for user in sorted(told):
        yield Matter(
            user,
            f"{NoticeKind.GRANT_ANNOUNCED}:{grant.pk}",
            NoticeKind.GRANT_ANNOUNCED,
            "user",
            f"{grant.user_id}:{grant.role}:{unit}",
        )


def of_delegation(delegation: Delegation, *, by: Actor, today: date) -> Iterator[Matter]:
    """To both; and where somebody else than the giver arranged it, to HR and the auditors as well."""
    told = {*user_of(delegation.giver), *user_of(delegation.receiver)}
    if by.user_id is None or by.user_id != delegation.giver.user_id:
        posts = Post.objects.filter(open_on(delegation.starts_on), person=delegation.giver)
        told |= _watchers(posts.values_list("unit__key", flat=True), today)
    for user in sorted(told - {by.user_id or 0}):
        yield Matter(
            user,
            f"{NoticeKind.DELEGATION_ANNOUNCED}:{delegation.pk}",
            NoticeKind.DELEGATION_ANNOUNCED,
            "person",
            f"{delegation.receiver.key}:{delegation.giver.key}",
        )


def user_of(person: Person | None) -> list[int]:
    """The account of this person, where there is one that can sign in."""
    user = person.user if person else None
    return [user.pk] if user is not None and user.is_active else []


def _watchers(units: Iterable[str], today: date) -> set[int]:
    """HR and auditors of one of these units."""
    wanted = frozenset(units)
    return {
        user
        for permission in (Permission.READ_PERSONAL_RECORDS, Permission.READ_AUDIT)
        for user, over in holders_of(permission, today=today).items()
        if over & wanted
    }
