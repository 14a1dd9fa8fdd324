"""A hundred measures of calls, two hundred sides: each as a definition, and in SQL for the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.generate import CHANNELS, LANGUAGES, PRIORITIES, REASONS


@dataclass(frozen=True)
class Where:
    """A condition in the words of a definition, and in SQL."""

    words: Mapping[str, Any]
    sql: str

    def __and__(self, other: Where) -> Where:
        return Where({**self.words, **other.words}, f"{self.sql} AND {other.sql}")


@dataclass(frozen=True)
class Side:
    """A side as a definition says it, and the SQL that tallies it over rows."""

    words: Mapping[str, Any]
    sql: str


@dataclass(frozen=True)
class BenchmarkMeasure:
    """A measure with both its sides; ``key`` is its slug."""

    key: str
    title: str
    numerator: Side
    denominator: Side
    show_as: Mapping[str, Any]

    @property
    def definition(self) -> dict[str, Any]:
        """What its YAML holds."""
        return {
            "measure": self.key,
            "title": self.title,
            "source": "calls",
            "numerator": dict(self.numerator.words),
            "denominator": dict(self.denominator.words),
            "show_as": dict(self.show_as),
            "frequency": "month",
            "minimum_denominator": 5,
            "targets": [{"from": "2020-01-01", "value": 60, "tolerance": 5, "why": "Council target"}],
            "counts": "people",
        }


def all_measures() -> tuple[BenchmarkMeasure, ...]:
    """The hundred, in an order that does not change."""
    return tuple(_measures())


_ANSWERED = Where({"outcome": "answered"}, "outcome = 'answered'")
_ABANDONED = Where({"outcome": "abandoned"}, "outcome = 'abandoned'")
_KEPT = Where({"outcome": {"not": "transferred"}}, "outcome <> 'transferred'")
_SOLVED = Where({"solved": True}, "solved")
_PERCENT = {"per": 100, "unit": "percent", "better": "higher"}
_FEWER = {"per": 100, "unit": "percent", "better": "lower"}
_LENGTH = {"unit": "seconds", "better": "lower"}


def _measures() -> Iterator[BenchmarkMeasure]:
    for reason in REASONS:
        of = _is("reason", reason)
        yield _share(f"in_time_{reason}", _within(60) & _ANSWERED & of, _KEPT & of, _PERCENT)
        yield _share(f"solved_{reason}", _SOLVED & _ANSWERED & of, _ANSWERED & of, _PERCENT)
        yield _share(f"abandoned_{reason}", _ABANDONED & of, _KEPT & of, _FEWER)
        yield _talk(f"talk_{reason}", _ANSWERED & of)
    for language in LANGUAGES:
        of = _is("language", language)
        for seconds in (30, 120, 300):
            yield _share(
                f"within_{seconds}_{language}", _within(seconds) & _ANSWERED & of, _KEPT & of, _PERCENT
            )
        yield _share(f"abandoned_{language}", _ABANDONED & of, _KEPT & of, _FEWER)
    for channel in CHANNELS:
        for priority in PRIORITIES:
            of = _is("channel", channel) & _is("priority", priority)
            yield _share(f"in_time_{channel}_{priority}", _within(60) & _ANSWERED & of, _KEPT & of, _PERCENT)
            yield _talk(f"talk_{channel}_{priority}", _ANSWERED & of)
        of = _is("channel", channel)
        yield _share(f"solved_{channel}", _SOLVED & _ANSWERED & of, _ANSWERED & of, _PERCENT)


def _is(column: str, value: str) -> Where:
    return Where({column: value}, f"{column} = '{value}'")


def _within(seconds: int) -> Where:
    return Where({"wait_seconds": {"at_most": seconds}}, f"wait_seconds <= {seconds}")


def _share(key: str, part: Where, whole: Where, show_as: Mapping[str, Any]) -> BenchmarkMeasure:
    return BenchmarkMeasure(key, _title(key), _count(part), _count(whole), show_as)


def _talk(key: str, where: Where) -> BenchmarkMeasure:
    total = Side(
        {"sum": "talk_seconds", "where": where.words}, f"sum(CASE WHEN {where.sql} THEN talk_seconds END)"
    )
    return BenchmarkMeasure(key, _title(key), total, _count(where), _LENGTH)


def _count(where: Where) -> Side:
    # The fastest of the ways to write it: FILTER takes about five times as long with this many columns.
    return Side({"count": "calls", "where": where.words}, f"count(CASE WHEN {where.sql} THEN 1 END)")


def _title(key: str) -> str:
    return key.replace("_", " ").capitalize()
