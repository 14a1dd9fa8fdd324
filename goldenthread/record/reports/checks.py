"""Whether a report fits what it refers to: sources and their columns, services, units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goldenthread.calc.periods import Grain
from goldenthread.definitions import DefinitionError, Located, Problem, check
from goldenthread.facts.formulas.vocabulary import Word
from goldenthread.record.measures import checks as measures
from goldenthread.record.measures.checks import NOWHERE, Referents
from goldenthread.record.reports.definition import ReportDefinition
from goldenthread.record.sources.checks import clocks_by_due_day, column_types


@dataclass(frozen=True)
class Written:
    """A report and where it was written, for the line of a problem."""

    definition: ReportDefinition
    located: Located = NOWHERE

    def problem(self, path: measures.Path, found: str, wanted: str) -> Problem:
        return measures.problem_at(self.located, path, found, wanted)


def read_report(located: Located) -> Written:
    """A report's YAML as a value; raises DefinitionError when its shape is wrong or it contradicts itself."""
    written = Written(check(ReportDefinition, located), located)
    if problems := list(_contradictions(written)):
        raise DefinitionError(problems)
    return written


def find_problems(written: Written, known: Referents) -> list[Problem]:
    """Everything that must be put right before the report can be saved, in reading order."""
    of_columns = [problem for one in _columns(written) for problem in measures.find_problems(one, known)]
    unknown = [
        written.problem(("indicators", index), f"“{key}”", "the key of a measure")
        for index, key in enumerate(written.definition.indicators)
        if key not in known.measures
    ]
    of_source = [
        *_without_workers(written, known),
        *_told_apart(written, known),
        *_open_work(written, known),
    ]
    # Every column may miss the same source.
    return list(dict.fromkeys([*_contradictions(written), *of_columns, *unknown, *of_source]))


def _without_workers(written: Written, known: Referents) -> Iterator[Problem]:
    """Columns to be shown of single workers whose facts name none, or count where another column says."""
    measures = written.definition.as_measures(Grain.DAY)
    for index, (column, measure) in enumerate(zip(written.definition.columns, measures, strict=True)):
        for key in sorted(measure.sources & known.sources.keys()):
            source = known.sources[key]
            if column.workers is None or (source.worker is not None and source.unit is None):
                continue
            found = f"“{key}”, which names none"
            if source.worker is not None and source.unit is not None:
                found = f"“{key}”, whose facts count for the unit in “{source.unit.column}”"
            wanted = "a source whose facts count for a worker; or take “workers” out of the column"
            yield written.problem(("columns", index, "workers"), found, wanted)


def _told_apart(written: Written, known: Referents) -> Iterator[Problem]:
    """A column to tell apart by that no number of the report could be told apart by."""
    by = written.definition.by
    if by is None:
        return
    # A number can be told apart where each source that it counts has the column.
    counted = [
        [known.sources[key] for key in measure.sources if key in known.sources]
        for measure in written.definition.as_measures(Grain.DAY)
    ]
    if any(of and all(by in measures.cuttable(source) for source in of) for of in counted):
        return
    choices = sorted({name for of in counted for source in of for name in measures.cuttable(source)})
    wanted = f"a text or category column that a source counts by: {', '.join(choices) or 'none has one'}"
    yield written.problem(("by",), f"“{by}”", wanted)


def _open_work(written: Written, known: Referents) -> Iterator[Problem]:
    """What the list of open things takes of the source of its column."""
    work, column = written.definition.open_work, written.definition.counting_open
    if work is None or column is None or column.numerator.word is not Word.OPEN:
        return
    key = column.numerator.source or column.source or written.definition.source
    source = known.sources.get(key or "")
    if source is None:
        return
    types = column_types(source)
    named = {"item": work.item, "by": work.by, **{f"beside.{n}": one for n, one in enumerate(work.beside)}}
    for place, name in named.items():
        if name is not None and name not in types:
            path = tuple(int(part) if part.isdigit() else part for part in place.split("."))
            yield written.problem(("open_work", *path), f"“{name}”", f"one of: {', '.join(sorted(types))}")
    clocks = {
        name: clock
        for name, clock in clocks_by_due_day(source).items()
        if clock.done == column.numerator.until
    }
    if work.due not in clocks:
        wanted = f"a derived column with due, whose clock is done at “{column.numerator.until}”"
        if clocks:
            wanted += f": {', '.join(clocks)}"
        yield written.problem(("open_work", "due"), f"“{work.due}”", wanted)


def repeated(written: Sequence[Written]) -> Iterator[Problem]:
    """Reports that two files both define."""
    first: dict[str, Written] = {}
    for one in written:
        key = one.definition.report
        earlier = first.setdefault(key, one)
        if earlier is not one:
            where = f", after {earlier.located.file}" if earlier.located.file else ""
            yield one.problem(("report",), f"“{key}” a second time{where}", "each report once")


def _contradictions(written: Written) -> Iterator[Problem]:
    """What the report says against itself."""
    columns = written.definition.columns
    ids = [column.id for column in columns]
    for index, column in enumerate(columns):
        if column.id in ids[:index]:
            yield written.problem(
                ("columns", index, "id"), f"“{column.id}” a second time", "another id for each column"
            )
        if column.denominator is not None and column.denominator.word is Word.VALUE_OF:
            yield written.problem(
                ("columns", index, "denominator", "value_of"),
                f"“{column.denominator.subject}”",
                "something to count or add up; a measure has values of its periods, not of any days",
            )
    work = written.definition.open_work
    if work is not None:
        open_ones = [one.id for one in columns if one.numerator.word is Word.OPEN and one.denominator is None]
        if work.column not in open_ones:
            wanted = "the id of a column with {open: …, from: …, until: …} and no denominator"
            yield written.problem(("open_work", "column"), f"“{work.column}”", wanted)
    windows = written.definition.windows
    for index, window in enumerate(windows):
        if window in windows[:index]:
            yield written.problem(("windows", index), f"“{window}” a second time", "each window once")
    indicators = written.definition.indicators
    for index, key in enumerate(indicators):
        if key in indicators[:index]:
            yield written.problem(("indicators", index), f"“{key}” a second time", "each measure once")


@dataclass(frozen=True)
class _Column(measures.Written):
    """A column as the measure it would be, written where the column was, but for what it has from its
    report."""

    place: measures.Path = ()
    inherited: frozenset[str] = frozenset()

    def problem(self, path: measures.Path, found: str, wanted: str) -> Problem:
        inside = path if path and path[0] in self.inherited else (*self.place, *path)
        return measures.problem_at(self.located, inside, found, wanted)


def _columns(written: Written) -> Iterator[_Column]:
    definition = written.definition
    for index, measure in enumerate(definition.as_measures(Grain.DAY)):
        own = {"source"} if definition.columns[index].source else set()
        yield _Column(
            measure, written.located, ("columns", index), frozenset({"unit", "serves", "source"} - own)
        )
