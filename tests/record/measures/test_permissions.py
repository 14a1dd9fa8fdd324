"""Who edits the framework, who speaks about a mission, who defines measures."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.actions import grant
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework import permissions as framework
from goldenthread.record.framework.actions import add_element
from goldenthread.record.framework.definition import ElementFields
from goldenthread.record.framework.models import Element, Level
from goldenthread.record.measures import permissions as measures
from goldenthread.record.orgs.models import Organization, Person, Post, Unit, UnitParent

NOW = datetime.datetime(2026, 10, 13, 6, 10, tzinfo=datetime.UTC)
TODAY = NOW.date()
BY = Actor.operator()

# What is asked, and who may: the director of Benefits (below which North stands), an analyst of the whole
# county, a member of North, an analyst of South.
Ask = Callable[[Actor], None]
TRUTH: dict[str, tuple[Ask, tuple[bool, bool, bool, bool]]] = {
    "a new outcome": (
        lambda by: framework.check_can_edit_element(by, None, today=TODAY),
        (False, True, False, False),
    ),
    "an outcome nobody runs": (
        lambda by: framework.check_can_edit_element(by, _element("safe"), today=TODAY),
        (False, True, False, False),
    ),
    "a service that North runs": (
        lambda by: framework.check_can_edit_element(by, _element("dispatch"), today=TODAY),
        (True, True, False, False),
    ),
    "what hangs below it": (
        lambda by: framework.check_can_edit_element(by, _element("calls"), today=TODAY),
        (True, True, False, False),
    ),
    "the mission of North": (
        lambda by: framework.check_can_edit_mission(by, _unit("north"), today=TODAY),
        (True, True, False, False),
    ),
    "a comment on the mission of North": (
        lambda by: framework.check_can_speak(by, _unit("north"), today=TODAY),
        (False, False, True, False),
    ),
    "define a measure of North": (
        lambda by: measures.check_can_define(by, ["north"], today=TODAY),
        (False, True, False, False),
    ),
    "define a measure of the county": (
        lambda by: measures.check_can_define(by, [None], today=TODAY),
        (False, True, False, False),
    ),
    "report a value of North": (
        lambda by: measures.check_can_report(by, _unit("north"), today=TODAY),
        (False, True, False, False),
    ),
}
READERS = ("director", "analyst", "member", "elsewhere")


@pytest.fixture
def users(db: None) -> dict[str, User]:
    Organization.objects.create(pk=1, name="Riverbend County")
    for key, parent in (("county", ""), ("benefits", "county"), ("north", "benefits"), ("south", "county")):
        unit = Unit.objects.create(key=key, name=key, kind="team")
        if parent:
            UnitParent.objects.create(unit=unit, parent=_unit(parent))
    add_element(fields=ElementFields("safe", Level.OUTCOME, "Safe"), by=BY, now=NOW, today=TODAY)
    add_element(
        fields=ElementFields("area", Level.SERVICE_AREA, "Area", parent="safe"), by=BY, now=NOW, today=TODAY
    )
    add_element(
        fields=ElementFields("dispatch", Level.CORE_SERVICE, "Dispatch", parent="area", unit="north"),
        by=BY,
        now=NOW,
        today=TODAY,
    )
    add_element(
        fields=ElementFields("calls", Level.OPERATIONAL_SERVICE, "Calls", parent="dispatch"),
        by=BY,
        now=NOW,
        today=TODAY,
    )
    users = {name: User.objects.create_user(name, name=name) for name in READERS}
    for name, role, unit in (("director", "director", "benefits"), ("member", "member", "north")):
        person = Person.objects.create(key=name, name=name, user=users[name])
        Post.objects.create(person=person, unit=_unit(unit), role=role)
    for name, unit in (("analyst", "county"), ("elsewhere", "south")):
        grant(
            user=users[name], role="analyst", unit=_unit(unit), starts_on=TODAY, by=BY, now=NOW, today=TODAY
        )
    return users


@pytest.mark.parametrize("question", TRUTH)
def test_truth_table(users: dict[str, User], question: str) -> None:
    ask, wanted = TRUTH[question]
    answers = []
    for name in READERS:
        try:
            ask(Actor.user(users[name].pk))
            answers.append(True)
        except Denied:
            answers.append(False)
    assert tuple(answers) == wanted


def test_a_closed_account_may_nothing(users: dict[str, User]) -> None:
    for user in users.values():
        user.is_active = False
        user.save()
        for ask, _ in TRUTH.values():
            with pytest.raises(Denied):
                ask(Actor.user(user.pk))


def _unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def _element(key: str) -> Element:
    return Element.objects.get(key=key)
