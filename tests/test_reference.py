"""The pages to look things up in name every key, word and variable there is, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from goldenthread.commands import COMMANDS, commands
from goldenthread.facts import inventory, sources
from goldenthread.facts.formulas import derived, vocabulary
from goldenthread.record.access.roles import PERMISSION_WORDS, ROLES, UNDIVIDED, Permission, Role
from goldenthread.record.framework import definition as framework
from goldenthread.record.measures import definition as measures
from goldenthread.record.orgs import definition as orgs
from goldenthread.record.orgs import files
from goldenthread.record.reports import definition as reports
from goldenthread.record.tokens.purposes import MEANINGS
from goldenthread.web.access import rule_of
from goldenthread.web.checks import every_view
from tests.web import matrix

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"

# Headings of definitions.md, each under the file it belongs to, and the shape that the product checks.
SHAPES: dict[tuple[str, str], type[BaseModel]] = {
    ("organization.yaml", ""): orgs.OrganizationDefinition,
    ("organization.yaml", "calendar"): orgs.CalendarDefinition,
    ("organization.yaml", "holidays"): orgs.HolidayDefinition,
    ("organization.yaml", "units"): orgs.UnitDefinition,
    ("organization.yaml", "parents"): orgs.ParentDefinition,
    ("framework.yaml", ""): framework.FrameworkDefinition,
    ("framework.yaml", "outcomes"): framework.OutcomeShape,
    ("framework.yaml", "clients"): framework.Clients,
    ("framework.yaml", "missions"): framework.MissionShape,
    ("sources/*.yaml", ""): sources.SourceDefinition,
    ("sources/*.yaml", "worker"): sources.Placement,
    ("sources/*.yaml", "columns"): sources.Column,
    ("sources/*.yaml", "file"): sources.FileLayout,
    ("sources/*.yaml", "expected"): sources.Arrival,
    ("sources/*.yaml", "pull"): sources.Pull,
    ("sources/*.yaml", "wide"): sources.Wide,
    ("sources/*.yaml", "checks"): sources.Check,
    ("sources/*.yaml", "derived"): derived.Derived,
    ("sources/*.yaml", "on_time"): derived.OnTime,
    ("sources/*.yaml", "inventory"): inventory.InventoryMapping,
    ("sources/*.yaml", "levels"): inventory.InventoryLevel,
    ("sources/*.yaml", "frequency, kind, better, unit_of_measure"): inventory.Worded,
    ("sources/*.yaml", "values"): inventory.ValueColumns,
    ("measures/*.yaml", ""): measures.MeasureDefinition,
    ("measures/*.yaml", "numerator, denominator"): vocabulary.Side,
    ("measures/*.yaml", "where"): vocabulary.Condition,
    ("measures/*.yaml", "show_as"): measures.ShowAs,
    ("measures/*.yaml", "targets"): measures.TargetShape,
    ("measures/*.yaml", "spc"): measures.SignalSettings,
    ("measures/*.yaml", "people"): measures.PeopleShape,
    ("reports/*.yaml", ""): reports.ReportDefinition,
    ("reports/*.yaml", "open_work"): reports.OpenWork,
    ("reports/*.yaml", "report columns"): reports.Column,
}
TABLES = {
    ("people.csv", ""): files.PEOPLE_COLUMNS,
    ("people.csv", "people_ids.csv"): files.PERSON_ID_COLUMNS,
    ("people.csv", "unit_ids.csv"): files.UNIT_ID_COLUMNS,
}


def tables(page: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The rows of each table by its headings: the word in the first cell, and the second cell."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    above = below = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            above, below = line[3:], ""
            found[above, below] = {}
        elif line.startswith("### "):
            below = line[4:]
            found[above, below] = {}
        elif row := re.match(r"\| `([^`]+)` \| ([^|]*)", line):
            found.setdefault((above, below), {})[row[1]] = row[2].strip()
    return found


DEFINED = tables(REFERENCE / "definitions.md")


def test_every_heading_of_the_definitions_is_a_shape():
    assert set(DEFINED) == {*SHAPES, *TABLES}


@pytest.mark.parametrize(("headings", "shape"), SHAPES.items(), ids=map(" ".join, SHAPES))
def test_a_shape_is_listed_key_by_key(headings: tuple[str, str], shape: type[BaseModel]):
    wanted = {
        field.alias or name: "yes" if field.is_required() else ""
        for name, field in shape.model_fields.items()
    }

    assert DEFINED[headings] == wanted


@pytest.mark.parametrize(("headings", "columns"), TABLES.items(), ids=map(" ".join, TABLES))
def test_a_table_is_listed_column_by_column(headings: tuple[str, str], columns: tuple[str, ...]):
    assert tuple(DEFINED[headings]) == columns


def every_command() -> dict[str, click.Command]:
    """Each command by what is typed: ``audit verify``, not ``audit``."""
    context = click.Context(commands)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {word}": one for word, one in command.commands.items()}
        else:
            found[name] = command
    return found


def test_every_command_and_each_of_its_words():
    listed = {
        command: set(rows) for (command, _), rows in tables(REFERENCE / "commands.md").items() if command
    }
    known = {
        name: {
            (one.metavar or one.name or "").upper() if isinstance(one, click.Argument) else one.opts[0]
            for one in command.params
        }
        - {"--home"}
        for name, command in every_command().items()
        if not command.hidden
    }

    assert listed == known


def test_every_option_says_what_it_does():
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in every_command().items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert not silent


def test_every_role_and_every_permission():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (REFERENCE / "access.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `") and not line.startswith("| `/")
    ]

    assert rows == [*map(role_row, ROLES.values()), *map(permission_row, Permission)]


def test_every_address_as_the_matrix_has_it():
    assert matrix.shown() == matrix.rendered(), "Write the page anew: python -m tests.web.matrix"


def role_row(role: Role) -> list[str]:
    may = "; ".join(words for permission, words in PERMISSION_WORDS.items() if permission in role.permissions)
    return [f"`{role.key}`", role.name, role.sentence, may, yes(role.is_guarded), yes(role.is_for_services)]


def permission_row(permission: Permission) -> list[str]:
    return [f"`{permission}`", PERMISSION_WORDS[permission], yes(permission in UNDIVIDED)]


def test_every_purpose_of_a_token_and_every_address_that_takes_one():
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in (REFERENCE / "tokens.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    purposes, addresses = rows[: len(MEANINGS)], rows[len(MEANINGS) :]

    assert purposes == [[one, said.name, said.sentence, said.permission] for one, said in MEANINGS.items()]
    assert {(address, purpose) for address, purpose, _method in addresses} == {
        (address, rule.purpose)
        for address, view in every_view()
        if (rule := rule_of(view)) is not None and rule.purpose is not None
    }


def yes(said: bool) -> str:
    return "yes" if said else ""


def test_every_variable_of_the_environment():
    named = re.compile(r"\b(?:GOLDENTHREAD_[A-Z_]+|DATABASE_URL(?:_FILE)?)\b")
    read = {
        name for file in (ROOT / "goldenthread").rglob("*.py") for name in named.findall(file.read_text())
    }

    assert set(tables(REFERENCE / "settings.md")["", ""]) == read
