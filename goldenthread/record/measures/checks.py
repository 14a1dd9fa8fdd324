"""Whether a measure fits what it refers to: sources and their columns, services, units, other measures.

Every finding is a ``Problem`` with the line it stands on. What can still come right by itself, such as an
owner who is not in the people file yet, is a remark instead: the measure is saved and says so.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from goldenthread.definitions import DefinitionError, Located, Problem, check, one_of
from goldenthread.facts.formulas.checking import check_against
from goldenthread.facts.formulas.vocabulary import Side, Word
from goldenthread.facts.sources import SourceDefinition
from goldenthread.record.measures.definition import MeasureDefinition, TargetShape
from goldenthread.record.sources.checks import column_types, parts

Path = tuple[str | int, ...]

# Longer lists are not read to the end; then only the nearest name is offered.
_NAMES_WORTH_LISTING = 15


@dataclass(frozen=True)
class Referents:
    """What a measure may refer to, by key. ``measures`` maps each known measure to those it takes values
    of."""

    sources: Mapping[str, SourceDefinition]
    services: AbstractSet[str]
    units: AbstractSet[str]
    people: AbstractSet[str]
    measures: Mapping[str, AbstractSet[str]]


NOWHERE = Located(None)


@dataclass(frozen=True)
class Written:
    """A measure and where it was written, for the line of a problem."""

    definition: MeasureDefinition
    located: Located = NOWHERE

    def problem(self, path: Path, found: str, wanted: str) -> Problem:
        return problem_at(self.located, path, found, wanted)


def problem_at(located: Located, path: Path, found: str, wanted: str) -> Problem:
    """What is wrong with the part of ``located`` at ``path``."""
    return Problem(located.file, located.line_of(path), ".".join(map(str, path)), found, wanted)


def read_measure(located: Located) -> Written:
    """A measure's YAML as a value; raises DefinitionError when its shape is wrong or it contradicts
    itself."""
    written = Written(check(MeasureDefinition, located), located)
    if problems := list(contradictions(written)):
        raise DefinitionError(problems)
    return written


def references(definition: MeasureDefinition) -> frozenset[str]:
    """The measures whose values this one takes."""
    return frozenset(side.subject for side in definition.sides if side.word is Word.VALUE_OF)


def find_problems(written: Written, known: Referents) -> list[Problem]:
    """Everything that must be put right before the measure can be saved, in reading order."""
    found = (
        *contradictions(written),
        *_of_sides(written, known),
        *_of_breakdowns(written, known),
        *_of_strata(written),
        *_of_places(written, known),
        *_of_targets(written),
    )
    # Both sides of a rate may miss the same source.
    return list(dict.fromkeys(found))


def repeated(written: Sequence[Written]) -> Iterator[Problem]:
    """Measures that two files, or two rows of an inventory, both define."""
    first: dict[str, Written] = {}
    for one in written:
        key = one.definition.measure
        earlier = first.setdefault(key, one)
        if earlier is not one:
            where = f", after {earlier.located.file}" if earlier.located.file else ""
            yield one.problem(("measure",), f"“{key}” a second time{where}", "each measure once")


def remarks(definition: MeasureDefinition, known: Referents) -> tuple[str, ...]:
    """What is saved as written and does not work yet, in sentences."""
    notes = []
    for role in ("owner", "deputy"):
        name = getattr(definition.people, role)
        if name is not None and name not in known.people:
            notes.append(
                f"The {role} “{name}” is nobody in the people file, so “{definition.title}” has no {role}."
            )
    if definition.serves and not known.services:
        notes.append(
            f"There is no framework yet, so “{definition.title}” does not serve “{definition.serves}” yet."
        )
    return tuple(notes)


def contradictions(written: Written) -> Iterator[Problem]:
    """What the measure says against itself."""
    one = written.definition
    if one.manual:
        for name in ("numerator", "denominator"):
            if getattr(one, name) is not None:
                yield written.problem(
                    (name,), "a formula", "none, because of manual: true; or leave that key out"
                )
        if one.breakdowns:
            yield written.problem(("breakdowns",), "breakdowns", "none, because typed values have none")
        return
    if one.numerator is None:
        yield written.problem((), "no numerator", "a numerator, or manual: true for values that people type")
        return
    if one.approval:
        yield written.problem(
            ("approval",), "“True”", "false, because only typed values (manual: true) are approved"
        )
    if one.adds_up is not None:
        yield written.problem(
            ("adds_up",), f"“{one.adds_up}”", "no such key, because the formula says whether it does"
        )
    is_count = one.numerator.word in (Word.COUNT, Word.COUNT_DISTINCT, Word.OPEN)
    if one.show_as.unit == "percent" and is_count and one.denominator is None:
        yield written.problem(
            ("show_as", "unit"),
            "“percent” without a denominator",
            "a denominator, because a percent is a share",
        )


def _of_sides(written: Written, known: Referents) -> Iterator[Problem]:
    one = written.definition
    for name in ("numerator", "denominator"):
        side = getattr(one, name)
        if side is None:
            continue
        if side.word is Word.VALUE_OF:
            yield from _of_value(written, name, side, known)
            continue
        path: Path = (name, "source") if side.source else ("source",)
        key = side.source or one.source
        if key is None:
            yield written.problem(
                (name,), "no source", _names(known.sources, "a source of its own or of the measure")
            )
        elif key not in known.sources:
            yield written.problem(path, f"“{key}”", _names(known.sources, "a source", key))
        else:
            yield from _of_columns(written, name, side, known.sources[key])


def _of_value(written: Written, name: str, side: Side, known: Referents) -> Iterator[Problem]:
    path, own = (name, "value_of"), written.definition.measure
    others = known.measures.keys() - {own}
    if name == "numerator":
        yield written.problem(
            path, f"“{side.subject}”", "something to count or add up; a value is what to divide by"
        )
    elif side.subject == own:
        yield written.problem(path, f"“{own}”", "another measure, because this one cannot stand on itself")
    elif side.subject not in others:
        yield written.problem(path, f"“{side.subject}”", _names(others, "another measure", side.subject))
    elif ring := _ring(own, side.subject, known.measures):
        way = " takes ".join(f"“{key}”" for key in ring)
        yield written.problem(path, f"a circle: {way}", "measures that do not stand on each other")


def _ring(own: str, first: str, measures: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    """The way from ``own`` through ``first`` back to ``own``; empty when there is none."""
    waiting: list[tuple[str, ...]] = [(own, first)]
    seen = {first}
    while waiting:
        way = waiting.pop()
        for following in sorted(measures.get(way[-1], ())):
            if following == own:
                return (*way, own)
            if following not in seen:
                seen.add(following)
                waiting.append((*way, following))
    return ()


def _of_columns(written: Written, name: str, side: Side, source: SourceDefinition) -> Iterator[Problem]:
    for sentence in check_against(side, column_types(source)):
        found, wanted = parts(sentence)
        yield written.problem(_place_of(name, side, found), found, f"{wanted} (of “{source.source}”)")
    worker = source.worker.column if source.worker else None
    if worker in side.where and side.where[worker].values:
        yield written.problem(
            (name, "where", worker),
            f"a condition on “{worker}”, which names the worker",
            "missing or present; values of single workers are not kept",
        )
    if not side.word.lasts and side.time is None and source.time is None:
        yield written.problem(
            (name,),
            f"no time, and “{source.source}” names none",
            "a time column, so that facts fall into periods",
        )


def _place_of(name: str, side: Side, found: str) -> Path:
    """Where in a side the column stands that a sentence quotes."""
    places: list[tuple[Path, str | None]] = [((name, "where", column), column) for column in side.where]
    places += [((name, key), getattr(side, field)) for key, field in _COLUMN_KEYS.items()]
    places += [((name, side.word.value), side.column)]
    return next((path for path, column in places if column and f"“{column}”" in found), (name,))


_COLUMN_KEYS = {"time": "time", "from": "from_", "until": "until"}
_CATEGORIES = frozenset({"text", "category", "yes_no"})


def cuttable(source: SourceDefinition) -> list[str]:
    """The columns of a source whose words can be told apart; not the one that names the worker."""
    worker = source.worker.column if source.worker else None
    return [name for name, kind in column_types(source).items() if kind in _CATEGORIES and name != worker]


def _of_breakdowns(written: Written, known: Referents) -> Iterator[Problem]:
    one = written.definition
    keys = {side.source or one.source for side in one.sides if side.word is not Word.VALUE_OF}
    sources = [known.sources[key] for key in sorted(filter(None, keys)) if key in known.sources]
    for index, breakdown in enumerate(one.breakdowns):
        path = ("breakdowns", index)
        for source in sources:
            types = column_types(source)
            worker = source.worker.column if source.worker else None
            choices = cuttable(source)
            if breakdown == worker:
                wanted = _names(choices, "another column; values of single workers are not kept")
                yield written.problem(path, f"“{breakdown}”, which names the worker", wanted)
            elif breakdown not in choices:
                holds = f", which holds {types[breakdown]}" if breakdown in types else ""
                wanted = _names(choices, f"a text or category column of “{source.source}”", breakdown)
                yield written.problem(path, f"“{breakdown}”{holds}", wanted)


def _of_strata(written: Written) -> Iterator[Problem]:
    """Values by stratum are those that are kept by category, and must add up to the unit's."""
    one = written.definition
    if one.strata is None:
        return
    if one.strata not in one.breakdowns:
        wanted = _names(one.breakdowns, "a column of its breakdowns", one.strata)
        yield written.problem(("strata",), f"“{one.strata}”", wanted)
    above, below = one.numerator, one.denominator
    if above is None or above.word is not Word.COUNT or below is None or below.word not in _ADDING:
        yield written.problem(
            ("strata",), f"“{one.strata}”", "no such key, unless a count is divided by a count or a sum"
        )


_ADDING = frozenset({Word.COUNT, Word.SUM})


def _of_places(written: Written, known: Referents) -> Iterator[Problem]:
    one = written.definition
    if one.serves and known.services and one.serves not in known.services:
        wanted = _names(known.services, "an element of the framework", one.serves)
        yield written.problem(("serves",), f"“{one.serves}”", wanted)
    places: list[tuple[Path, str | None]] = [(("unit",), one.unit)]
    places += [(("targets", index, "unit"), target.unit) for index, target in enumerate(one.targets)]
    for path, unit in places:
        if unit is not None and unit not in known.units:
            yield written.problem(path, f"“{unit}”", _names(known.units, "a unit of the organization", unit))


def _of_targets(written: Written) -> Iterator[Problem]:
    targets = written.definition.targets
    for index, target in enumerate(targets):
        for earlier in range(index):
            if targets[earlier].unit == target.unit and _overlap(targets[earlier], target):
                line = written.located.line_of(("targets", earlier))
                yield written.problem(
                    ("targets", index),
                    f"a target from {target.from_ or 'the beginning'} that overlaps target {earlier + 1}"
                    + (f" on line {line}" if line else ""),
                    "one target at a time for each unit; end the earlier one on the day the next one starts",
                )


def _overlap(one: TargetShape, other: TargetShape) -> bool:
    def starts_before_end(start: TargetShape, end: TargetShape) -> bool:
        return start.from_ is None or end.to is None or start.from_ < end.to

    return starts_before_end(one, other) and starts_before_end(other, one)


def _names(known: Collection[str], what: str, found: str = "") -> str:
    names = sorted(known)
    if not names:
        return f"{what}; there is none yet"
    if len(names) <= _NAMES_WORTH_LISTING:
        return f"{what}: {one_of(names, found)}"
    near = difflib.get_close_matches(found, names, n=1)
    return f"{what}, perhaps “{near[0]}”" if near else what
