"""A small county with a framework, sources, measures and a year of values, and somebody in each role.

county
├── benefits (department)
│   ├── north
│   └── south
└── works (department)
    └── roads
"""

from __future__ import annotations

import datetime
import html
import re

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.definitions import read_yaml
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework.actions import add_element, adopt_mission
from goldenthread.record.framework.definition import ElementFields
from goldenthread.record.framework.models import Level
from goldenthread.record.measures.actions import save_measure
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.orgs.models import Organization, Person, Post, Unit, UnitParent
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source

BY = Actor.job("test")
CALENDAR = FiscalCalendar(7)
MONTHS = 15

UNITS = (
    ("county", "Riverbend County", "county", None),
    ("benefits", "Benefits", "department", "county"),
    ("works", "Public works", "department", "county"),
    ("north", "North office", "team", "benefits"),
    ("south", "South office", "team", "benefits"),
    ("roads", "Roads", "team", "works"),
)
POSTS = (
    ("ana", "Ana Ruiz", "north", "member"),
    ("sam", "Sam Okafor", "north", "supervisor"),
    ("dora", "Dora Lindqvist", "benefits", "director"),
    ("eli", "Eli Novak", "works", "director"),
)
GRANTS = (("ada", "analyst"), ("exa", "executive"), ("adam", "administrator"), ("aud", "auditor"))
FRAMEWORK = (
    ("needs", Level.OUTCOME, "People can meet their needs", None, "benefits"),
    ("services", Level.SERVICE_AREA, "Human services", "needs", "benefits"),
    ("benefits_core", Level.CORE_SERVICE, "Help people get benefits", "services", "benefits"),
    ("phone", Level.OPERATIONAL_SERVICE, "Phone service", "benefits_core", "benefits"),
    ("letters", Level.OPERATIONAL_SERVICE, "Letters", "benefits_core", "north"),
    ("streets", Level.OUTCOME, "Streets that work", None, "works"),
    ("road_care", Level.SERVICE_AREA, "Care of roads", "streets", "roads"),
)
SOURCE = """\
source: calls
title: Phone service calls
key: [call_id]
time: started_at
load: upsert
columns:
  call_id: {type: text}
  started_at: {type: datetime}
  wait_seconds: {type: number}
  outcome: {type: category}
"""
ANSWERED = """\
measure: calls_answered
title: Calls answered within a minute
serves: phone
unit: benefits
kind: how_well
source: calls
numerator:   {count: calls, where: {wait_seconds: {at_most: 60}}}
denominator: {count: calls}
show_as: {per: 100, unit: percent, better: higher}
frequency: month
minimum_denominator: 10
targets: [{value: 85, why: Council target}]
people: {owner: ana, deputy: sam}
"""
RECEIVED = """\
measure: calls_received
title: Calls received
serves: phone
unit: benefits
kind: how_much
source: calls
numerator: {count: calls}
show_as: {unit: count, better: none}
frequency: month
"""
POTHOLES = """\
measure: potholes
title: Potholes filled in three days
serves: road_care
unit: roads
kind: how_well
source: calls
numerator:   {count: calls, where: {wait_seconds: {at_most: 60}}}
denominator: {count: calls}
show_as: {per: 100, unit: percent, better: higher}
frequency: month
targets: [{value: 50}]
people: {owner: eli}
"""
LETTERS = """\
measure: letters_done
title: Letters answered
serves: letters
unit: north
kind: how_much
manual: true
show_as: {unit: count, better: higher}
frequency: month
lag_days: 3
people: {owner: ana, deputy: sam}
"""


def today() -> datetime.date:
    """The day it is in the county, whose clocks show UTC."""
    return timezone.now().date()


def last_month() -> Period:
    return CALENDAR.last_complete(Grain.MONTH, today=today())


def as_user(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def text_of(username: str, address: str) -> str:
    response = as_user(username).get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def words(text: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def say_why(username: str, address: str, words: str = "Yearly check.") -> HttpResponse:
    """State the purpose without which the page about somebody is not shown."""
    response = as_user(username).post(address, {"why": words})
    assert response.status_code == 302, address
    return response


def build_units() -> None:
    """Only the organization, its units and its people: the county before anything is measured."""
    Organization.objects.create(name="Riverbend County", timezone="UTC", fiscal_year_starts=7)
    for key, name, kind, parent in UNITS:
        unit = Unit.objects.create(key=key, name=name, kind=kind)
        if parent:
            UnitParent.objects.create(unit=unit, parent=Unit.objects.get(key=parent))
    for key, name, place, role in POSTS:
        person = Person.objects.create(key=key, name=name, user=User.objects.create_user(key, name=name))
        Post.objects.create(person=person, unit=Unit.objects.get(key=place), role=role)
    for key, role in GRANTS:
        user = User.objects.create_user(key, name=key.capitalize())
        Grant.objects.create(
            user=user, role=role, unit=Unit.objects.get(key="county"), starts_on=datetime.date(2020, 1, 1)
        )
    User.objects.create_user("new", name="New Person")


def build_world() -> None:
    """Everything, with values for each of the last fifteen months."""
    build_units()
    now = timezone.now()
    long_ago = now - datetime.timedelta(days=62)
    for key, level, name, parent, unit in FRAMEWORK:
        add_element(
            fields=ElementFields(key, level, name, parent=parent, unit=unit), by=BY, now=now, today=now.date()
        )
    adopt_mission(
        unit=Unit.objects.get(key="north"),
        mission="We answer.",
        vision="One call is enough.",
        adopted_on=datetime.date(2025, 7, 1),
        by=BY,
        now=now,
        today=now.date(),
    )
    save_source(read_source(read_yaml(SOURCE)), by=BY, now=now)
    for text in (ANSWERED, RECEIVED, POTHOLES, LETTERS):
        save_measure(
            read_measure(read_yaml(text, file="measures/a.yaml")), by=BY, now=long_ago, today=long_ago.date()
        )
    for unit, calls in (("county", 200), ("benefits", 200), ("north", 120), ("south", 80), (None, 4)):
        _observe("calls_answered", unit, [(calls * share // 100, calls) for share in _shares()])
        _observe("calls_received", unit, [(calls + step % 3, None) for step in range(MONTHS)])
    for unit in ("county", "works", "roads"):
        _observe("potholes", unit, [(share, 100) for share in _shares()])


def add_offices(values: list[tuple[int, int]]) -> list[str]:
    """Offices below benefits, each with last month's answered calls: (in time, all of them)."""
    benefits = Unit.objects.get(key="benefits")
    keys = [f"office_{number}" for number in range(1, len(values) + 1)]
    for key, value in zip(keys, values, strict=True):
        office = Unit.objects.create(key=key, name=key.replace("_", " ").capitalize(), kind="office")
        UnitParent.objects.create(unit=office, parent=benefits)
        _observe("calls_answered", key, [value])
    return keys


def add_counts(number: int) -> None:
    """More measures that Benefits keeps, each a count without a target."""
    for one in range(1, number + 1):
        text = RECEIVED.replace("calls_received", f"count_{one}").replace("Calls received", f"Count {one}")
        save_measure(
            read_measure(read_yaml(text, file="measures/a.yaml")),
            by=BY,
            now=timezone.now(),
            today=timezone.now().date(),
        )
        _observe(f"count_{one}", "benefits", [(100 + one, None)])


def _shares() -> list[int]:
    """Percents around 78 that differ by no more than chance."""
    return [78 + (step * 5) % 4 for step in range(MONTHS)]


def _observe(measure: str, unit: str | None, values: list[tuple[int, int | None]]) -> None:
    """The last value is last month's."""
    found = Measure.objects.select_related("current").get(key=measure)
    place = Unit.objects.get(key=unit) if unit else None
    period = last_month()
    for numerator, denominator in reversed(values):
        Observation.objects.create(
            measure=found,
            version=found.current,
            unit=place,
            grain="month",
            period_start=period.start,
            numerator=numerator,
            denominator=denominator,
            value=100 * numerator / denominator if denominator else numerator,
            facts=denominator or numerator,
            computed_at=timezone.now(),
        )
        period = CALENDAR.previous(period)
