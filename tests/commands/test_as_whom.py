"""Commands with ``--as``: what that person would see and nothing else, against the oracle of the pages; and
that the log says what the operator looked at, and with whose eyes."""

from __future__ import annotations

import json
from datetime import datetime, time

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from hypothesis import given, settings

from goldenthread.accounts.actions import deactivate
from goldenthread.accounts.models import User
from goldenthread.commands import access, batches, measures, series
from goldenthread.definitions import read_yaml
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.actions import save_measure
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.orgs.models import Organization, Unit
from tests.record.access import oracle
from tests.record.access.organizations import World, built, organizations
from tests.web.desk.worlds import BY, build_world, last_month

pytestmark = pytest.mark.django_db
MEASURE = """\
measure: m
title: Letters answered
kind: how_much
manual: true
show_as: {unit: count, better: higher}
frequency: month
"""


def run(module, *words: object) -> Result:
    result = CliRunner().invoke(module.command, list(map(str, words)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def county(db):
    build_world()


def looks() -> list[tuple[str, ...]]:
    found = AuditEvent.objects.filter(action__in=["viewed", "listed"]).order_by("pk")
    return list(found.values_list("actor", "action", "kind", "object_id", "unit", "reason"))


def build_values() -> None:
    """One measure, with last month's value for each unit there is."""
    now = timezone.now()
    save_measure(read_measure(read_yaml(MEASURE, file="measures/m.yaml")), by=BY, now=now, today=now.date())
    measure = Measure.objects.select_related("current").get()
    Observation.objects.bulk_create(
        Observation(
            measure=measure,
            version=measure.current,
            unit=unit,
            grain="month",
            period_start=last_month().start,
            numerator=7,
            value=7,
            facts=7,
            computed_at=now,
        )
        for unit in Unit.objects.all()
    )


@settings(max_examples=8)
@given(organizations())
def test_series_and_measures_open_the_units_that_the_oracle_says(world: World) -> None:
    noon = timezone.make_aware(datetime.combine(world["on"], time(12)))
    with pytest.MonkeyPatch.context() as patch, built(world) as users:
        patch.setattr("django.utils.timezone.now", lambda: noon)
        Organization.objects.create(name="Riverbend", timezone="UTC", fiscal_year_starts=7)
        build_values()
        for person in users:
            seen = oracle.seen_units(world, person, world["on"])
            each = {unit: run(series, "m", "--unit", unit, "--as", person) for unit in world["units"]}
            assert {unit for unit, result in each.items() if result.exit_code == 0} == seen
            listed = json.loads(run(measures, "--as", person, "--format", "json").stdout)["measures"]
            assert {one["unit"] for one in listed} <= seen
            assert bool(listed) is bool(seen)


def test_what_is_not_seen_is_said_as_what_is_not_there(county) -> None:
    hidden = run(series, "letters_done", "--unit", "north", "--as", "eli")
    missing = run(series, "no_such_measure", "--unit", "north", "--as", "eli")
    assert (hidden.exit_code, missing.exit_code) == (1, 1)
    assert hidden.output == missing.output.replace("no_such_measure", "letters_done")
    hidden = run(series, "calls_answered", "--unit", "south", "--as", "ana")
    missing = run(series, "calls_answered", "--unit", "nowhere", "--as", "ana")
    assert hidden.output == missing.output.replace("nowhere", "south")
    assert looks() == []


def test_the_log_says_what_the_operator_saw_and_with_whose_eyes(county) -> None:
    operator = Actor.operator().key
    for words in (["potholes"], ["potholes", "--as", "exa"]):
        assert run(series, *words).exit_code == 0
    run(measures, "--as", "exa")
    run(batches)
    run(access, "ana")
    assert looks() == [
        (operator, "viewed", "measure", "potholes", "county", ""),
        (operator, "viewed", "measure", "potholes", "county", "as exa"),
        (operator, "listed", "measure", "", "", "as exa"),
        (operator, "listed", "batch", "", "", ""),
        (operator, "viewed", "person", "ana", "", ""),
    ]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_measures_are_listed_as_that_person_sees_them(county, form) -> None:
    everything = run(measures, "--format", form).stdout
    assert "potholes" in everything
    assert "calls_answered" in everything
    of_ana = run(measures, "--as", "ana", "--format", form).stdout
    assert "calls_answered" in of_ana
    assert "roads" not in of_ana
    assert "calls_answered" not in run(measures, "--as", "new", "--format", form).stdout


@pytest.mark.parametrize(("who", "code"), [("ada", 0), ("ana", 1), ("adam", 1), ("new", 1), ("nobody", 2)])
def test_batches_are_for_whoever_may_load_data(county, who, code) -> None:
    result = run(batches, "--as", who)
    assert result.exit_code == code
    assert ("may not load data" in result.output) is (code == 1)


@pytest.mark.parametrize(("who", "code"), [("adam", 0), ("aud", 0), ("ana", 0), ("sam", 1), ("exa", 1)])
def test_somebody_is_looked_at_by_themselves_and_by_whoever_may(county, who, code) -> None:
    asked = ("--as", who, "--reason", "Yearly check.")
    result = run(access, "ana", *asked)
    assert result.exit_code == code
    if code:
        assert result.output == run(access, "zoe", *asked).output.replace("zoe", "ana")
    else:
        assert AuditEvent.objects.latest("pk").reason == f"as {who}: Yearly check."


def test_who_looks_with_the_eyes_of_another_says_why(county) -> None:
    result = run(access, "ana", "--as", "aud")
    assert result.exit_code == 2
    assert "--as looks as in a browser, which asks why: say it by --reason." in result.output
    assert run(access, "ana", "--as", "ana").exit_code == 0


def test_one_whose_account_is_closed_sees_nothing(county) -> None:
    deactivate(user=User.objects.get(username="exa"), by=Actor.operator(), now=timezone.now())
    assert run(series, "potholes", "--as", "exa").exit_code == 1
    assert json.loads(run(measures, "--as", "exa", "--format", "json").stdout) == {"measures": []}
