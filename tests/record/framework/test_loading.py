"""framework.yaml into the record and back."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from goldenthread.definitions import DefinitionError, Located, dump_yaml, read_yaml
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.framework import actions, queries
from goldenthread.record.framework.changes import Change, ChangeKind
from goldenthread.record.framework.definition import FrameworkDefinition, check_framework
from goldenthread.record.framework.loading import apply_framework
from goldenthread.record.framework.models import Element, Mission
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Person, Unit

NOW = datetime.datetime(2026, 10, 13, 6, 10, tzinfo=datetime.UTC)
BY = Actor.operator()

FILE = """\
outcomes:
  - id: safe
    name: A safe county
    owner: w01
    service_areas:
      - id: emergency
        name: Emergency response
        unit: north
        core_services:
          - {id: ambulance, name: Ambulances, products: [Rides]}
          - {id: dispatch, name: Dispatch}
  - {id: healthy, name: Healthy people}
missions:
  - {unit: north, version: 1, mission: We come when you call., adopted: 2026-01-01}
"""


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    Unit.objects.create(key="north", name="North office", kind="office")
    Person.objects.create(key="w01", name="Ana Ruiz")


def test_the_second_time_changes_nothing_and_writes_no_audit_row() -> None:
    first = _apply(FILE)
    assert {change.kind for change in first} == {ChangeKind.ADDED}
    assert len(first) == 6
    events = AuditEvent.objects.count()
    assert events == 6
    assert _apply(FILE) == ()
    assert AuditEvent.objects.count() == events


def test_dump_gives_the_file_back() -> None:
    _apply(FILE)
    assert check_framework(Located(queries.dump())) == check_framework(read_yaml(FILE))
    assert _apply(dump_yaml(queries.dump())) == ()


def test_a_changed_name_and_owner_are_told_in_a_sentence() -> None:
    _apply(FILE)
    (change,) = _apply(FILE.replace("name: A safe county\n    owner: w01", "name: Safety"))
    assert change.fields == ("name", "owner")
    assert change.sentence == (
        "Outcome “Safety”: name was “A safe county”, becomes “Safety”, owner was “w01”, becomes “nobody”."
    )


def test_a_service_moves_with_its_place() -> None:
    _apply(FILE)
    moved = FILE.replace("          - {id: dispatch, name: Dispatch}\n", "").replace(
        "  - {id: healthy, name: Healthy people}",
        "  - id: healthy\n    name: Healthy people\n    service_areas:\n"
        "      - {id: calls, name: Calls, core_services: [{id: dispatch, name: Dispatch}]}",
    )
    changes = _apply(moved)
    assert [change.key for change in changes] == ["calls", "dispatch"]
    assert Element.objects.get(key="dispatch").parent == Element.objects.get(key="calls")


def test_the_order_of_the_file_is_kept_and_a_swap_is_one_change() -> None:
    _apply(FILE)
    dispatch = "          - {id: dispatch, name: Dispatch}\n"
    swapped = FILE.replace(dispatch, "").replace(
        "          - {id: ambulance", dispatch + "          - {id: ambulance"
    )
    (change,) = _apply(swapped)
    assert change.sentence == "What is below “Emergency response” stands in another order."
    assert [node.fields.key for node in queries.below("emergency")] == ["dispatch", "ambulance"]


def test_what_leaves_the_file_is_removed_unless_a_measure_hangs_below_it() -> None:
    _apply(FILE)
    Measure.objects.create(
        key="rides",
        title="Rides",
        service=Element.objects.get(key="ambulance"),
        frequency="month",
        created_at=NOW,
    )
    changes = _apply("outcomes:\n  - {id: healthy, name: Healthy people}\n")
    assert _kinds(changes) == {
        "safe": "retired",
        "emergency": "retired",
        "ambulance": "retired",
        "dispatch": "removed",
    }
    assert "is retired, because measures serve it" in changes[0].sentence
    assert Mission.objects.count() == 1
    assert [node.fields.key for node in queries.tree()] == ["healthy"]
    assert _kinds(_apply(FILE)) == {
        "safe": "restored",
        "emergency": "restored",
        "ambulance": "restored",
        "dispatch": "added",
    }


def test_an_unknown_unit_or_person_is_refused_with_its_line_and_nothing_is_written() -> None:
    with pytest.raises(DefinitionError) as refused:
        _apply(FILE.replace("unit: north\n", "unit: nord\n").replace("owner: w01", "owner: w02"))
    assert [str(problem) for problem in refused.value.problems] == [
        "framework.yaml, line 8, outcomes.0.service_areas.0.unit: found “nord”, wanted a unit of the "
        "organization: “north”, or another of: north",
        "framework.yaml, line 4, outcomes.0.owner: found “w02”, wanted a person of the organization, "
        "perhaps “w01”",
    ]
    assert not Element.objects.exists()


def test_a_mission_that_staff_answered_is_not_reworded() -> None:
    _apply(FILE)
    reworded = FILE.replace("We come when you call.", "We always come.")
    (change,) = _apply(reworded)
    assert change.fields == ("mission",)
    mission = Mission.objects.get()
    person = Person.objects.get()
    actions.support_mission(mission=mission, person=person, by=BY, now=NOW, today=NOW.date())
    actions.support_mission(mission=mission, person=person, by=BY, now=NOW, today=NOW.date())
    assert mission.supports.count() == 1
    with pytest.raises(DefinitionError, match="Write the new words as version 2"):
        _apply(FILE)


class RoundTrip(TestCase):
    """Any framework survives dump and load, and loading what was dumped changes nothing."""

    @given(shape=st.lists(st.lists(st.lists(st.integers(0, 2), max_size=2), max_size=2), max_size=3))
    def test_round_trip(self, shape: list[list[list[int]]]) -> None:
        definition = FrameworkDefinition.model_validate(_tree(shape))
        apply_framework(definition, by=BY, now=NOW, today=NOW.date())
        dumped = check_framework(read_yaml(dump_yaml(queries.dump())))
        assert dumped == definition
        assert apply_framework(dumped, by=BY, now=NOW, today=NOW.date()) == ()


def _tree(shape: list[list[list[int]]]) -> dict[str, object]:
    return {
        "outcomes": [
            {
                "id": f"o{o}",
                "name": f"Outcome {o}",
                "service_areas": [
                    {
                        "id": f"o{o}a{a}",
                        "name": f"Area {a}",
                        "clients": {"internal": ["Staff"]} if a else {},
                        "core_services": [
                            {
                                "id": f"o{o}a{a}c{c}",
                                "name": f"Core service {c}",
                                "operational_services": [
                                    {"id": f"o{o}a{a}c{c}s{s}", "name": "Service", "description": "Words"}
                                    for s in range(services)
                                ],
                            }
                            for c, services in enumerate(cores)
                        ],
                    }
                    for a, cores in enumerate(areas)
                ],
            }
            for o, areas in enumerate(shape)
        ]
    }


def _apply(text: str) -> tuple[Change, ...]:
    located = read_yaml(text, file="framework.yaml")
    return apply_framework(check_framework(located), located=located, by=BY, now=NOW, today=NOW.date())


def _kinds(changes: tuple[Change, ...]) -> dict[str, str]:
    return {change.key: str(change.kind) for change in changes}
