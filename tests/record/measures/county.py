"""A small county with a source and people, for the tests of this room."""

from __future__ import annotations

import datetime

from goldenthread.accounts.models import User
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.definitions import read_yaml
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework.actions import add_element
from goldenthread.record.framework.definition import ElementFields
from goldenthread.record.framework.models import Level
from goldenthread.record.measures import actions
from goldenthread.record.measures.checks import Written, read_measure
from goldenthread.record.orgs.models import Organization, Person, Post, Unit, UnitParent
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source

NOW = datetime.datetime(2026, 10, 13, 12, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
BY = Actor.operator()
CALENDAR = FiscalCalendar(7)

CALLS = """\
source: calls
key: [call_id]
time: started_at
worker: agent_id
load: upsert
columns:
  call_id: {type: text}
  agent_id: {type: text}
  started_at: {type: datetime}
  ended_at: {type: datetime}
  wait_seconds: {type: number}
  outcome: {type: category}
  office: {type: category}
  language: {type: text}
derived:
  talked: {elapsed: minutes, from: started_at, until: ended_at}
"""

ANSWERED = """\
measure: calls_answered_in_time
title: Calls answered within a minute
why_it_matters: People who wait give up and come back as complaints.
serves: benefits_access
kind: how_well
source: calls
numerator:   {count: calls, where: {wait_seconds: {at_most: 60}, outcome: answered}}
denominator: {count: calls, where: {outcome: {not: transferred}}}
show_as: {per: 100, unit: percent, better: higher}
frequency: month
lag_days: 5
breakdowns: [office, language]
targets: [{from: 2026-07-01, to: 2027-07-01, value: 85, tolerance: 3, why: Council target FY27}]
counts: people
caveats: Abandoned calls under five seconds are not in the extract.
people: {owner: w01, deputy: b.deputy, authored_by: A. Analyst, next_review: 2027-07-01}
"""

INSPECTIONS = """\
measure: inspections_done
title: Inspections done
unit: north
manual: true
show_as: {unit: count, better: higher}
frequency: month
lag_days: 5
people: {owner: w01, deputy: w02}
"""


def build_county() -> None:
    """county > benefits > north, south; Ana Ruiz (w01) and Ben Okafor (w02) sign in; one service, one
    source."""
    Organization.objects.create(
        pk=1, name="Riverbend County", fiscal_year_starts=7, timezone="America/Los_Angeles"
    )
    above: Unit | None = None
    for key, kind in (("county", "county"), ("benefits", "department"), ("north", "team"), ("south", "team")):
        unit = Unit.objects.create(key=key, name=key.capitalize(), kind=kind)
        if above is not None:
            UnitParent.objects.create(unit=unit, parent=above)
        above = unit if kind != "team" else above
    for key, name, username in (("w01", "Ana Ruiz", "a.ruiz"), ("w02", "Ben Okafor", "b.deputy")):
        user = User.objects.create_user(username, name=name)
        person = Person.objects.create(key=key, name=name, user=user)
        Post.objects.create(person=person, unit=Unit.objects.get(key="north"), role="member")
    parent = None
    for level, element in zip(Level, ("healthy", "benefits_area", "benefits_access"), strict=False):
        add_element(fields=ElementFields(element, level, element, parent=parent), by=BY, now=NOW, today=TODAY)
        parent = element
    save_source(read_source(read_yaml(CALLS)), by=BY, now=NOW)


def written(text: str) -> Written:
    return read_measure(read_yaml(text, file="measures/a.yaml"))


def save(text: str, *, by: Actor = BY, now: datetime.datetime = NOW) -> actions.Saved:
    return actions.save_measure(written(text), by=by, now=now, today=now.date())


def actor(person: str) -> Actor:
    """The sign-in of a person."""
    return Actor.user(User.objects.get(person__key=person).pk)
