"""What leaves through the door, as plain data for other tools. Numbers are not rounded."""

from __future__ import annotations

from datetime import date
from typing import Any

from goldenthread.results.values import Point, Series, Tile


def series_data(series: Series, *, held_from: date | None) -> dict[str, Any]:
    """A measure of one unit, period by period. Values from before ``facts_held_from`` stand as they were
    computed: rows of single workers behind them were let go."""
    return {
        "measure": series.measure.key,
        "unit": series.unit,
        "grain": series.grain,
        "verdict": series.verdict,
        "facts_held_from": held_from.isoformat() if held_from else None,
        "observations": [_point_data(point) for point in series.points],
    }


def tile_data(tile: Tile) -> dict[str, Any]:
    """A measure of one unit by its latest value; ``latest`` is None where there is none."""
    return {
        "measure": tile.measure.key,
        "title": tile.measure.title,
        "unit": tile.unit,
        "frequency": tile.measure.frequency,
        "shown_in": tile.measure.unit,
        "verdict": tile.verdict,
        "latest": _point_data(tile.latest) if tile.latest else None,
    }


def _point_data(point: Point) -> dict[str, Any]:
    return {
        "period": point.period.key,
        "numerator": point.numerator,
        "denominator": point.denominator,
        "value": point.value,
        "status": point.status,
        "provisional": point.provisional,
        "facts": point.facts,
        "contributors": point.contributors,
        "signal": point.signal.rule if point.signal else None,
        "definition": point.definition,
    }
