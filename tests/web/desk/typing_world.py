"""A small county whose measures are typed by hand, and who types and approves them."""

from __future__ import annotations

import datetime

from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.definitions import read_yaml
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures import actions
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.orgs.models import Organization, Person, Post, Unit, UnitParent

BY = Actor.job("test")
CALENDAR = FiscalCalendar(7)

INSPECTIONS = """\
measure: inspections
title: Inspections done
unit: north
manual: true
show_as: {unit: count, better: higher}
frequency: month
lag_days: 5
people: {owner: ana, deputy: ben}
"""

ANSWERED = """\
measure: answered
title: Letters answered in time
unit: north
manual: true
approval: true
show_as: {per: 100, unit: percent, better: higher}
frequency: month
people: {owner: ana}
"""

POSTS = (
    ("ana", "Ana Ruiz", "north", "member"),
    ("ben", "Ben Okafor", "north", "member"),
    ("dora", "Dora Lindqvist", "benefits", "director"),
    ("eli", "Eli Novak", "roads", "director"),
)


def build_world(*definitions: str) -> None:
    """county > benefits > north, and roads; Ana owns the measures, Dora and Eli direct a department. What was
    defined three months ago is owed since the month before."""
    Organization.objects.create(name="Riverbend County", timezone="America/Los_Angeles", fiscal_year_starts=7)
    units = {}
    for key, kind, parent in (
        ("county", "county", None),
        ("benefits", "department", "county"),
        ("roads", "department", "county"),
        ("north", "team", "benefits"),
    ):
        units[key] = Unit.objects.create(key=key, name=key.capitalize(), kind=kind)
        if parent:
            UnitParent.objects.create(unit=units[key], parent=units[parent])
    for key, name, unit, role in POSTS:
        person = Person.objects.create(key=key, name=name, user=User.objects.create_user(key, name=name))
        Post.objects.create(person=person, unit=units[unit], role=role)
    long_ago = timezone.now() - datetime.timedelta(days=92)
    for text in definitions or (INSPECTIONS, ANSWERED):
        actions.save_measure(
            read_measure(read_yaml(text, file="a.yaml")), by=BY, now=long_ago, today=long_ago.date()
        )


def month(back: int) -> Period:
    """The month that ended so many months ago: 1 is the last complete one."""
    period = CALENDAR.period_of(timezone.localdate(), Grain.MONTH)
    return CALENDAR.shift(period, -back)


def field(measure: str, period: Period, name: str) -> str:
    """What the form calls a cell."""
    return f"{measure}-{period.start:%Y%m%d}-{name}"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client
