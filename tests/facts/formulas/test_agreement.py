"""On random facts, posts and trees the formulas agree with their slow twin, at every level."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.formulas.compute import WantedSide
from goldenthread.facts.formulas.vocabulary import Side
from tests.facts.formulas.plain import PlainSource, World, plain_answers
from tests.facts.formulas.running import run

SCHEMA = pa.schema(
    [
        ("at", pa.date32()),
        ("closed", pa.date32()),
        ("agent", pa.string()),
        ("office", pa.string()),
        ("wait", pa.float64()),
        ("outcome", pa.string()),
    ]
)
FIRST, LAST = date(2025, 11, 20), date(2026, 8, 10)
days = st.integers(0, (LAST - FIRST).days).map(lambda step: FIRST + timedelta(days=step))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.none() | days,
            "closed": st.none() | days,
            "agent": st.none() | st.sampled_from(["w1", "w2", "w3", "x9"]),
            "office": st.none() | st.sampled_from(["a1", "b1", "nowhere"]),
            "wait": st.none() | st.integers(0, 90).map(float),
            "outcome": st.none() | st.sampled_from(["answered", "abandoned"]),
        }
    ),
    max_size=25,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A county of two divisions; team b1 moves from one to the other, a2 opens late; workers move."""
    moved, opened = draw(days), draw(days)
    parents = [
        ("county", None, None, None),
        ("a", "county", None, None),
        ("b", "county", None, None),
        ("a1", "a", None, None),
        ("a2", "a", opened, None),
        ("b1", "b", None, moved),
        ("b1", "a", moved, None),
    ]
    memberships, ids = [], []
    for worker in ("w1", "w2", "w3"):
        edges = sorted({draw(days), draw(days)})
        for start, end in zip([None, *edges], [*edges, None], strict=True):
            unit = draw(st.none() | st.sampled_from(["a1", "a2", "b1", "b"]))
            if unit:
                memberships.append((worker, unit, start, end))
        handed_over = draw(days)
        ids += [("phone", worker, worker, None, handed_over), ("phone", worker, "w3", handed_over, None)]
    renamed = draw(days)
    unit_ids = [
        ("desk", "a1", "a1", None, renamed),
        ("desk", "a1", "a2", renamed, None),
        ("desk", "b1", "b1", None, None),
    ]
    return World(parents, memberships, ids, unit_ids)


WHERE = {"wait": {"at_most": 60}, "outcome": {"not": "abandoned"}}
SIDES: dict[str, dict[str, Any]] = {
    "all": {"count": "calls"},
    "some": {"count": "calls", "where": WHERE},
    "distinct": {"count_distinct": "outcome"},
    "total": {"sum": "wait", "where": {"outcome": "answered"}},
    "undecided": {"count": "calls", "where": {"outcome": {"not": "answered", "or_missing": True}}},
    "mean": {"mean": "wait"},
    "median": {"median": "wait", "where": {"wait": {"more_than": 5}}},
    "p90": {"percentile": "wait", "at": 90},
    "least": {"min": "wait"},
    "most": {"max": "wait", "where": WHERE},
    "closed": {"count": "calls", "time": "closed"},
    "open": {"open": "calls", "from": "at", "until": "closed"},
    "open_answered": {"open": "calls", "from": "at", "until": "closed", "where": {"outcome": "answered"}},
}


@settings(max_examples=settings.default.max_examples * 2 // 5)
@given(
    rows=rows,
    world=worlds(),
    by=st.sampled_from(["worker", "phone", "office", "desk", "nobody"]),
    grains=st.lists(st.sampled_from(Grain), min_size=1, max_size=3, unique=True),
    starts=st.sampled_from([1, 7, 10]),
    breakdown=st.none() | st.just("outcome"),
    year_to_date=st.booleans(),
    window=st.none() | st.tuples(days, days).map(lambda pair: (min(pair), max(pair))),
)
def test_fast_and_plain_agree(
    rows: list[dict[str, Any]],
    world: World,
    by: str,
    grains: list[Grain],
    starts: int,
    breakdown: str | None,
    year_to_date: bool,
    window: tuple[date, date] | None,
) -> None:
    source = PlainSource(
        rows,
        "at",
        worker="agent" if by in ("worker", "phone") else None,
        unit="office" if by in ("office", "desk") else None,
        system=by if by in ("phone", "desk") else None,
    )
    to_date = year_to_date and window is None
    wanted = [
        WantedSide(name, Side.model_validate({"source": "calls", **side}), tuple(grains), breakdown, to_date)
        for name, side in SIDES.items()
    ]
    calendar = FiscalCalendar(starts)
    found = run({"calls": (source, SCHEMA)}, wanted, world, calendar, window=window)
    expected = plain_answers({"calls": source}, wanted, world, calendar, window)
    assert found.keys() == expected.keys()
    for key, answer in expected.items():
        assert found[key] == pytest.approx(answer), key
    if window is not None:
        # Of some units alone fewer facts are read, and each of them has the same.
        some = ["b1", "a"]
        inside = run({"calls": (source, SCHEMA)}, wanted, world, calendar, window=window, inside=some)
        assert inside.keys() == {key for key in found if key[1] in some}
        for key, answer in inside.items():
            assert answer == pytest.approx(found[key]), key
