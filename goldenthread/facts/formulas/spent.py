"""Time spent between two instants, cut at the midnights between, so that each day and each worker's post has
its own share. Seconds of days add up to those of any longer period."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.formulas.deriving import exact_seconds
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.tallies import SECONDS, answers_of
from goldenthread.facts.formulas.timeline import ONE_DAY
from goldenthread.facts.formulas.vocabulary import Side

_DAY = "_day"
_INSTANT = pa.timestamp("us", tz="UTC")


def spent_answers(scan: Scan, times: tuple[str, ...], sides: Mapping[str, Side]) -> pa.Table:
    """The answers of `spent` sides that share a source, both time columns and a breakdown."""
    facts, day = spent_facts(scan, times, sides.values())
    return answers_of(facts, day, scan, sides)


def spent_facts(scan: Scan, times: tuple[str, ...], sides: Collection[Side]) -> tuple[ir.Table, str]:
    """A row for each fact and each day of the wanted periods that it touches, with its seconds on that day,
    and the column with the day.

    What has not ended yet, or ended before it began, has spent nothing. A fact counts once on each local day
    it touches, for the unit where its worker stood on that day.
    """
    began, ended = times
    first, last = scan.wanted.span() or (None, None)
    facts = scan.facts(sides, scan.day(began), (None, last))
    facts = facts.filter(facts[ended] > facts[began])
    if first is not None:
        facts = facts.filter(facts[scan.day(ended)] >= first)
    return _cut(facts, scan, began, ended, first, last), _DAY


def _cut(
    facts: ir.Table, scan: Scan, began: str, ended: str, first: date | None, last: date | None
) -> ir.Table:
    """A row for each fact and each day it touches, with its seconds on that day."""
    day_began, day_ended = facts[scan.day(began)], facts[scan.day(ended)]
    seconds = exact_seconds(facts[ended]) - exact_seconds(facts[began])
    # Hardly any fact crosses a midnight, and comparing each with every midnight is most of the work.
    within = facts.filter(day_began == day_ended).mutate(**{_DAY: day_began, SECONDS: seconds})
    across = _cut_at_midnights(facts.filter(day_began < day_ended), scan, began, ended, first, last)
    return ibis.union(within, across.select(within.columns))


def _cut_at_midnights(
    facts: ir.Table, scan: Scan, began: str, ended: str, first: date | None, last: date | None
) -> ir.Table:
    reach = facts.aggregate(first=facts[scan.day(began)].min(), last=facts[scan.day(ended)].max())
    there = scan.session.execute(reach).to_pylist()[0]
    days = _days_between(there["first"], there["last"])
    days = [day for day in days if (first is None or first <= day) and (last is None or day <= last)]
    midnights = scan.session.memory(_midnights(days, scan.timezone))
    here = facts.join(
        midnights, [midnights[_DAY] >= facts[scan.day(began)], midnights[_DAY] <= facts[scan.day(ended)]]
    )
    spent = exact_seconds(ibis.least(here[ended], here.ends)) - exact_seconds(
        ibis.greatest(here[began], here.begins)
    )
    here = here.mutate(**{SECONDS: spent}).drop("begins", "ends")
    return here.filter(here[SECONDS] > 0)


def _days_between(first: date | None, last: date | None) -> list[date]:
    if first is None or last is None:
        return []
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _midnights(days: Sequence[date], timezone: str) -> pa.Table:
    """`(_day, begins, ends)`: the instants between which each local day lies."""
    return pa.table(
        {
            _DAY: pa.array(days, pa.date32()),
            "begins": pa.array([_midnight(day, timezone) for day in days], _INSTANT),
            "ends": pa.array([_midnight(day + ONE_DAY, timezone) for day in days], _INSTANT),
        }
    )


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(timezone)).astimezone(UTC)
