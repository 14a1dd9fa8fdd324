"""A source's YAML as a value, with its derived columns checked against the columns they read."""

from __future__ import annotations

from goldenthread.definitions import DefinitionError, Located, Problem, check
from goldenthread.facts.formulas.checking import check_derived
from goldenthread.facts.formulas.derived import Derived, OnTime, clock_of
from goldenthread.facts.internal import INTERNAL
from goldenthread.facts.sources import SourceDefinition


def read_source(located: Located) -> SourceDefinition:
    """Raises DefinitionError with every problem, each with its line."""
    definition = check(SourceDefinition, located)
    problems: list[Problem] = []
    if definition.source in INTERNAL and definition.kind != "internal":
        line = located.line_of(("source",))
        wanted = "another id: this one is of a source that the product fills by itself (kind: internal)"
        problems.append(Problem(located.file, line, "source", f"“{definition.source}”", wanted))
    derived: dict[str, Derived] = {}
    for name, shape in definition.derived.items():
        try:
            derived[name] = check(Derived, _part(located, ("derived", name), shape))
        except DefinitionError as error:
            problems.extend(error.problems)
    for sentence in check_derived(derived, _own_types(definition)):
        found, wanted = parts(sentence)
        problems.append(Problem(located.file, located.line_of(("derived",)), "derived", found, wanted))
    if problems:
        raise DefinitionError(problems)
    return definition


def column_types(definition: SourceDefinition) -> dict[str, str]:
    """The type of every column a formula may name, derived ones among them."""
    derived = {name: Derived.model_validate(shape).type for name, shape in definition.derived.items()}
    return _own_types(definition) | derived


def clocks_by_due_day(definition: SourceDefinition) -> dict[str, OnTime]:
    """The clock of every derived column that holds the day something is due."""
    derived = {name: Derived.model_validate(shape) for name, shape in definition.derived.items()}
    clocks = {name: clock_of(one, derived) for name, one in derived.items() if one.due is not None}
    return {name: clock for name, clock in clocks.items() if clock is not None}


def parts(sentence: str) -> tuple[str, str]:
    """What was found and what was wanted, out of a sentence of ``facts.formulas.checking``."""
    found, _, wanted = sentence.removeprefix("Found ").removesuffix(".").partition("; wanted ")
    return found, wanted


def _own_types(definition: SourceDefinition) -> dict[str, str]:
    return {name: column.type for name, column in definition.columns.items()}


def _part(located: Located, path: tuple[str | int, ...], value: object) -> Located:
    """A part of a file by itself, which still knows its lines."""
    length = len(path)
    lines = {place[length:]: line for place, line in located.lines.items() if place[:length] == path}
    return Located(value, located.file, lines)
