"""Computing a hundred measures for every unit and month. Runs in a process that Django was set up in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from statistics import median

import pyarrow as pa

from benchmarks.agreement import differing
from benchmarks.building import BY
from benchmarks.by_hand import HandWritten
from benchmarks.figures import Figure
from benchmarks.measures import all_measures
from benchmarks.timing import Seconds, against, interleaved, ratio, say, timed, watched
from goldenthread.facts.formulas.compute import SourceFacts, WantedSide, compute_sides
from goldenthread.jobs import computing
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.measures.queries import active_definitions
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import queries as sources
from goldenthread.results import compute
from goldenthread.results.facts import engine, source_facts, table_of

_SAMPLED = 10
_SOURCE = "calls"


def figures(*, rounds: int) -> list[Figure]:
    """Sides against both limits, and the whole with its write; ValueError when an answer differs."""
    measures = all_measures()
    product = Sides()
    by_hand = HandWritten(
        product.whereabouts.memberships, product.whereabouts.closure, product.sources[_SOURCE].files
    )
    sampled = measures[:: len(measures) // _SAMPLED]
    say("Checking that both have the same answers")
    if wrong := differing(by_hand.single_scan(measures), product.by_side()):
        raise ValueError(f"Found {wrong:,} values that differ from the hand-written query's; wanted none.")
    taken = interleaved(
        rounds,
        {
            "goldenthread": timed(product.compute),
            "single scan": timed(lambda: by_hand.single_scan(measures)),
            f"{len(sampled)} queries": timed(lambda: by_hand.query_each(sampled)),
        },
    )
    ours, scan, queries = taken.values()
    each = [one * len(measures) / len(sampled) for one in queries]
    say("Computing and writing everything")
    computed: list[computing.Computed] = []
    whole = Whole(lambda: computed.append(_everything()))
    seconds = whole.run()
    facts = f"{product.facts:,} facts"
    return [
        Figure(
            "compute",
            f"{len(measures)} measures, {facts}, all units, months, to one hand-written scan",
            ratio(ours, scan),
            "x",
            against(ours, scan),
            at_most=1.5,
        ),
        Figure(
            "compute",
            "a query for each measure, to ours",
            ratio(each, ours),
            "x",
            f"{against(each, ours)}; {len(sampled)} queries timed, times {len(measures) // len(sampled)}",
            at_least=10,
        ),
        Figure(
            "compute",
            "the write beside it",
            whole.writes[0],
            "s",
            f"{computed[0].observations:,} observations, quarters, years and years to date among them; "
            f"once, with everything before it {seconds:.2f} s",
        ),
    ]


def incremental(*, batch: int, rounds: int) -> list[Figure]:
    """What a batch touched computed again, to everything computed again: with the write, and without."""
    commit = table_of(_SOURCE).commit_of(batch)
    if commit is None:
        raise ValueError(f"Found no batch {batch}; wanted one that was loaded.")
    days = commit.touched["started_at"]
    assert days.first is not None
    assert days.last is not None
    window, product = (days.first, days.last), Sides()

    def catch_up() -> None:
        computing.mark_commit(_SOURCE, commit)
        computing.catch_up(by=BY, now=datetime.now(UTC))

    # The first computation finds nothing to replace, unlike every later one.
    _everything()
    wholes = {"touched": Whole(catch_up), "everything": Whole(_everything)}
    whole = interleaved(rounds, {name: one.run for name, one in wholes.items()})
    sides = interleaved(
        rounds,
        {
            "touched, sides alone": timed(lambda: product.compute(window=window)),
            "everything, sides alone": timed(product.compute),
        },
    )
    added = f"{commit.rows_added:,} new of {product.facts:,} facts"
    writes = " and ".join(f"{median(one.writes):.2f} s" for one in wholes.values())
    return [
        Figure(
            "incremental",
            f"{added}, {window[0]} to {window[1]}, to everything, both written",
            100 * ratio(*whole.values()),
            "%",
            f"{against(*whole.values())}; of these the writes {writes}",
            at_most=5,
        ),
        Figure("incremental", "the sides alone", 100 * ratio(*sides.values()), "%", against(*sides.values())),
    ]


def _everything() -> computing.Computed:
    return computing.compute_everything(by=BY, now=datetime.now(UTC))


class Whole:
    """A contender that computes and writes; ``writes`` says how long each round's write took."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self.writes: Seconds = []

    def run(self) -> float:
        with watched(compute, "replace_observations") as taken:
            seconds = timed(self._work)()
        self.writes.append(sum(taken))
        return seconds


class Sides:
    """The sides of every measure, as ``results.compute`` asks the formulas for them."""

    def __init__(self) -> None:
        pieces = compute.pieces_of(active_definitions())
        definition = sources.definitions([_SOURCE])[_SOURCE]
        self.sources: Mapping[str, SourceFacts] = {_SOURCE: source_facts(definition)}
        self.whereabouts = compute.as_arrow(orgs.whereabouts())
        self._wanted: list[WantedSide] = [side for piece in pieces for side in piece.wanted()]
        self._keys = {str(piece.version): piece.key for piece in pieces}
        self._calendar, self._working_calendar = orgs.fiscal_calendar(), orgs.working_calendar()
        self._scope = system_scope(by=BY, reason="a benchmark")

    @property
    def facts(self) -> int:
        with engine().session() as session:
            rows = table_of(_SOURCE).rows(session)
            return int(session.execute(rows.aggregate(rows=rows.count()))["rows"][0].as_py())

    def by_side(self) -> pa.Table:
        """``(side, unit, month, value)``, the sides named as in ``by_hand.side_names``."""
        found = self.compute()
        named = found["id"].combine_chunks().dictionary_encode()
        parts = [name.split("/") for name in named.dictionary.to_pylist()]
        sides = pa.array([f"{self._keys[version]}__{role}" for version, role in parts])
        return pa.table(
            {
                "side": sides.take(named.indices),
                "unit": found["unit"],
                "month": found["period_start"],
                "value": found["value"],
            }
        )

    def compute(self, window: tuple[date, date] | None = None) -> pa.Table:
        """``facts.formulas.ANSWERS`` for each side."""
        return compute_sides(
            engine(),
            self.sources,
            self._wanted,
            self.whereabouts,
            self._calendar,
            working_calendar=self._working_calendar,
            timezone="UTC",
            window=window,
            scope=self._scope,
        )
