"""Lines from one thing to those below it, for a map whose boxes stand in equal columns."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from goldenthread.render.charts.scales import px

_UNIT, _HEIGHT = 10.0, 40.0


def draw_connectors(
    *, columns: int, above: float, below: Sequence[float], through: float | None = None
) -> SafeString:
    """Curves from the column ``above`` to each of ``below``, that to ``through`` as the thread.

    Columns count from 0 and may lie between two. The drawing is stretched over all of them, so that it fits
    any width; those who see no lines read the order of the boxes.
    """
    others = [_curve(above, one) for one in below if one != through]
    thread = _curve(above, through) if through is not None else ""
    return render_to_string(
        "render/charts/connectors.svg",
        {"width": px(columns * _UNIT), "height": px(_HEIGHT), "others": others, "thread": thread},
    )


def _curve(start: float, end: float) -> str:
    first, last, middle = px(start * _UNIT), px(end * _UNIT), px(_HEIGHT / 2)
    return f"M{first} 0C{first} {middle} {last} {middle} {last} {px(_HEIGHT)}"
