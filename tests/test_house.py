"""The house looks at itself: rules that no single room can keep alone. Imports are in .importlinter."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from goldenthread.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "goldenthread"
LINES = 400

# Longer files, each with the reason why it is better in one piece.
LONG_FILES: dict[str, str] = {}

# Folders of Python that are no room of their own.
NO_ROOMS = {"migrations", "management", "templatetags"}


def python_files(*folders: Path) -> Iterator[Path]:
    for folder in folders or (PACKAGE,):
        yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def template_files() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("templates/**/*")) if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def rooms() -> list[Path]:
    inits = [*PACKAGE.glob("*/__init__.py"), *(PACKAGE / "record").glob("*/__init__.py")]
    return sorted(init.parent for init in inits if init.parent.name not in NO_ROOMS)


@pytest.mark.parametrize("room", rooms(), ids=name_of)
def test_each_room_says_what_belongs_in_it(room: Path) -> None:
    readme = room / "README.md"
    assert readme.is_file(), (
        f"{name_of(room)} has no README.md: what belongs, what does not, what to remember"
    )
    assert len(readme.read_text().splitlines()) >= 3, f"{name_of(readme)} says too little"


def test_files_stay_short() -> None:
    lengths = {
        name_of(path): len(path.read_text().splitlines())
        for path in [*python_files(PACKAGE, ROOT / "tests", ROOT / "scripts")]
    }
    long = {name: length for name, length in lengths.items() if length > LINES}
    assert set(long) == set(LONG_FILES), f"over {LINES} lines without a reason, or listed and short: {long}"


def test_only_access_makes_a_scope() -> None:
    makers = {
        name_of(path)
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and called_name(node) == "Scope"
    }
    outside = {maker for maker in makers if not maker.startswith("goldenthread/record/access/")}
    assert not outside, (
        f"only record/access makes a Scope, so that one place decides what a viewer sees: {outside}"
    )


def called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\bmark_safe\(|\|\s*safe\b|\{%\s*autoescape\s+off", "text that is not escaped can carry a script"),
        (r"\.raw\(|\.extra\(|\bRawSQL\(", "the ORM writes the SQL"),
        (r"\bassert True\b", "a check that cannot fail checks nothing"),
        (r"\b(TODO|FIXME|XXX)\b", "an issue remembers, a comment does not"),
        (r"NotImplementedError", "nothing half-made stands in the tree"),
        (r"pytest\.mark\.xfail|unittest\.skip", "a test holds or goes"),
        (r"<style\b|\sstyle=\"|\son(click|load|change|submit)=\"", "the content security policy refuses it"),
    ],
    ids=["unescaped", "raw-sql", "assert-true", "to-do", "half-made", "xfail", "inline"],
)
def test_no_file_holds(pattern: str, why: str) -> None:
    files = [
        path for path in [*python_files(PACKAGE, ROOT / "tests"), *template_files()] if path != Path(__file__)
    ]
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert not found, f"{why}:\n" + "\n".join(found)


def test_each_template_is_used() -> None:
    sources = [path.read_text() for path in [*python_files(), *template_files()]]
    unused = []
    for template in template_files():
        name = template.as_posix().split("/templates/", 1)[1]
        # A library we use may look for its own templates by name: ours replace them.
        if not template.name.startswith(".") and not name.startswith("account/"):
            used = any(f'"{name}"' in source or f"'{name}'" in source for source in sources)
            if not used:
                unused.append(name)
    assert not unused, f"no page and no template names these: {unused}"


def test_what_the_project_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-build.lock": groups["build"],
        "requirements-dev.lock": [*project["project"]["dependencies"], *groups["build"], *groups["dev"]],
    }
    for lock, lines in wanted.items():
        text = (ROOT / lock).read_text()
        assert "://" not in text, f"{lock} names a host: lock with make lock"
        locked = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))
        for line in lines:
            if isinstance(line, dict):
                continue
            requirement = Requirement(line)
            version = locked.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is in pyproject.toml and not in {lock}: run make lock"
            assert requirement.specifier.contains(version), (
                f"{lock} has {requirement.name} {version}: run make lock"
            )


def test_what_the_product_imports_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    declared = {canonicalize_name(Requirement(line).name) for line in [*project["dependencies"], *extras]}
    owners = packages_distributions()
    imported = {name for path in python_files() for name in imported_packages(path)}
    ours_or_pythons = {"goldenthread", *sys.stdlib_module_names}
    undeclared = {
        name
        for name in imported - ours_or_pythons
        if not {canonicalize_name(owner) for owner in owners.get(name, [name])} & declared
    }
    assert not undeclared, (
        f"imported, but only there because another package needs them: {sorted(undeclared)}"
    )


def imported_packages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_locks_agree_with_each_other() -> None:
    develop = locked_lines("requirements-dev.lock")
    for lock in ("requirements.lock", "requirements-build.lock"):
        other = locked_lines(lock) - develop
        assert not other, f"tests would run on other versions than {lock} names: {sorted(other)}"


def locked_lines(lock: str) -> set[str]:
    """Each package, its version and the Pythons it is for: `numpy==2.4.6 ; python_full_version < '3.12'`."""
    lines = re.findall(r"^[a-z0-9-]+==[^\\\n]+", (ROOT / lock).read_text(), re.MULTILINE)
    return {line.strip() for line in lines}


def test_settings_need_only_the_workspace(tmp_path: Path) -> None:
    Workspace(tmp_path).secret_key.write_text("a key that init wrote")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GOLDENTHREAD_", "DATABASE_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", "from goldenthread.config import settings; print(settings.WORKSPACE.home)"],
        env={**environment, "GOLDENTHREAD_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == str(tmp_path), done.stderr


def test_settings_say_how_to_make_a_workspace(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from goldenthread.config import settings"],
        env={"PATH": os.environ["PATH"], "GOLDENTHREAD_HOME": str(tmp_path / "none")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"goldenthread init --home {tmp_path / 'none'}" in done.stderr


def test_documents_link_to_what_exists() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *PACKAGE.rglob("README.md")]
    broken = [
        f"{name_of(document)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:\s]+)[^):]*\)", document.read_text())
        if not (document.parent / target).exists()
    ]
    assert not broken, f"links to nothing: {broken}"


def test_each_document_can_be_found() -> None:
    docs = ROOT / "docs"
    listed = (docs / "README.md").read_text()
    pages = [path.relative_to(docs).as_posix() for path in sorted(docs.rglob("*.md"))]
    lost = [page for page in pages if not page.startswith(("README", "adr/")) and f"({page})" not in listed]
    assert not lost, f"docs/README.md does not list them: {lost}"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
