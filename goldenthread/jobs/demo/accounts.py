"""Who can sign in to the demo: somebody for each role, with a password of this workspace alone."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from goldenthread.accounts.actions import create_user
from goldenthread.accounts.models import User
from goldenthread.jobs import granting
from goldenthread.record.access.actions import grant, link_account
from goldenthread.record.access.enums import DelegationKind
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person, Unit


@dataclass(frozen=True)
class DemoRole:
    """The person who shows what a role sees; a role that no post brings is granted over `unit`, or over
    `service`. ``beside``: a role without which this one finds no page."""

    role: str
    person: str
    unit: str
    granted: bool = False
    beside: str = ""
    service: str = ""


@dataclass(frozen=True)
class SignIn:
    """One line of the demo's sign-ins, as `goldenthread demo --accounts` prints it."""

    username: str
    password: str
    role: str
    unit: str


DEMO_ROLES: Sequence[DemoRole] = (
    DemoRole("member", "rosa_delgado", "phone_unit_3"),
    DemoRole("supervisor", "dana_whitcomb", "phone_unit_3"),
    DemoRole("director", "marisol_vega", "hhs"),
    DemoRole("member", "nadia_petrov", "in_home_east"),
    DemoRole("supervisor", "gloria_mendes", "adult_services"),
    DemoRole("supervisor", "hana_kim", "district_offices"),
    DemoRole("analyst", "amara_okafor", "county", granted=True),
    DemoRole("data_custodian", "chen_liu", "county", granted=True, beside="analyst"),
    DemoRole("executive", "ruth_adeyemi", "county", granted=True),
    DemoRole("reader", "iris_chandler", "county", granted=True, service="keep_benefits"),
    DemoRole("publisher", "paul_ferrante", "county", granted=True),
    DemoRole("hr", "priya_nair", "county", granted=True),
    DemoRole("auditor", "edda_moreau", "county", granted=True),
    DemoRole("labour_liaison", "walter_okoye", "county", granted=True),
    DemoRole("administrator", "ben_whitefeather", "county", granted=True),
    DemoRole("administrator", "ines_duarte", "county", granted=True),
)

WITHOUT_PASSWORD = (
    "greta_lindqvist",
    "helen_marsh",
    "jamal_haddad",
    "jo_park",
    "leila_farahani",
    "luis_ortega",
    "marcus_bell",
    "noor_saleh",
    "owen_takahashi",
    "tomas_rivera",
)
"""Owners of measures, and one who has left: they have accounts, so that values bear their names and the
administrator has something to find, but nobody signs in as them."""


def username_of(person: str) -> str:
    """rosa.delgado for rosa_delgado."""
    return person.replace("_", ".")


@transaction.atomic
def create_accounts(*, by: Actor, now: datetime) -> tuple[SignIn, ...]:
    """Make the accounts and link them to their people; returns the sign-ins."""
    today = orgs.organization().day_of(now)
    sign_ins = []
    for one in DEMO_ROLES:
        password = secrets.token_urlsafe(12)
        user = _account(one.person, password, by=by, now=now)
        for role in filter(None, (one.role, one.beside) if one.granted else ()):
            grant(
                user=user,
                role=role,
                unit=None if one.service else Unit.objects.get(key=one.unit),
                service=one.service,
                starts_on=today,
                reason="Shows what this role sees.",
                by=by,
                now=now,
                today=today,
            )
        sign_ins.append(SignIn(user.username, password, one.role, one.unit))
    for person in WITHOUT_PASSWORD:
        _account(person, None, by=by, now=now)
    return tuple(sign_ins)


def leave_open(*, now: datetime) -> None:
    """Somebody stands in for the supervisor who goes on leave next week, and one administrator has proposed
    what the other is to confirm."""
    today = orgs.organization().day_of(now)
    people = {one.key: one for one in Person.objects.filter(key__in=(*_ON_LEAVE, *_PROPOSED))}
    away, stands_in = (people[key] for key in _ON_LEAVE)
    proposer, proposed = (people[key].user for key in _PROPOSED)
    assert away.user is not None
    assert proposer is not None
    assert proposed is not None
    granting.stand_in(
        giver=away,
        receiver=stands_in,
        kind=DelegationKind.LEAVE,
        unit=None,
        starts_on=today + timedelta(days=7),
        ends_on=today + timedelta(days=21),
        reason="Two weeks of leave.",
        by=Actor.user(away.user.pk),
        now=now,
        today=today,
    )
    granting.give(
        user=proposed,
        role="auditor",
        unit=Unit.objects.get(key="county"),
        service="",
        starts_on=today,
        ends_on=today + timedelta(days=90),
        reason="Looks at the log while the internal auditor is on a project.",
        by=Actor.user(proposer.pk),
        now=now,
        today=today,
    )


_ON_LEAVE = ("dana_whitcomb", "tom_abara")
_PROPOSED = ("ines_duarte", "greta_lindqvist")


def _account(key: str, password: str | None, *, by: Actor, now: datetime) -> User:
    person = Person.objects.get(key=key)
    user = create_user(
        username=username_of(key), name=person.name, email=person.email, password=password, by=by, now=now
    )
    today = orgs.organization().day_of(now)
    link_account(user=user, person=person, by=by, now=now, today=today)
    return user


def save_sign_ins(file: Path, sign_ins: Sequence[SignIn]) -> None:
    """Write the sign-ins as a JSON list that only the owner of the workspace can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump([asdict(one) for one in sign_ins], stream, indent=2)
        stream.write("\n")
