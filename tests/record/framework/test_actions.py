"""The framework edited on screen: one element at a time."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction

from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.framework import actions, queries
from goldenthread.record.framework.actions import UnknownReference
from goldenthread.record.framework.definition import ElementFields
from goldenthread.record.framework.models import Element, Level, Mission
from goldenthread.record.orgs.models import Person, Unit

NOW = datetime.datetime(2026, 10, 13, 6, 10, tzinfo=datetime.UTC)
TODAY = NOW.date()
BY = Actor.operator()


@pytest.fixture(autouse=True)
def framework(db: None) -> None:
    Unit.objects.create(key="north", name="North office", kind="office")
    Person.objects.create(key="w01", name="Ana Ruiz")
    _add("safe", Level.OUTCOME, None)
    _add("emergency", Level.SERVICE_AREA, "safe")
    _add("ambulance", Level.CORE_SERVICE, "emergency")
    _add("dispatch", Level.CORE_SERVICE, "emergency")


@pytest.mark.parametrize(
    ("level", "parent", "sentence"),
    [
        (Level.OUTCOME, "safe", "An outcome has nothing above it"),
        (Level.SERVICE_AREA, None, "Service area hangs below outcome; found nothing"),
        (Level.CORE_SERVICE, "safe", "Core service hangs below service area; found “safe”"),
    ],
)
def test_every_level_has_its_place(level: Level, parent: str | None, sentence: str) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        _add("new", level, parent)


def test_the_database_refuses_a_service_that_serves_nothing() -> None:
    with pytest.raises(IntegrityError, match="only_outcomes_stand_alone"), transaction.atomic():
        Element.objects.create(key="loose", level=Level.CORE_SERVICE, name="Loose")


def test_a_taken_key_is_refused() -> None:
    with pytest.raises(NotAllowed, match="“safe” is taken"):
        _add("safe", Level.OUTCOME, None)


def test_an_edit_changes_its_fields_and_names_them_in_the_audit_log() -> None:
    element = Element.objects.get(key="ambulance")
    fields = ElementFields(
        "ignored", Level.OUTCOME, "Ambulances", owner="w01", unit="north", products=("Rides",)
    )
    actions.edit_element(element=element, fields=fields, by=BY, now=NOW, today=TODAY)
    saved = queries.fields_of(Element.objects.get(key="ambulance"))
    assert (saved.key, saved.level, saved.parent) == ("ambulance", "core_service", "emergency")
    assert (saved.name, saved.owner, saved.products) == ("Ambulances", "w01", ("Rides",))
    event = AuditEvent.objects.last()
    assert event is not None
    assert (event.object_id, event.unit) == ("ambulance", "north")
    assert event.fields == ["name", "owner", "unit", "products"]


def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    element = Element.objects.get(key="ambulance")
    before = AuditEvent.objects.count()
    actions.edit_element(element=element, fields=queries.fields_of(element), by=BY, now=NOW, today=TODAY)
    assert AuditEvent.objects.count() == before


def test_an_edit_that_names_nobody_is_refused() -> None:
    element = Element.objects.get(key="ambulance")
    with pytest.raises(UnknownReference, match="Found “w99”, wanted the key of a person"):
        actions.edit_element(
            element=element,
            fields=ElementFields("", Level.OUTCOME, "A", owner="w99"),
            by=BY,
            now=NOW,
            today=TODAY,
        )


def test_move_within_its_list_and_to_another() -> None:
    dispatch = Element.objects.get(key="dispatch")
    actions.move_element(element=dispatch, parent=dispatch.parent, position=0, by=BY, now=NOW, today=TODAY)
    assert [node.fields.key for node in queries.below("emergency")] == ["dispatch", "ambulance"]
    other = _add("calls", Level.SERVICE_AREA, "safe")
    actions.move_element(element=dispatch, parent=other, by=BY, now=NOW, today=TODAY)
    assert [node.fields.key for node in queries.below("calls")] == ["dispatch"]
    with pytest.raises(NotAllowed, match="on another level"):
        actions.move_element(
            element=dispatch, parent=Element.objects.get(key="safe"), by=BY, now=NOW, today=TODAY
        )


def test_nothing_living_stays_below_a_retired_element() -> None:
    ambulance, dispatch, emergency = (
        Element.objects.get(key=key) for key in ("ambulance", "dispatch", "emergency")
    )
    with pytest.raises(NotAllowed, match="“ambulance” still hangs below “emergency”"):
        _retire(emergency)
    for element in (ambulance, dispatch, emergency):
        _retire(element)
    with pytest.raises(NotAllowed, match="retired already"):
        _retire(emergency)
    with pytest.raises(NotAllowed, match="“emergency” is retired"):
        _add("new", Level.CORE_SERVICE, "emergency")
    assert queries.tree()[0].below == ()


def test_the_thread_runs_from_the_outcome_to_the_element(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert [node.fields.key for node in queries.thread("ambulance")] == ["safe", "emergency", "ambulance"]
    assert queries.thread("nothing") == ()


def test_the_whole_tree_is_one_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        (safe,) = queries.tree()
    assert [node.fields.key for node in safe.below[0].below] == ["ambulance", "dispatch"]


def test_services_of_a_unit() -> None:
    Element.objects.filter(key="ambulance").update(
        unit=Unit.objects.get(key="north"), owner=Person.objects.get(key="w01")
    )
    assert [node.fields.key for node in queries.services_of(["north"])] == ["ambulance"]


def test_missions_count_up_and_take_comments() -> None:
    unit, person = Unit.objects.get(key="north"), Person.objects.get(key="w01")
    for words in ("We come.", "We always come."):
        mission = actions.adopt_mission(
            unit=unit, mission=words, adopted_on=TODAY, by=BY, now=NOW, today=TODAY
        )
    assert list(queries.missions_of("north").values_list("version", flat=True)) == [2, 1]
    actions.comment_on_mission(mission=mission, person=person, text=" Good. ", by=BY, now=NOW, today=TODAY)
    with pytest.raises(NotAllowed, match="needs some words"):
        actions.comment_on_mission(mission=mission, person=person, text=" ", by=BY, now=NOW, today=TODAY)
    actions.support_mission(mission=mission, person=person, by=BY, now=NOW, today=TODAY)
    actions.withdraw_support(mission=mission, person=person, by=BY, now=NOW, today=TODAY)
    newest = queries.missions_of("north")[0]
    assert [comment.text for comment in newest.comments.all()] == ["Good."]
    assert not newest.supports.exists()
    assert Mission.objects.count() == 2


def _add(key: str, level: Level, parent: str | None) -> Element:
    return actions.add_element(
        fields=ElementFields(key, level, key, parent=parent), by=BY, now=NOW, today=TODAY
    )


def _retire(element: Element) -> None:
    actions.retire_element(element=element, by=BY, now=NOW, today=TODAY)
