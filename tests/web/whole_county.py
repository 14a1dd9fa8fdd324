"""The county of ``worlds`` with one of everything that an address can name, and with everybody who could ask.

What is somebody's own is Ana's, a member of North; what is some unit's is North's unless it says otherwise.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from goldenthread.accounts import actions as accounts
from goldenthread.accounts import drafts
from goldenthread.accounts.models import Draft, User
from goldenthread.definitions import read_yaml
from goldenthread.jobs import granting
from goldenthread.jobs.extracts import importing, sourcing
from goldenthread.jobs.mail.addresses import address_code, stop_code
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.audit.actions import place_rows
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.actions import save_measure
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.orgs.models import Person, PersonIdentifier, Post, Unit, UnitIdentifier
from goldenthread.record.orgs.queries import organization
from goldenthread.record.reports.actions import save_reports
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.uses import record_consultation
from goldenthread.record.saved_views.actions import save_view
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch, Source
from goldenthread.record.subscriptions.actions import subscribe
from goldenthread.record.subscriptions.rhythms import Rhythm
from goldenthread.record.walls.actions import put_up
from tests.record.tokens.county import token_for
from tests.web.callers import CALLERS
from tests.web.desk.worlds import build_world, last_month, today

BY = Actor.job("test")
BEGAN = datetime.date(2020, 1, 1)


GRANTS = (
    ("una", "analyst", "roads"),
    ("hal", "hr", "county"),
    ("lia", "labour_liaison", "county"),
    ("carl", "data_custodian", "county"),
    ("pia", "publisher", "county"),
    ("cleo", "analyst", "county"),
    ("cleo", "hr", "county"),
    ("cleo", "auditor", "county"),
    ("cleo", "administrator", "county"),
)
POSTS = (
    ("pete", "Pete Marsh", "north", "member"),
    ("stig", "Stig Hall", "south", "member"),
    ("sue", "Sue Tran", "south", "supervisor"),
    ("rae", "Rae Moss", "roads", "member"),
)
VISITS = """\
source: visits
pull: https://files.example.gov/visits.csv
title: Visits
key: [visit]
time: day
worker: {column: agent, system: desk}
load: upsert
columns:
  visit: {type: text, required: true}
  agent: {type: text}
  day: {type: date}
  topic: {type: category, values: [food, rent, roads]}
  minutes: {type: number}
  settled: {type: date}
derived:
  in_time: {on_time: {start: day, done: settled, days: 10}}
  due_on: {due: in_time}
"""
PERMITS = """\
source: permits
title: Permits
key: [permit]
time: day
unit: {column: office, system: desk}
load: upsert
columns:
  permit: {type: text, required: true}
  office: {type: text}
  day: {type: date}
"""
VISITED = """\
measure: visits_done
title: Visits done
serves: phone
unit: benefits
source: visits
numerator: {count: visits}
show_as: {unit: count, better: higher}
frequency: month
breakdowns: [topic]
people: {owner: sam}
"""
DESK = """\
report: desk_work
title: Work at the desk
description: Visits by the day on which somebody came.
serves: phone
unit: benefits
source: visits
windows: [last_month, yesterday, last_week]
indicators: [calls_answered, calls_received]
by: topic
columns:
  - {id: visits, title: Visits, numerator: {count: visits}, workers: {use: develop, review: 2099-01-01}}
  - id: minutes
    title: Average visit
    numerator: {mean: minutes}
    show_as: {unit: minutes}
    workers: {use: monitor, review: 2099-01-01}
"""
LIST = """\
report: desk_list
title: Work that waits
serves: phone
unit: benefits
source: visits
columns:
  - id: waiting
    title: Not settled
    numerator: {open: visits, from: day, until: settled}
    workers: {use: monitor, review: 2099-01-01}
open_work: {column: waiting, item: visit, due: due_on, beside: [topic, minutes], by: topic, threshold: 80}
"""
WORKERS = ("ana", "pete", "stig", "rae")


def build_whole_county(folder: Path) -> dict[str, str]:
    """Build it, with files made in ``folder``; returns what stands for each name in braces of an address."""
    build_world()
    _staff()
    _definitions()
    names = {
        "North": "north",
        "South": "south",
        "Roads": "roads",
        "Ana": "ana",
        "measure of Benefits": "calls_answered",
        "measure of North": "letters_done",
        "measure of Roads": "potholes",
        "report of Benefits": "desk_work",
        "list of Benefits": "desk_list",
        "service of Benefits": "benefits_core",
        "source": "visits",
        **_rights(),
        **_own_things(),
        **_files(folder),
        "nobody's": "0",
    }
    # Else each request of a test would place what was written here, and take it back.
    place_rows()
    return names


def client_of(caller: str) -> Client:
    """A browser of theirs, past every door that signing in has."""
    client, username = Client(), CALLERS[caller].username
    if username:
        user = User.objects.get(username=username)
        # Whoever comes with the session of a closed account had it before the account was closed.
        client.force_login(user)
    return client


def _staff() -> None:
    for key, name, place, role in POSTS:
        person = Person.objects.create(key=key, name=name, user=User.objects.create_user(key, name=name))
        Post.objects.create(person=person, unit=Unit.objects.get(key=place), role=role)
    fay = Person.objects.create(key="fay", name="Fay Reed", user=User.objects.create_user("fay", name="Fay"))
    north = Unit.objects.get(key="north")
    Post.objects.create(person=fay, unit=north, role="supervisor", ends_on=today())
    for username, role, place in GRANTS:
        user, _made = User.objects.get_or_create(username=username, defaults={"name": username.capitalize()})
        Grant.objects.create(user=user, role=role, unit=Unit.objects.get(key=place), starts_on=BEGAN)
    # The hash is slow on purpose, and one password is as good as twenty.
    User.objects.update(password=make_password("seven lamps by the river"))
    accounts.deactivate(user=User.objects.get(username="cleo"), by=BY, now=timezone.now())


def _definitions() -> None:
    long_ago = timezone.now() - datetime.timedelta(days=400)
    for text in (VISITS, PERMITS):
        save_source(read_source(read_yaml(text)), by=BY, now=long_ago)
    save_measure(
        read_measure(read_yaml(VISITED, file="measures/visits.yaml")),
        by=BY,
        now=long_ago,
        today=long_ago.date(),
    )
    save_reports(
        [
            read_report(read_yaml(text, file=f"reports/{name}.yaml"))
            for name, text in (("desk", DESK), ("list", LIST))
        ],
        by=BY,
        now=long_ago,
        today=long_ago.date(),
    )
    # Of the average visit staff were not asked yet.
    for report, column in (("desk_work", "visits"), ("desk_list", "waiting")):
        record_consultation(
            report=Report.objects.get(key=report),
            columns=[column],
            said="The stewards agree.",
            holds_from=long_ago.date() + datetime.timedelta(days=30),
            by=BY,
            now=long_ago,
            today=long_ago.date(),
        )
    for key in WORKERS:
        PersonIdentifier.objects.create(person=Person.objects.get(key=key), system="desk", value=f"D-{key}")
    UnitIdentifier.objects.create(unit=Unit.objects.get(key="north"), system="desk", value="O-north")


def _rights() -> dict[str, str]:
    now, day = timezone.now(), today()
    delegation = granting.stand_in(
        giver=Person.objects.get(key="sam"),
        receiver=Person.objects.get(key="stig"),
        kind=Delegation._meta.get_field("kind").choices[0][0],
        unit=None,
        starts_on=day,
        ends_on=day + datetime.timedelta(days=7),
        reason="Sam is on leave.",
        by=BY,
        now=now,
        today=day,
    )
    proposal = Proposal.objects.create(
        user=User.objects.get(username="new"),
        role="hr",
        unit=Unit.objects.get(key="north"),
        starts_on=day,
        reason="For the appeals of this year.",
        proposed_by=BY.key,
        proposed_at=now,
    )
    sam = User.objects.get(username="sam")
    wall, secret = put_up(
        maker=sam,
        unit=Unit.objects.get(key="north"),
        name="The hall",
        days=90,
        by=Actor.user(sam.pk),
        now=now,
        today=day,
    )
    return {
        "wall of North": secret,
        "number of the wall": str(wall.pk),
        "grant over Roads": str(Grant.objects.get(user__username="una").pk),
        "proposal over North": str(proposal.pk),
        "stand-in for the supervisor": str(delegation.pk),
    }


def _own_things() -> dict[str, str]:
    ana, now = User.objects.get(username="ana"), timezone.now()
    drafts.keep(user=ana, address="/units/north/mission/comment/", fields=[("text", "Half a word")], now=now)
    passkey = Authenticator.objects.create(
        user=ana, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": _registered()}
    )
    token, _secret = token_for(ana, "results", now=now)
    view = save_view(
        owner=ana,
        name="My unit",
        route="indicators",
        arguments={"key": "north"},
        parameters={},
        by=Actor.user(ana.pk),
        now=now,
    )
    mail = subscribe(
        view=view, rhythm=Rhythm.WEEKLY, by=Actor.user(ana.pk), now=now, zone=organization().zone
    )
    Authenticator.objects.create(user=ana, type=Authenticator.Type.TOTP, data={"secret": ""})
    return {
        "draft of Ana": str(Draft.objects.get(user=ana).pk),
        "passkey of Ana": str(passkey.pk),
        "token of Ana": str(token.pk),
        "view of Ana": str(view.pk),
        "way out of Ana's mail": stop_code(mail.pk),
        "code of Ana's address": address_code(ana, "ana@example.gov"),
        "invitation of somebody new": accounts.invite(
            user=accounts.create_user(username="ines", name="Ines Vale", by=BY, now=now), by=BY, now=now
        ),
    }


def _registered() -> dict[str, object]:
    """What a browser sends when a passkey is set up: enough to be asked for and removed, not to sign in."""
    key = ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    credential = AttestedCredentialData.create(b"\0" * 16, b"Ana's phone", key)
    known = AuthenticatorData.create(b"\0" * 32, AuthenticatorData.FLAG.AT, 0, credential)
    return {
        "id": websafe_encode(b"Ana's phone"),
        "rawId": websafe_encode(b"Ana's phone"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"","origin":""}'),
            "attestationObject": websafe_encode(AttestationObject.create("none", known, {})),
        },
    }


def _files(folder: Path) -> dict[str, str]:
    """A file that is loaded, one that waits, and one of another source; and a file whose source is begun."""
    analyst = Actor.user(User.objects.get(username="ada").pk)
    loaded = receive(folder, "visits", visit_rows(WORKERS, count=12, name="a"), by=analyst)
    importing.load(loaded, by=analyst, now=timezone.now())
    day = last_month().start
    refused = f"w1,D-ana,{day},weather,5\nw2,D-zoe,{day},food,5"
    waiting = receive(folder, "visits", f"visit,agent,day,topic,minutes\n{refused}\n", by=analyst)
    places = receive(folder, "permits", f"permit,office,day\np1,O-nowhere,{day}\n", by=analyst)
    begun = folder / "begun.csv"
    begun.write_text("number,opened\n1,2026-01-05\n")
    draft = sourcing.begin_draft(begun, file_name="begun.csv", by=analyst, now=timezone.now())
    return {
        "loaded file": str(loaded.pk),
        "waiting file": str(waiting.pk),
        "file with an unknown unit": str(places.pk),
        "unknown worker": pseudonym("D-zoe"),
        "unknown unit": pseudonym("O-nowhere"),
        "source the analyst began": draft.token,
    }


def visit_rows(workers: tuple[str, ...], *, count: int, name: str) -> str:
    """An extract of visits of last month, the same number of each worker; ``name`` begins their keys."""
    day = last_month().start
    rows = [
        f"{name}-{worker}-{number},D-{worker},{day + datetime.timedelta(days=number)},food,{number}"
        for worker in workers
        for number in range(count)
    ]
    return "\n".join(["visit,agent,day,topic,minutes", *rows, ""])


def receive(folder: Path, source: str, text: str, *, by: Actor) -> Batch:
    """The batch of an extract that was read and waits to be loaded."""
    assert Source.objects.filter(key=source).exists()
    file = folder / f"{source}-{Batch.objects.count()}.csv"
    file.write_text(text)
    received = importing.bring_in(source, file, by=by, now=timezone.now())
    assert received.batch.state == "waiting", received.batch.message
    return received.batch
