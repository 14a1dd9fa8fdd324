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
    without_workers = list(_without_workers(written, known))
    # Every column may miss the same source.
    return list(dict.fromkeys([*_contradictions(written), *of_columns, *unknown, *without_workers]))


def _without_workers(written: Written, known: Referents) -> Iterator[Problem]:
    """Columns to be shown of single workers whose facts name none."""
    measures = written.definition.as_measures(Grain.DAY)
    for index, (column, measure) in enumerate(zip(written.definition.columns, measures, strict=True)):
        for key in sorted(measure.sources & known.sources.keys()):
            if column.workers is not None and known.sources[key].worker is None:
                wanted = "a source whose facts name a worker; or take “workers” out of the column"
                yield written.problem(("columns", index, "workers"), f"“{key}”, which names none", wanted)


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
