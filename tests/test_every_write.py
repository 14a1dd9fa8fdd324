"""Every write is an action: it says who acts, it is all or nothing, and its row in the log is part of it.

The functions are read, not called: a write whose row is taken out fails here, whoever tests it elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "goldenthread"
ROOMS = ("accounts", "record", "results")
OF_A_ROW = {"save", "delete"}
OF_MANY = {"create", "bulk_create", "bulk_update", "update", "update_or_create", "get_or_create"}
RECORDS = {"record_event", "record_events"}
# A room below the log announces what it does; audit.receivers writes it down in the same transaction.
ANNOUNCES = {"account_changed"}

NOT_LOGGED = {
    "accounts/drafts.py": "a draft is no record: its owner alone reads it, and it goes within a day",
    "accounts/actions.py:forget_expired": "what goes was of no use to anybody any more",
    "record/notices/actions.py": "a notice follows from what was done, and that is logged",
    "record/audit/actions.py": "the log itself",
    "record/audit/sealing.py": "the heads of the log, and its months",
    "record/sources/actions.py:report_progress": "how far the work has come is no step of the batch",
    "record/sources/actions.py:mark_computed": "the computation it closes is logged",
    "results/writing.py": "the computation that calls it is logged as one event",
    "results/folds.py": "the computation that calls it is logged as one event",
}


@dataclass(frozen=True)
class Function:
    """A function at the top of a module, which is named as in NOT_LOGGED."""

    module: str
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return f"{self.module}:{self.node.name}"

    @property
    def calls(self) -> set[str]:
        return {name for call in calls_in(self.node) for name in named(call)}

    @property
    def is_atomic(self) -> bool:
        return any("atomic" in ast.unparse(one) for one in self.node.decorator_list)

    @property
    def writes(self) -> bool:
        return any(is_write(call) for call in calls_in(self.node))

    @property
    def logs(self) -> bool:
        return bool(self.calls & (RECORDS | ANNOUNCES))


def calls_in(node: ast.FunctionDef) -> Iterator[ast.Call]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))


def named(call: ast.Call) -> Iterator[str]:
    match call.func:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=of, attr=name):
            yield name
            if isinstance(of, ast.Name):
                yield of.id


def is_write(call: ast.Call) -> bool:
    """Whether a call changes a row, or rows by a manager or a query set; a dict has an update too."""
    if not isinstance(call.func, ast.Attribute):
        return False
    by_manager = ".objects" in ast.unparse(call.func.value)
    return call.func.attr in OF_A_ROW or (call.func.attr in OF_MANY and by_manager)


def functions() -> list[Function]:
    files = [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]
    return [
        Function(path.relative_to(PACKAGE).as_posix(), node)
        for path in files
        if "migrations" not in path.parts
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    ]


EVERY = functions()


def reached(start: Function, *, until_atomic: bool = False) -> list[Function]:
    """The function and those of its own module that it calls, and they in turn; ``until_atomic`` leaves out
    what runs inside a transaction."""
    siblings = {one.node.name: one for one in EVERY if one.module == start.module}
    found: dict[str, Function] = {}
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if one.node.name not in found and not (until_atomic and one.is_atomic):
            found[one.node.name] = one
            waiting += [siblings[name] for name in one.calls if name in siblings]
    return list(found.values())


def public_writers() -> list[Function]:
    """What other rooms call and what then changes a row, unless it is known why that is not logged."""
    return [
        one
        for one in EVERY
        if not one.node.name.startswith("_")
        and any(each.writes for each in reached(one))
        and not NOT_LOGGED.keys() & {one.module, one.name}
    ]


@pytest.mark.parametrize("writer", public_writers(), ids=lambda one: one.name)
def test_a_write_says_who_acts_and_is_logged_in_its_own_transaction(writer: Function) -> None:
    keywords = {argument.arg for argument in writer.node.args.kwonlyargs}
    assert {"by", "now"} <= keywords, "the caller names who acts and when: by=, now="
    assert any(one.logs for one in reached(writer)), "no row of the audit log"
    apart = [one.name for one in reached(writer, until_atomic=True) if one.writes or one.logs]
    assert not apart, "a write and its row can part: these run outside a transaction"


def test_what_is_not_logged_is_there() -> None:
    written = {name for one in EVERY if one.writes for name in (one.module, one.name)}
    assert NOT_LOGGED.keys() <= written
