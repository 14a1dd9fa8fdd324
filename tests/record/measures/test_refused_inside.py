"""What depends on a measure or an element is asked inside the action, so that no door can forget it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.actions import grant
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework import actions as framework
from goldenthread.record.framework.definition import ElementFields
from goldenthread.record.framework.models import Element, Level
from goldenthread.record.framework.queries import fields_of
from goldenthread.record.measures import actions
from goldenthread.record.measures.models import Measure, Rebase
from goldenthread.record.orgs.models import Person, Unit
from tests.record.measures.county import BY, INSPECTIONS, NOW, TODAY, actor, build_county, save, written

DAY = datetime.date(2026, 5, 1)

Act = Callable[[Actor], Any]


def by(who: Actor) -> dict[str, Any]:
    return {"by": who, "now": NOW, "today": TODAY}


def unit(key: str) -> Unit:
    return Unit.objects.get(key=key)


def element() -> Element:
    return Element.objects.get(key="benefits_access")


def inspections() -> Measure:
    return Measure.objects.get(key="inspections_done")


def rebased(who: Actor) -> Rebase:
    return actions.rebase(
        measure=inspections(), unit=None, starts_on=DAY, what_happened="Snow", reason="Snow.", **by(who)
    )


def withdrawn(who: Actor) -> None:
    actions.withdraw_rebase(rebase=rebased(actor("analyst_of_all")), reason="Noise.", **by(who))


# Each is about a measure that North keeps, or about an element or a mission of North.
ACTS: dict[str, Act] = {
    "save": lambda who: save(INSPECTIONS.replace("Inspections done", "Done"), by=who),
    "take from another unit": lambda who: save(INSPECTIONS.replace("unit: north", "unit: south"), by=who),
    "retire": lambda who: actions.retire_measure(measure=inspections(), why="Over.", **by(who)),
    "assign": lambda who: actions.assign_owner(
        measure=inspections(), owner=Person.objects.get(key="w02"), deputy=None, **by(who)
    ),
    "annotate": lambda who: actions.annotate(
        measure=inspections(), unit=None, period_start=DAY, text="Snow", **by(who)
    ),
    "rebase": rebased,
    "withdraw": withdrawn,
    "add": lambda who: framework.add_element(
        fields=ElementFields("calls", Level.OPERATIONAL_SERVICE, "Calls", parent="benefits_access"), **by(who)
    ),
    "edit": lambda who: framework.edit_element(element=element(), fields=fields_of(element()), **by(who)),
    "move": lambda who: framework.move_element(element=element(), parent=element().parent, **by(who)),
    "end": lambda who: framework.retire_element(element=element(), **by(who)),
    "adopt": lambda who: framework.adopt_mission(
        unit=unit("north"), mission="We come.", adopted_on=DAY, **by(who)
    ),
}


@pytest.fixture
def county(db: None) -> None:
    build_county()
    save(INSPECTIONS)
    Element.objects.filter(key="benefits_access").update(unit=unit("north"))
    for name, place in (("analyst_of_all", "county"), ("analyst_of_south", "south")):
        user = User.objects.create_user(name, name=name)
        Person.objects.create(key=name, name=name, user=user)
        grant(user=user, role="analyst", unit=unit(place), starts_on=TODAY, **by(BY))


@pytest.mark.parametrize("name", ACTS)
def test_only_who_has_the_right_over_its_unit(county: None, name: str) -> None:
    for who in (actor("analyst_of_south"), actor("w01"), Actor.stranger()):
        with pytest.raises(Denied):
            ACTS[name](who)
    ACTS[name](actor("analyst_of_all"))


@pytest.mark.parametrize("name", sorted(ACTS.keys() - {"rebase"}))
def test_the_machine_is_not_asked(county: None, name: str) -> None:
    ACTS[name](Actor.job("watch"))


def test_many_measures_are_saved_together_or_none(county: None) -> None:
    other = INSPECTIONS.replace("inspections_done", "south_only").replace("unit: north", "unit: south")
    both = [written(other), written(INSPECTIONS.replace("Inspections done", "Done"))]
    with pytest.raises(Denied, match="for north"):
        actions.save_measures(both, **by(actor("analyst_of_south")))
    assert not Measure.objects.filter(key="south_only").exists()
    actions.save_measures(both[:1], **by(actor("analyst_of_south")))


def test_a_measure_whose_unit_has_ended_answers_to_the_top(county: None) -> None:
    Unit.objects.filter(key="north").update(ends_on=DAY)
    with pytest.raises(Denied):
        ACTS["retire"](actor("analyst_of_south"))
    ACTS["retire"](actor("analyst_of_all"))


def test_only_the_staff_of_the_unit_speak_about_its_mission(county: None) -> None:
    mission, person = ACTS["adopt"](BY), Person.objects.get(key="w01")
    for act in (framework.support_mission, framework.withdraw_support):
        for who in (actor("analyst_of_all"), Actor.stranger()):
            with pytest.raises(Denied, match="Only the staff of North"):
                act(mission=mission, person=person, **by(who))
        act(mission=mission, person=person, **by(actor("w01")))
    with pytest.raises(Denied):
        framework.comment_on_mission(
            mission=mission, person=person, text="Good.", **by(actor("analyst_of_all"))
        )
    framework.comment_on_mission(mission=mission, person=person, text="Good.", **by(actor("w01")))
