"""Shapes of code that let an attacker in, looked for in every file of the product. Each has one right way,
and the few places that are the right way are named here with the reason."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "goldenthread"
FILES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
    for path in sorted(PACKAGE.rglob("*.py"))
    if "migrations" not in path.parts
}
# SQL in text: names come from definitions and are quoted, values too.
WRITES_SQL = (
    "goldenthread/facts/intake/",
    "goldenthread/facts/engines/",
    # Names of PRAGMAs, from a list beside it.
    "goldenthread/jobs/doctor.py",
    # Copies every table as it is; the names come from the database's own catalog.
    "goldenthread/jobs/backups/",
)
# Marks text as markup: charts and cells, whose words their templates and format_html have escaped.
MARKS_MARKUP = ("goldenthread/render/charts/", "goldenthread/web/templatetags/goldenthread.py")
# Coordinates and nothing else, and a page has dozens of it.
DRAWS_BY_HAND = "goldenthread/render/charts/small.py"
# Conditions that its own callers write out, in the same file.
CHOOSES_ITS_CONDITIONS = "goldenthread/record/measures/typed_values.py"


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call with where it stands and what is called: ``yaml.load``, ``rows.filter``."""
    for name, tree in FILES.items():
        yield from ((f"{name}:{call.lineno}", call, called) for call, called in calls_in(tree))


@cache
def calls_in(tree: ast.Module) -> list[tuple[ast.Call, str]]:
    return [(node, ast.unparse(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def named(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def test_nothing_is_run_that_came_as_text_or_bytes() -> None:
    forbidden = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "yaml.load",
        "yaml.full_load",
    }
    forbidden |= {
        "yaml.unsafe_load",
        "pickle.load",
        "pickle.loads",
        "marshal.loads",
        "shelve.open",
        "dill.loads",
    }
    assert [place for place, _, called in calls() if called in forbidden] == []
    imported = {
        "pickle",
        "marshal",
        "shelve",
        "xml.etree.ElementTree",
        "xml.sax",
        "xml.dom.minidom",
        "lxml.etree",
    }
    found = [
        f"{name}: {module}"
        for name, tree in FILES.items()
        for node in ast.walk(tree)
        for module in modules_of(node)
        if module in imported
    ]
    assert found == [], "XML is read by defusedxml, and nothing else turns bytes into objects"


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_no_program_is_started_through_a_shell() -> None:
    shells = [place for place, call, _ in calls() if named(call, "shell") is not None]
    started = [call for _, call, called in calls() if called in ("subprocess.run", "subprocess.Popen")]
    assert shells == []
    assert started
    assert all(isinstance(call.args[0], ast.List) for call in started), (
        "a program and its words, never one text"
    )


def test_whoever_is_called_over_the_network_is_not_waited_for_without_end() -> None:
    clients = {"requests", "httpx", "urllib.request", "http.client", "aiohttp"}
    callers = {
        name
        for name, tree in FILES.items()
        for node in ast.walk(tree)
        for one in modules_of(node)
        if one in clients
    }
    assert callers == set(), "give each call a timeout, and name the file here"


def test_no_key_of_a_query_comes_from_outside() -> None:
    """``filter(**...)`` with keys that are not written out: a caller could choose the column, or how the
    conditions are joined (CVE-2025-64459)."""
    asked = {"filter", "exclude", "get_or_create", "update_or_create", "Q", "order_by", "annotate"}
    found = [
        place
        for place, call, called in calls()
        if called.rpartition(".")[2] in asked
        and any(one.arg is None and not isinstance(one.value, ast.Dict) for one in call.keywords)
    ]
    assert [place for place in found if not place.startswith(CHOOSES_ITS_CONDITIONS)] == []


def test_no_page_hands_what_was_sent_to_a_query_by_name() -> None:
    sent = [
        place
        for place, call, _ in calls()
        for one in call.keywords
        if one.arg is None and any(word in ast.unparse(one.value) for word in ("request.GET", "request.POST"))
    ]
    assert sent == []


def test_sql_is_written_by_the_engine_rooms_alone() -> None:
    found = set()
    for place, call, called in calls():
        if (
            called.rpartition(".")[2] in ("execute", "executemany", "sql", "raw", "extra", "RawSQL")
            and call.args
        ):
            text = call.args[0]
            built = isinstance(text, (ast.JoinedStr, ast.BinOp)) or "format" in ast.unparse(text)
            if built and not place.startswith(WRITES_SQL):
                found.add(place)
    assert found == set()


def test_markup_is_made_by_those_who_escape() -> None:
    marked = [
        (place, call.args[0])
        for place, call, called in calls()
        if called in ("SafeString", "mark_safe", "SafeText")
    ]
    assert marked
    texts = [
        place
        for place, text in marked
        if not (isinstance(text, ast.Constant) and not str(text.value).strip())
    ]
    assert [place for place in texts if not place.startswith(MARKS_MARKUP)] == []
    by_hand = [place for place, text in marked if isinstance(text, ast.JoinedStr)]
    assert [place for place in by_hand if not place.startswith(DRAWS_BY_HAND)] == [], "use format_html"


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("eval(x)", test_nothing_is_run_that_came_as_text_or_bytes),
        ("import pickle", test_nothing_is_run_that_came_as_text_or_bytes),
        ("subprocess.run(x, shell=True)", test_no_program_is_started_through_a_shell),
        ("import requests", test_whoever_is_called_over_the_network_is_not_waited_for_without_end),
        ("units.filter(**asked)", test_no_key_of_a_query_comes_from_outside),
        ("find(**request.GET)", test_no_page_hands_what_was_sent_to_a_query_by_name),
        ("cursor.execute(f'SELECT {x}')", test_sql_is_written_by_the_engine_rooms_alone),
        ("SafeString(x)", test_markup_is_made_by_those_who_escape),
    ],
)
def test_each_rule_sees_what_it_looks_for(
    code: str, rule: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FILES, "goldenthread/web/desk/home.py", ast.parse(code))
    with pytest.raises(AssertionError):
        rule()
