"""What numbers of single workers are used for: agreed with staff, announced, and only until reviewed."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.accounts.models import User
from goldenthread.definitions import DefinitionError, read_yaml
from goldenthread.jobs.consulting import consult
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.record.access.actions import grant
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.record.reports.models import Consultation, Report
from goldenthread.record.reports.uses import NOTICE, in_force, uses_of
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from tests.record.measures.county import BY, NOW, TODAY, build_county
from tests.record.reports.test_definitions import ACTIVITY, save

STATED = ACTIVITY.replace(
    "{count: calls, where: {outcome: answered}}}",
    "{count: calls, where: {outcome: answered}}, workers: {use: monitor, review: 2027-07-01}}",
)
BEGINS = TODAY + NOTICE
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    build_county()


def agree(**changed: object) -> tuple[Consultation, ...]:
    asked = {"columns": ["handled"], "said": "The stewards agree.", "holds_from": BEGINS, "today": TODAY}
    return consult(report=Report.objects.get(), now=NOW, **{**asked, "by": BY, **changed})


def held(day: datetime.date) -> dict[str, str]:
    return {key: use.value for key, use in in_force(Report.objects.get(), today=day).items()}


def test_without_staff_nothing_is_shown() -> None:
    save(STATED)
    (use,) = uses_of(Report.objects.get(), today=TODAY)
    assert (use.column.id, use.in_force, use.coming, use.is_agreed) == ("handled", None, None, False)
    assert held(TODAY) == {}


def test_what_was_agreed_holds_from_its_day_to_its_review() -> None:
    save(STATED)
    agree()
    review = datetime.date(2027, 7, 1)
    assert [held(day) for day in (TODAY, BEGINS - DAY, BEGINS, review - DAY, review)] == [
        {},
        {},
        {"handled": "monitor"},
        {"handled": "monitor"},
        {},
    ]
    (use,) = uses_of(Report.objects.get(), today=TODAY)
    assert use.is_agreed
    assert use.coming is not None


def test_another_use_leaves_the_agreed_one_until_it_is_agreed_and_begins() -> None:
    save(STATED)
    agree()
    save(STATED.replace("monitor", "evaluate"))
    (use,) = uses_of(Report.objects.get(), today=BEGINS)
    assert (use.in_force.use, use.is_agreed) == ("monitor", False)
    later = BEGINS + NOTICE
    agree(holds_from=later, today=BEGINS)
    assert held(later - DAY) == {"handled": "monitor"}
    assert held(later) == {"handled": "evaluate"}


def test_another_formula_is_closed_and_another_title_is_not() -> None:
    save(STATED)
    agree()
    save(STATED.replace("Calls handled", "Handled"))
    assert held(BEGINS) == {"handled": "monitor"}
    save(STATED.replace("outcome: answered", "outcome: abandoned"))
    assert held(BEGINS) == {}


def test_it_holds_where_staff_were_asked_and_nowhere_else() -> None:
    save(STATED)
    agree()
    for keeper in ("", "unit: benefits\n", "unit: south\n"):
        save(STATED.replace("unit: north\n", keeper))
        assert held(BEGINS) == {}
        assert not uses_of(Report.objects.get(), today=TODAY)[0].is_agreed
    save(STATED)
    assert held(BEGINS) == {"handled": "monitor"}


def test_a_use_that_is_taken_back_is_over() -> None:
    save(STATED)
    agree()
    save(ACTIVITY)
    assert held(BEGINS) == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"holds_from": BEGINS - DAY}, "everybody affected is told before"),
        ({"said": "  "}, "Nothing was said"),
        ({"columns": []}, "no column that states a use"),
        ({"columns": ["call_time"]}, "no column that states a use"),
        ({"holds_from": datetime.date(2027, 7, 1)}, "Set a later review"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_nobody_is_told(changed: dict[str, object], said: str) -> None:
    save(STATED)
    with pytest.raises(NotAllowed, match=said):
        agree(**changed)
    assert not Consultation.objects.exists()
    assert not Notice.objects.filter(kind="use_announced").exists()


def test_only_who_speaks_for_staff_records_it() -> None:
    save(STATED)
    user, north = User.objects.create_user("lia", name="Lia"), Unit.objects.get(key="north")
    for role in ("analyst", "administrator"):
        grant(user=user, role=role, unit=north, starts_on=TODAY, by=BY, now=NOW, today=TODAY)
    with pytest.raises(Denied):
        agree(by=Actor.user(user.pk))
    grant(user=user, role="labour_liaison", unit=north, starts_on=TODAY, by=BY, now=NOW, today=TODAY)
    agree(by=Actor.user(user.pk))
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.action, event.object_id, event.fields) == ("consulted", "phone_activity", ["handled"])


def test_everybody_affected_is_told_once_and_nobody_else() -> None:
    save(STATED)
    told = []
    posts = (("ana", "north", "member"), ("sam", "north", "supervisor"), ("bo", "south", "member"))
    for name, unit, role in posts:
        user = User.objects.create_user(f"{name}-told", name=name)
        person = Person.objects.create(key=f"{name}-told", name=name, user=user)
        Post.objects.create(person=person, unit=Unit.objects.get(key=unit), role=role)
        told.append(user)
    agree()
    receivers = set(Notice.objects.filter(kind="use_announced").values_list("receiver", flat=True))
    assert {told[0].pk, told[1].pk} <= receivers
    assert told[2].pk not in receivers


def test_a_use_waits_for_who_speaks_for_staff_until_it_is_agreed() -> None:
    for username, unit in (("lia", "north"), ("leo", "south")):
        user, place = User.objects.create_user(username, name=username), Unit.objects.get(key=unit)
        grant(user=user, role="labour_liaison", unit=place, starts_on=TODAY, by=BY, now=NOW, today=TODAY)
    waiting = Notice.objects.filter(kind="use_proposed", done_at=None)
    asked = waiting.values_list("receiver__username", "object_id")
    save(ACTIVITY)
    refresh_notices(now=NOW)
    assert list(asked.all()) == []
    for use in ("monitor", "evaluate"):
        save(STATED.replace("monitor", use))
        refresh_notices(now=NOW)
        assert list(asked.all()) == [("lia", "phone_activity")]
        agree()
        assert list(asked.all()) == []


def test_facts_that_name_no_worker_show_none() -> None:
    letters = "source: letters\nkey: [id]\ntime: on\ncolumns: {id: {type: text}, on: {type: date}}\n"
    save_source(read_source(read_yaml(letters)), by=BY, now=NOW)
    stated = STATED.replace("count: calls, where: {outcome: answered}", "count: letters")
    with pytest.raises(DefinitionError, match="names none") as refused:
        save(stated.replace("numerator: {count", "source: letters, numerator: {count"))
    assert [one.where for one in refused.value.problems] == ["columns.0.workers"]


def test_facts_that_count_for_a_unit_are_of_no_worker() -> None:
    both = (
        "source: letters\nkey: [id]\ntime: on\nworker: by\nunit: office\n"
        "columns: {id: {type: text}, on: {type: date}, by: {type: text}, office: {type: text}}\n"
    )
    save_source(read_source(read_yaml(both)), by=BY, now=NOW)
    stated = STATED.replace("count: calls, where: {outcome: answered}", "count: letters")
    with pytest.raises(DefinitionError, match="count for the unit in “office”"):
        save(stated.replace("numerator: {count", "source: letters, numerator: {count"))
