"""The sentences of what somebody can see, and why; and the command that prints them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from goldenthread.commands.access import command
from goldenthread.jobs.explaining import compare_subject, explain_subject, why_nothing
from goldenthread.record.access.explain import About
from goldenthread.record.access.models import Delegation, Grant
from goldenthread.record.access.subjects import Subject, find_subject, subject_called
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.framework.models import Element, Level
from goldenthread.record.orgs.models import Person, Post
from tests.record.access.county import NOW, TODAY, build_grant, build_person, build_units, build_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    """Supervises North, where Ben is a member and names her; has grants; stands in for Dora until Friday."""
    build_units()
    user = build_user("ana.ruiz")
    me = build_person("ana", ("supervisor", "north"), user=user)
    build_person("ben", ("member", "north"), supervisor=me)
    build_person("cy", ("member", "roads"), supervisor=Person.objects.get(key="ben"))
    dora = build_person("dora", ("director", "works"))
    adam = build_user("adam")
    Grant.objects.filter(pk=build_grant(user, "analyst", "county").pk).update(
        reason="Counts.", given_by=f"user:{adam.pk}", confirmed_by="operator:root"
    )
    phone = Element.objects.create(key="phone", level=Level.OUTCOME, name="Phone service")
    Element.objects.create(key="night", level=Level.SERVICE_AREA, name="Night line", parent=phone)
    Grant.objects.create(user=user, role="reader", service="phone", starts_on=TODAY)
    Delegation.objects.create(
        giver=dora,
        receiver=me,
        kind="leave",
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=5),
        arranged_by="test",
        arranged_at=NOW,
    )
    return Subject(me, user)


def why(found, about, key):
    return [line.why for line in found.lines if (line.about, line.key) == (about, key)]


def test_each_line_says_what_gives_it_and_by_which_step(ana):
    found = explain_subject(ana, on=TODAY)
    granted = "Analyst over County, by a grant of Adam that operator root confirmed (“Counts”)"
    stands_in = "Stands in for Dora, Director of Works by a post (during leave)"
    assert why(found, About.UNIT, "north") == [
        f"{granted}; North stands below County.",
        "Supervisor of North, by a post.",
    ]
    assert "Supervisor of North, by a post; Benefits stands above North." in why(
        found, About.UNIT, "benefits"
    )
    assert f"{stands_in}; Roads stands below Works." in why(found, About.UNIT, "roads")
    assert why(found, About.UNIT, "~not-assigned") == [
        f"{granted}; what nobody could place belongs to the whole."
    ]
    assert why(found, About.SERVICE, "phone") == ["Reader over Phone service, by a grant."]
    assert why(found, About.SERVICE, "night") == [
        "Reader over Phone service, by a grant; Night line hangs below Phone service."
    ]
    assert why(found, About.PERSON, "ana") == ["Everybody sees their own numbers."]
    assert why(found, About.PERSON, "ben") == [
        "Member of North. Supervisor of North, by a post.",
        "The post in North names Ana as supervisor.",
    ]
    assert why(found, About.PERSON, "cy") == [
        "The post in Roads names a supervisor whose own post names Ana."
    ]
    assert why(found, About.PERMISSION, "approve_values") == [f"{stands_in}."]


def test_what_may_be_done_says_over_how_much(ana):
    what = {line.key: line.what for line in explain_subject(ana, on=TODAY).lines}
    assert what["approve_values"] == "May approve values: Works and 1 unit below it"
    assert what["load_data"] == "May load data: County and 5 units below it"
    assert what["see_workers"] == "May see the numbers of single workers: North"


def test_a_line_says_from_when_to_when(ana):
    lines = explain_subject(ana, on=TODAY).lines
    days = {(line.key, line.by): (line.since, line.until) for line in lines}
    assert days["roads", "delegation"] == (TODAY, TODAY + timedelta(days=5))
    assert days["phone", "grant"] == (TODAY, None)
    assert days["north", "post"] == (None, None)


def test_a_narrowed_delegation_says_where(ana):
    Delegation.objects.update(unit=Post.objects.get(person__key="cy").unit)
    found = explain_subject(ana, on=TODAY)
    assert why(found, About.PERMISSION, "approve_values") == [
        "Stands in for Dora, Director of Works by a post (during leave), only in Roads."
    ]
    assert [line.what for line in found.lines if line.key == "approve_values"] == [
        "May approve values: Roads"
    ]


def test_two_days_differ_by_what_began_and_ended_between_them(ana):
    later = TODAY + timedelta(days=5)
    Post.objects.create(
        person=ana.person, unit=Post.objects.get(person__key="cy").unit, role="supervisor", starts_on=later
    )
    found = compare_subject(ana, earlier=TODAY, later=later)
    assert {(one.about, one.key) for one in found.gained} == {(About.PERMISSION, "see_workers")}
    assert [one.what for one in found.gained] == ["May see the numbers of single workers: Roads"]
    assert {(one.key, one.by) for one in found.lost} == {("approve_values", "delegation")}
    assert (About.PERSON, "ben") in {(one.about, one.key) for one in found.kept}


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (lambda: Subject(Person(key="zoe", name="Zoe"), None), "Zoe has no account"),
        (lambda: Subject(None, build_user("zoe")), "No post, grant or delegation"),
    ],
)
def test_who_sees_nothing_is_told_why(subject, words):
    found = subject()
    assert not explain_subject(found, on=TODAY).lines
    assert words in why_nothing(found)


def test_a_closed_account_sees_nothing(ana):
    ana.user.is_active = False
    assert not explain_subject(ana, on=TODAY).lines
    assert why_nothing(ana) == "The account ana.ruiz is closed."


def test_whom_a_name_means(ana):
    build_user("solo")
    assert find_subject("ana") == ana == subject_called("ana") == subject_called("ana.ruiz")
    assert find_subject("~solo") == subject_called("solo")
    assert find_subject("solo") is None
    assert find_subject("~ana.ruiz") is None
    assert subject_called("nobody") is None
    assert subject_called("solo").key == "~solo"


def run(*words):
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_prints_the_same_lines(ana):
    found = explain_subject(ana, on=TODAY)
    text = run("ana.ruiz", "--on", str(TODAY))
    for line in (*found.lines, *found.held):
        assert (line.why if hasattr(line, "why") else line.words) in text
    value = json.loads(run("ana", "--on", str(TODAY), "--json"))
    assert (value["person"], value["account"], value["on"]) == ("ana", "ana.ruiz", str(TODAY))
    assert [(one["key"], one["why"]) for one in value["lines"]] == [
        (line.key, line.why) for line in found.lines
    ]
    assert value["lines"][0].keys() == {"about", "key", "what", "why", "by", "from", "to", "units"}
    assert value["held"][0].keys() == {"words", "by", "row", "from", "to"}


def test_the_operator_who_looks_is_told_to_the_person(ana):
    run("ana.ruiz", "--on", str(TODAY), "--reason", "Ana asked.")
    run("ana", "--on", str(TODAY), "--compare", "2026-03-06", "--json")
    seen = AuditEvent.objects.filter(action="viewed", kind="person", object_id="ana").order_by("pk")
    assert [one.reason for one in seen] == ["Ana asked.", ""]
    assert all(one.actor.startswith("operator:") for one in seen)


def test_the_command_compares_two_days_whichever_comes_first(ana):
    later = date(2026, 3, 6)
    for days in ((TODAY, later), (later, TODAY)):
        value = json.loads(run("ana", "--on", str(days[0]), "--compare", str(days[1]), "--json"))
        assert (value["earlier"], value["later"]) == (str(TODAY), str(later))
        assert {one["key"] for one in value["lost"]} == {"approve_values"}
        assert "Lost: 1" in run("ana", "--on", str(days[0]), "--compare", str(days[1]))


def test_the_command_says_what_it_cannot_find_or_read(ana):
    for words, said in (
        (["nobody"], "There is no person and no account “nobody”."),
        (["ana", "--on", "soon"], "wanted a day such as 2026-07-01"),
    ):
        done = CliRunner().invoke(command, words)
        assert done.exit_code != 0
        assert said in done.output
