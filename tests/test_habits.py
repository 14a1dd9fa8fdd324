"""Habits of CONTRIBUTING.md that a machine can hold: what is written is used, and one door stays one door."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_house import (
    NO_ROOMS,
    PACKAGE,
    ROOT,
    called_name,
    imported_packages,
    name_of,
    python_files,
    template_files,
)

# Used by nobody in the package, each with the reason why it stands there all the same.
USED_FROM_OUTSIDE = {
    "goldenthread/accounts/passwords.py:LengthValidator.get_help_text": "Django calls it",
    "goldenthread/accounts/passwords.py:LengthValidator.validate": "Django calls it",
    "goldenthread/calc/clocks.py:Clock": "the slow twin of what formulas compute: elapsed, due and in time",
    "goldenthread/calc/spc/limits.py:Limits.upper_range": "every limit that the references publish",
    "goldenthread/calc/spc/limits.py:compute_trended_limits": "every limit that the references publish",
    "goldenthread/facts/scope.py:Scope.sees_person": "numbers of single workers have no page yet",
    "goldenthread/render/xlsx.py:xlsx_bytes": "waits for the downloads of a measure",
    "goldenthread/web/accounts/on_and_off.py:SetsUp.get_success_url": "allauth calls it",
    "goldenthread/web/middleware.py:DenyByDefault.process_exception": "Django calls it",
    "goldenthread/web/middleware.py:DenyByDefault.process_view": "Django calls it",
    "goldenthread/web/rate_limits.py:RateLimits.process_view": "Django calls it",
}

# Any other decorator hands a function to somebody who calls it by another way than its name.
PLAIN_DECORATORS = {
    "property",
    "cached_property",
    "classmethod",
    "staticmethod",
    "atomic",
    "contextmanager",
    "cache",
}

# Declared and never imported, each with the reason.
NEVER_IMPORTED = {
    "pyarrow-hotfix": "Ibis imports it",
    "sqlglot": "pinned for Ibis",
    "pytz": "DuckDB asks for it when it hands over times",
}

# What carries numbers out of results, and what makes such values without reading any.
NUMBERS = {
    "Breakdown", "ChartNote", "Found", "Outline", "Overview", "Preview", "Provenance", "Series", "Standing",
    "Thread", "Tile", "UnitNumbers",
}  # fmt: skip
READ_NOTHING = {"goldenthread/results/assembling.py:assemble": "given all it needs by whoever had the scope"}
MOST_LINES_OF_A_COMMAND = 40

Definition = ast.FunctionDef | ast.ClassDef


def test_nothing_is_there_for_its_tests_alone() -> None:
    parsed = {path: ast.parse(path.read_text()) for path in python_files()}
    used = Counter(word for tree in parsed.values() for word in words_used(tree))
    used.update(word for path in template_files() for word in re.findall(r"\w+", path.read_text()))
    unused = {
        f"{name_of(path)}:{name}"
        for path, tree in parsed.items()
        for name, definition in public_definitions(tree)
        if used[definition.name] <= Counter(words_used(definition))[definition.name]
    }
    assert not unused - set(USED_FROM_OUTSIDE), "no page, command or job uses these"


def words_used(tree: ast.AST) -> Iterator[str]:
    """Every name that is read, and every word of a text, for settings and routes name things by text.

    Not of a docstring, and not of an `__all__`: to be offered is not to be used.
    """
    told = {id(node) for node in texts_that_only_tell(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield from re.findall(r"\w+", node.value)


def texts_that_only_tell(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        elif isinstance(node, ast.Assign) and any(last_name(one) == "__all__" for one in node.targets):
            yield from ast.walk(node.value)


def public_definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Functions and classes of a file, and the methods of classes that stand for themselves."""
    for node in tree.body:
        if not isinstance(node, Definition) or not is_called_by_name(node):
            continue
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif not node.bases:
            yield node.name, node
            methods = (
                one for one in node.body if isinstance(one, ast.FunctionDef) and is_called_by_name(one)
            )
            yield from ((f"{node.name}.{one.name}", one) for one in methods)


def is_called_by_name(node: Definition) -> bool:
    if node.name.startswith("_"):
        return False
    decorators = {
        called_name(one) if isinstance(one, ast.Call) else last_name(one) for one in node.decorator_list
    }
    return isinstance(node, ast.ClassDef) or decorators <= PLAIN_DECORATORS


def last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def test_every_number_leaves_with_a_scope() -> None:
    doors = {
        f"{name_of(path)}:{node.name}": scope_is_asked(node)
        for path in python_files(PACKAGE / "results")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and returns_numbers(node)
    }
    assert len(doors) > len(NUMBERS), "nothing was looked at"
    without = {door for door, asked in doors.items() if not asked}
    assert without == set(READ_NOTHING), (
        "these hand out numbers and ask for no scope, or have a default for it"
    )


def returns_numbers(function: ast.FunctionDef) -> bool:
    named = {last_name(node) for node in ast.walk(function.returns or ast.Constant(None))}
    return bool(named & NUMBERS)


def scope_is_asked(function: ast.FunctionDef) -> bool:
    """Whether a `Scope` is a parameter without a default."""
    arguments = function.args
    required = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    required += [
        one
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    ]
    return any(one.annotation is not None and last_name(one.annotation) == "Scope" for one in required)


def test_pages_and_commands_ask_the_rooms_and_no_table() -> None:
    asking = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(PACKAGE / "web", PACKAGE / "commands", PACKAGE / "render")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not asking, f"a query belongs in the room's queries.py: {asking}"


@pytest.mark.parametrize("file", list(python_files(PACKAGE / "commands")), ids=name_of)
def test_a_command_stays_one_call(file: Path) -> None:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef) and is_command(node):
            assert (node.end_lineno or 0) - node.lineno < MOST_LINES_OF_A_COMMAND


def is_command(function: ast.FunctionDef) -> bool:
    return any(".command(" in ast.unparse(one) for one in function.decorator_list)


def test_what_is_declared_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    owners = packages_distributions()
    imported = {
        canonicalize_name(owner)
        for path in python_files()
        for name in imported_packages(path)
        for owner in owners.get(name, [])
    }
    # Django reads these by the text of a setting.
    settings = (PACKAGE / "config" / "settings.py").read_text()
    imported |= {
        canonicalize_name(owner)
        for name, names in owners.items()
        if f'"{name}' in settings
        for owner in names
    }
    assert declared - imported == set(NEVER_IMPORTED), "installed everywhere, and used by nothing"


def packages() -> list[Path]:
    inits = (path for path in sorted(PACKAGE.rglob("__init__.py")) if path.parent.name not in NO_ROOMS)
    return [init.parent for init in inits if len(list(init.parent.glob("*.py"))) > 3]


@pytest.mark.parametrize("package", packages(), ids=name_of)
def test_each_package_of_some_size_says_what_belongs_in_it(package: Path) -> None:
    assert (package / "README.md").is_file(), f"{name_of(package)} has no README.md"
