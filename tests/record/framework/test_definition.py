"""framework.yaml: what is accepted, and where an error points."""

from __future__ import annotations

import pytest

from goldenthread.definitions import DefinitionError, read_yaml
from goldenthread.record.framework.definition import FrameworkDefinition, check_framework, elements

FILE = """\
outcomes:
  - id: safe
    name: A safe county
    service_areas:
      - id: emergency
        name: Emergency response
        core_services:
          - id: ambulance
            name: Ambulances
            clients: {external: [People in need]}
            operational_services:
              - {id: crews, name: Field crews}
"""


def test_elements_unfold_parents_first_with_their_place() -> None:
    unfolded = [(one.fields.level, one.fields.key, one.fields.parent) for one in elements(_read(FILE))]
    assert unfolded == [
        ("outcome", "safe", None),
        ("service_area", "emergency", "safe"),
        ("core_service", "ambulance", "emergency"),
        ("operational_service", "crews", "ambulance"),
    ]


@pytest.mark.parametrize(
    ("lowest", "words"),
    [
        ("{id: crews}", "wanted this key, which is required"),
        ("{id: ambulance, name: Crews}", "“ambulance” a second time (first on line 8)"),
        ("{id: a b, name: Crews}", "wanted up to 100 letters, digits"),
        ("{id: crews, name: ' '}", "wanted some words"),
    ],
    ids=["a name missing", "an id used twice", "an id with a space", "a name without words"],
)
def test_errors_name_the_line(lowest: str, words: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        _read(FILE.replace("{id: crews, name: Field crews}", lowest))
    (problem,) = refused.value.problems
    assert str(problem).startswith("framework.yaml, line 12, outcomes.0.service_areas.0.core_services.0")
    assert words in str(problem)


def test_an_unknown_key_is_an_error_and_the_near_one_is_named() -> None:
    with pytest.raises(DefinitionError, match="found the key “stakeholder”"):
        _read(FILE.replace("name: A safe county", "name: A safe county\n    stakeholder: [All]"))


def test_a_mission_version_twice_is_refused() -> None:
    one = "  - {unit: north, version: 1, mission: One}\n"
    with pytest.raises(DefinitionError, match="version 1 of “north” a second time"):
        _read("missions:\n" + one + one)


def _read(text: str) -> FrameworkDefinition:
    return check_framework(read_yaml(text, file="framework.yaml"))
