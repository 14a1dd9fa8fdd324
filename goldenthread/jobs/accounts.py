"""Accounts as the operator of the machine keeps them: made, given a role, linked to a person, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from goldenthread.accounts import actions
from goldenthread.accounts.models import User
from goldenthread.accounts.queries import find_user, has_way_in
from goldenthread.jobs.granting import give, revoke
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.record.access.actions import link_account, unlink_account
from goldenthread.record.access.models import Proposal
from goldenthread.record.access.permissions import check_can_give
from goldenthread.record.access.queries import grants_of, grants_to_come
from goldenthread.record.access.rights import rights_of
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework.queries import find_element
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person, Unit


@dataclass(frozen=True)
class Wish:
    """What to make of an account; whatever is left out stays as it is.

    ``unlink``: the account is no person's any more. The role is held over ``unit`` or over ``service``, over
    the whole organization when both are left out, from ``starts_on`` (today) until ``ends_on`` (for good).
    ``revoke``: take the role back instead of giving it, as of the day ``on`` (today). ``invite``: make a link
    by which to begin signing in, or to begin anew. ``sign_on``: PROVIDER:SUBJECT, by whom and as whom the
    account signs in. ``closed``: True closes the account, False opens it again.
    """

    name: str = ""
    email: str = ""
    person: str | None = None
    unlink: bool = False
    role: str | None = None
    unit: str | None = None
    service: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    revoke: bool = False
    on: date | None = None
    reason: str = ""
    invite: bool = False
    sign_on: str | None = None
    closed: bool | None = None


@dataclass(frozen=True)
class Kept:
    """What was done, in sentences. ``invitation``, the secret of a link, is there when it was made just now;
    it is kept nowhere."""

    sentences: tuple[str, ...]
    invitation: str | None = None


@transaction.atomic
def keep_account(username: str, wish: Wish, *, by: Actor, now: datetime, today: date) -> Kept:
    """Make the account when there is none of that name, then do what is wished; all of it or nothing.

    A new account comes with an invitation, unless an identity provider signs its owner in: nobody but its
    owner ever chooses, or reads, a password of it.
    Refused with a sentence when a name, a role, a unit or a person is not to be had.
    """
    place, person = _place(wish), _person(wish)
    user, is_new = _account(username, wish, person, by=by, now=now)
    told = [f"Account {username} is new."] if is_new else []
    if wish.unlink:
        told.append(_unlink(user, by=by, now=now, today=today))
    if person is not None:
        link_account(user=user, person=person, by=by, now=now, today=today)
        told.append(f"{username} is {person.name} and holds what that person's posts bring.")
    if place is not None:
        change_role = _take_back if wish.revoke else _give
        told.append(change_role(user, place, wish, by=by, now=now, today=today))
    if wish.sign_on is not None:
        told.append(_bind(user, wish.sign_on, by=by, now=now))
    if wish.closed is not None:
        change = actions.deactivate if wish.closed else actions.reactivate
        change(user=user, by=by, now=now)
        told.append(f"Account {username} is {'closed' if wish.closed else 'open'}.")
    if user.is_active and not _holds_something(user, today):
        told.append(
            f"{username} holds no right yet. Add --role ROLE, or --person PERSON for one who has a post."
        )
    if wish.invite and not user.is_active:
        raise Refused(f"Account {username} is closed, so that a link would open nothing. Add --reopen.")
    is_invited = wish.invite or (is_new and wish.sign_on is None)
    invitation = actions.invite(user=user, by=by, now=now) if is_invited else None
    refresh_notices(now=now)
    return Kept(tuple(told), invitation)


@transaction.atomic
def invite_newcomer(username: str, name: str, *, by: Actor, now: datetime, today: date) -> str:
    """Invite somebody who has never signed in, making the account when there is none; returns the secret of
    the link.

    Refused where the account has a way in or holds a right, now or later: whoever makes a link could use it,
    so such an account is begun anew only by the operator of the machine. Denied to one who is no
    administrator of the whole organization.
    """
    user = find_user(username)
    if user is None:
        user = _new_user(username, Wish(name=name), None, by=by, now=now)
    elif _can_sign_in(user) or _holds_something(user, today) or not user.is_active:
        raise Refused(
            f"There is an account {username} already. Whoever runs the server can make a link for it: "
            f"goldenthread account {username} --invite"
        )
    check_can_give(by, user, orgs.top_unit(), today=today)
    return actions.invite(user=user, by=by, now=now)


@acting_for_system("whether somebody can sign in")
def _can_sign_in(user: User) -> bool:
    """Whether the account has a way in: one that the asker may not see counts, too."""
    return has_way_in(user)


def _holds_something(user: User, today: date) -> bool:
    """Whether the account holds a right, today or by a grant that is to come."""
    return bool(rights_of(user, today=today).holdings) or grants_to_come(user, today=today).exists()


def _account(
    username: str, wish: Wish, person: Person | None, *, by: Actor, now: datetime
) -> tuple[User, bool]:
    """The account, and whether it had to be made."""
    user = find_user(username)
    if user is None:
        # Whoever mistypes the name of one who left would read that it is closed.
        if wish.invite or wish.revoke or wish.unlink or wish.closed is not None:
            raise Refused(
                f"There is no account {username}. --invite, --revoke, --unlink, --close and --reopen are for "
                "one there is; look up how its owner signs in."
            )
        return _new_user(username, wish, person, by=by, now=now), True
    if wish.name or wish.email:
        raise Refused(
            f"There is an account {username} already, and its name stays. Leave out --name and --email."
        )
    return user, False


def _new_user(username: str, wish: Wish, person: Person | None, *, by: Actor, now: datetime) -> User:
    name = wish.name or (person.name if person else username)
    try:
        return actions.create_user(username=username, name=name, email=wish.email, by=by, now=now)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


@dataclass(frozen=True)
class _Place:
    """Where a role is held: over a unit, or over a service by its key."""

    name: str
    unit: Unit | None = None
    service: str = ""

    @property
    def words(self) -> str:
        return f"{self.name} and all below it" if self.unit else f"the service {self.name}"


def _place(wish: Wish) -> _Place | None:
    """Where the role of the wish is held."""
    if wish.role is None:
        if any((wish.unit, wish.service, wish.starts_on, wish.ends_on, wish.revoke, wish.on)):
            raise Refused("Which role is meant? Add --role ROLE.")
        return None
    if wish.unit and wish.service:
        raise Refused("A role is held over a unit or over a service. Leave out --unit or --service.")
    if wish.on and not wish.revoke:
        raise Refused("--on says when a role is taken back. Add --revoke, or say --from and --to.")
    if wish.revoke and (wish.starts_on or wish.ends_on):
        raise Refused("--from and --to are for giving a role. To take it back later, say --on.")
    return _service(wish.service) if wish.service else _unit(wish.unit)


def _service(key: str) -> _Place:
    element = find_element(key)
    if element is None:
        raise Refused(f"There is no service “{key}”. Services go by the id that framework.yaml gives them.")
    return _Place(element.name, service=key)


def _unit(wanted: str | None) -> _Place:
    key = wanted or orgs.top_unit()
    if key is None:
        raise Refused(
            "A role is held over a unit, and there is none yet. Load units: goldenthread load FOLDER"
        )
    found = Unit.objects.filter(key=key).first()
    if found is None:
        raise Refused(f"There is no unit “{key}”. Units go by the id that organization.yaml gives them.")
    return _Place(found.name, unit=found)


def _person(wish: Wish) -> Person | None:
    if wish.person is None:
        return None
    found = Person.objects.filter(key=wish.person).first()
    if found is None:
        raise Refused(f"There is no person “{wish.person}”. People go by the column person of people.csv.")
    return found


def _bind(user: User, sign_on: str, *, by: Actor, now: datetime) -> str:
    key, _colon, subject = sign_on.partition(":")
    provider = settings.SINGLE_SIGN_ON.providers.get(key)
    if provider is None or not subject:
        known = ", ".join(settings.SINGLE_SIGN_ON.providers) or "none is set up"
        raise Refused(
            f"Found “{sign_on}”; wanted PROVIDER:SUBJECT, the provider as the file that GOLDENTHREAD_SSO "
            f"names calls it ({known})."
        )
    try:
        actions.bind(user=user, issuer=provider.issuer, subject=subject, by=by, now=now)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return f"{user.username} signs in with {provider.title} as {subject}."


def _unlink(user: User, *, by: Actor, now: datetime, today: date) -> str:
    person = Person.objects.filter(user=user).first()
    if person is None:
        raise Refused(f"{user.username} is nobody of people.csv, so there is no link to take off.")
    unlink_account(person=person, by=by, now=now, today=today)
    return f"{user.username} is no longer {person.name}."


def _give(user: User, place: _Place, wish: Wish, *, by: Actor, now: datetime, today: date) -> str:
    role, starts_on = str(wish.role), wish.starts_on or today
    held = grants_of(user, today=today).filter(role=role, unit=place.unit, service=place.service)
    if starts_on == today and wish.ends_on is None and held.exists():
        return f"{user.username} is {role} over {place.name} already."
    given = give(
        user=user,
        role=role,
        unit=place.unit,
        service=place.service,
        starts_on=starts_on,
        ends_on=wish.ends_on,
        reason=wish.reason,
        by=by,
        now=now,
        today=today,
    )
    if isinstance(given, Proposal):
        return f"{user.username} is proposed as {role} over {place.words}; another administrator confirms it."
    begins = "is now" if starts_on == today else f"will from {starts_on} on be"
    until = f", until {wish.ends_on}" if wish.ends_on else ""
    return f"{user.username} {begins} {role} over {place.words}{until}."


def _take_back(user: User, place: _Place, wish: Wish, *, by: Actor, now: datetime, today: date) -> str:
    rows = (*grants_of(user, today=today), *grants_to_come(user, today=today))
    taken = (wish.role, place.unit, place.service)
    held = [one for one in rows if (one.role, one.unit, one.service) == taken]
    if not held:
        raise Refused(
            f"{user.username} was never made {wish.role} over {place.name}, so there is nothing to take "
            "back. A role that a post brings ends with the post."
        )
    on = wish.on or today
    for one in held:
        revoke(grant=one, on=on, reason=wish.reason, by=by, now=now, today=today)
    ends = "is no longer" if on == today else f"will from {on} on no longer be"
    return f"{user.username} {ends} {wish.role} over {place.name}."
