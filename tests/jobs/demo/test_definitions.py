"""What the demo defines is checked by the product's own validators, as an analyst's folder would be."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldenthread.definitions import check, read_yaml
from goldenthread.facts.formulas.checking import check_derived
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.sources import SourceDefinition
from goldenthread.jobs.demo.generate import DEFINITIONS, EARLIER
from goldenthread.record.framework.definition import check_framework, elements
from goldenthread.record.measures.checks import (
    Referents,
    Written,
    find_problems,
    read_measure,
    references,
    remarks,
)
from goldenthread.record.orgs.checks import planned_organization
from goldenthread.record.orgs.files import identifiers_of, people_of, read_table


@pytest.fixture(scope="module", params=[DEFINITIONS, EARLIER])
def folder(request: pytest.FixtureRequest, county: Path) -> Path:
    return county / request.param


@pytest.fixture(scope="module")
def units(folder: Path) -> set[str]:
    return set(planned_organization(read_yaml(folder / "organization.yaml"), known={}).units)


@pytest.fixture(scope="module")
def people(folder: Path, units: set[str]) -> set[str]:
    return set(
        people_of(read_table(folder / "people.csv", required=("person", "unit")), units=units, known={})
    )


@pytest.fixture(scope="module")
def sources(folder: Path) -> dict[str, SourceDefinition]:
    found = [check(SourceDefinition, read_yaml(file)) for file in sorted((folder / "sources").glob("*.yaml"))]
    return {one.source: one for one in found}


@pytest.fixture(scope="module")
def measures(folder: Path) -> list[Written]:
    return [read_measure(read_yaml(file)) for file in sorted((folder / "measures").glob("*.yaml"))]


def test_about_260_people_in_the_units(people: set[str], units: set[str]):
    assert 240 < len(people) < 280
    assert {"marisol_vega", "dana_whitcomb", "rosa_delgado", "amara_okafor"} <= people
    assert "phone_unit_3" in units


def test_ids_belong_to_people_and_units(folder: Path, people: set[str], units: set[str]):
    ids = ("system", "id")
    found = identifiers_of(read_table(folder / "people_ids.csv", required=ids), "person", owners=people)
    assert {one.system for one in found} == {"phone", "cases", "in_home", "inspections"}
    assert identifiers_of(read_table(folder / "unit_ids.csv", required=ids), "unit", owners=units)


def test_the_framework_names_people_and_units_that_exist(folder: Path, people: set[str], units: set[str]):
    found = [one.fields for one in elements(check_framework(read_yaml(folder / "framework.yaml")))]

    assert {one.owner for one in found if one.owner} <= people
    assert {one.unit for one in found if one.unit} <= units
    assert sum(one.level == "outcome" for one in found) == 6


def test_derived_columns_fit_their_sources(sources: dict[str, SourceDefinition]):
    for source in sources.values():
        derived = {name: Derived.model_validate(one) for name, one in source.derived.items()}
        types = {name: column.type for name, column in source.columns.items()}
        assert check_derived(derived, types) == []


def test_measures_fit_what_they_name(
    folder: Path,
    measures: list[Written],
    sources: dict[str, SourceDefinition],
    units: set[str],
    people: set[str],
):
    services = {one.fields.key for one in elements(check_framework(read_yaml(folder / "framework.yaml")))}
    known = {one.definition.measure: references(one.definition) for one in measures}
    around = Referents(sources, services, units, people, known)

    assert [str(problem) for one in measures for problem in find_problems(one, around)] == []
    assert [sentence for one in measures for sentence in remarks(one.definition, around)] == []


def test_every_extract_has_its_source(county: Path, sources: dict[str, SourceDefinition]):
    filled = {key for key, source in sources.items() if source.kind == "internal"}
    assert {place.name for place in (county / "extracts").iterdir()} == set(sources) - filled


def test_measures_show_every_way_to_measure(county: Path):
    written = [
        read_measure(read_yaml(file)).definition for file in (county / DEFINITIONS / "measures").iterdir()
    ]
    words = {side.word for one in written for side in one.sides}

    assert {"count", "sum", "mean", "median", "percentile", "max", "open", "value_of"} <= words
    assert any(one.manual and one.approval for one in written)
    assert any(one.people.owner is None for one in written)
    assert any(one.formula_from for one in written)
    assert any(len({side.source for side in one.sides if side.source}) == 2 for one in written)
    assert {one.frequency for one in written} >= {"day", "month", "quarter", "year"}
