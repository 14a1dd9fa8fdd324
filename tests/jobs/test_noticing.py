"""Everybody is told what waits for them, once, and no longer than it does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from goldenthread.accounts.models import User
from goldenthread.calc.periods import Grain
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.record.access.holders import holders_of
from goldenthread.record.access.models import Grant
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.measures.policies import Figures
from goldenthread.record.measures.typed_values import return_value, submit_values, type_value
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.record.sources.actions import receive_batch, refuse, start_reading
from goldenthread.record.sources.models import Source
from tests.record.measures.county import (
    ANSWERED,
    BY,
    CALENDAR,
    INSPECTIONS,
    NOW,
    TODAY,
    actor,
    build_county,
    save,
)

pytestmark = pytest.mark.django_db

SEPTEMBER = CALENDAR.period_of(date(2026, 9, 1), Grain.MONTH)


@pytest.fixture
def county():
    build_county()


def somebody(username: str, role: str, unit: str) -> User:
    user = User.objects.create_user(username, name=username.title())
    Grant.objects.create(user=user, role=role, unit=Unit.objects.get(key=unit), starts_on=date(2020, 1, 1))
    return user


def open_notices() -> set[tuple[str, str, str]]:
    rows = Notice.objects.filter(done_at=None).values_list("receiver__username", "kind", "object_id")
    return set(rows)


def hand_in(value: float = 12, **changes: object):
    measure = Measure.objects.get(key="inspections_done")
    unit = Unit.objects.get(key="north")
    typed = type_value(
        measure=measure, unit=unit, period=SEPTEMBER, typed=Figures(value=value), by=actor("w01"), now=NOW
    )
    return submit_values(values=[typed], by=actor("w01"), now=NOW)[0]


def test_holders_are_what_the_rights_of_each_say(county):
    somebody("ada", "analyst", "county")
    somebody("dora", "director", "benefits")
    gone = somebody("gone", "analyst", "county")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    Post.objects.filter(person__key="w01").update(role="supervisor")
    for permission in Permission:
        wanted = {
            user.pk: units
            for user in User.objects.all()
            if (units := rights_of(user, today=TODAY).units_with(permission))
        }
        assert holders_of(permission, today=TODAY) == wanted


def test_a_typed_value_is_due_then_late_then_done(county):
    save(INSPECTIONS)
    refresh_notices(now=NOW.replace(day=4))
    september = "inspections_done:north:2026-09-01"
    both = {("a.ruiz", "value_due", september), ("b.deputy", "value_due", september)}
    assert open_notices() == both
    refresh_notices(now=NOW)
    late = {("a.ruiz", "value_late", september), ("b.deputy", "value_late", september)}
    assert open_notices() == late
    assert {notice.due_on for notice in Notice.objects.filter(done_at=None)} == {date(2026, 10, 6)}
    hand_in()
    refresh_notices(now=NOW)
    assert open_notices() == set()


def test_doing_it_twice_changes_nothing(county):
    save(INSPECTIONS)
    first = refresh_notices(now=NOW)
    before = list(Notice.objects.order_by("pk").values())
    again = refresh_notices(now=NOW + timedelta(hours=1))
    assert (first.raised, again.raised, again.settled) == (2, 0, 0)
    assert list(Notice.objects.order_by("pk").values()) == before


def test_a_submitted_value_waits_for_an_approver_who_did_not_type_it(county):
    save(INSPECTIONS + "approval: true\n")
    approver = somebody("dora", "director", "benefits")
    somebody("elsewhere", "director", "south")
    Person.objects.filter(key="w01").update(user=approver)
    refresh_notices(now=NOW)
    value = hand_in()
    refresh_notices(now=NOW)
    assert {one for one in open_notices() if one[1] == "value_to_approve"} == set()
    other = somebody("otto", "director", "county")
    refresh_notices(now=NOW)
    assert ("otto", "value_to_approve", str(value.pk)) in open_notices()
    return_value(value=value, why="Count again.", by=Actor.user(other.pk), now=NOW, today=TODAY)
    refresh_notices(now=NOW)
    september = "inspections_done:north:2026-09-01"
    assert open_notices() == {
        ("dora", "value_returned", september),
        ("b.deputy", "value_returned", september),
    }


def test_a_value_returned_twice_is_told_twice(county):
    save(INSPECTIONS + "approval: true\n")
    otto = Actor.user(somebody("otto", "director", "county").pk)
    for reason in ("Count again.", "And again."):
        value = hand_in()
        refresh_notices(now=NOW)
        assert not [one for one in open_notices() if one[1] == "value_returned"]
        return_value(value=value, why=reason, by=otto, now=NOW, today=TODAY)
        refresh_notices(now=NOW)
        assert len([one for one in open_notices() if one[1] == "value_returned"]) == 2


def receive(number: int, by: Actor = BY):
    return receive_batch(
        source=Source.objects.get(key="calls"),
        file_name=f"{number}.csv",
        folder=f"{number}",
        sha256=f"{number:064}",
        size=1,
        mode="upsert",
        by=by,
        now=NOW,
    )


def test_a_refused_file_is_told_until_another_one_comes(county):
    ada = somebody("ada", "analyst", "county")
    somebody("amy", "analyst", "county")
    batch = refuse(start_reading(receive(1, Actor.user(ada.pk)), now=NOW), message="It is empty.", now=NOW)
    refresh_notices(now=NOW)
    assert open_notices() == {("ada", "batch_refused", str(batch.pk))}
    receive(2)
    refresh_notices(now=NOW)
    assert open_notices() == set()


def test_a_file_from_the_machine_is_told_to_all_who_load(county):
    for name in ("ada", "amy"):
        somebody(name, "analyst", "county")
    batch = refuse(start_reading(receive(1), now=NOW), message="It is empty.", now=NOW)
    refresh_notices(now=NOW)
    assert open_notices() == {(name, "batch_refused", str(batch.pk)) for name in ("ada", "amy")}


def test_an_ownerless_measure_is_told_to_stewards_of_its_unit(county):
    somebody("dora", "director", "benefits")
    somebody("south", "director", "south")
    save(
        ANSWERED.replace("serves: benefits_access\n", "unit: benefits\n").replace(
            "owner: w01, deputy: b.deputy, ", ""
        )
    )
    refresh_notices(now=NOW)
    assert open_notices() == {("dora", "measure_without_owner", "calls_answered_in_time")}


def test_a_computed_measure_two_periods_behind_is_stale(county):
    saved = save(ANSWERED)
    measure = saved.measure
    row = Observation.objects.create(
        measure=measure,
        version=measure.current,
        unit=Unit.objects.get(key="county"),
        grain="month",
        period_start=date(2026, 8, 1),
        value=80,
        facts=9,
        computed_at=NOW,
    )
    refresh_notices(now=NOW)
    assert open_notices() == set()
    row.period_start = date(2026, 7, 1)
    row.save()
    refresh_notices(now=NOW)
    assert {(who, kind) for who, kind, _ in open_notices()} == {
        ("a.ruiz", "measure_stale"),
        ("b.deputy", "measure_stale"),
    }


def test_a_review_is_told_two_weeks_before(county):
    save(ANSWERED.replace("2027-07-01}\n", "2026-10-27}\n"))
    refresh_notices(now=NOW - timedelta(days=1))
    assert open_notices() == set()
    refresh_notices(now=NOW)
    assert ("a.ruiz", "review_due", "calls_answered_in_time") in open_notices()
