"""Lines of a map: each ends where its box stands, and the thread is drawn once."""

from __future__ import annotations

import re

from goldenthread.render.charts.connectors import draw_connectors


def ends(html: str) -> list[tuple[str, float, float]]:
    """Of each line: its class, where it starts and where it ends, in columns."""
    paths = re.findall(
        r'<path class="([^"]+)" d="M(\S+) 0C.* (\S+) 40"/>', html.replace("/><path", "/>\n<path")
    )
    return [(kind, float(start) / 10, float(end) / 10) for kind, start, end in paths]


def test_each_line_goes_from_the_box_above_to_one_below():
    html = draw_connectors(columns=24, above=8.5, below=[2.5, 10.5, 20], through=10.5)
    assert ends(html) == [
        ("gt-connectors__other", 8.5, 2.5),
        ("gt-connectors__other", 8.5, 20.0),
        ("gt-connectors__thread", 8.5, 10.5),
    ]
    assert 'aria-hidden="true"' in html


def test_without_a_way_on_no_line_is_the_thread():
    html = draw_connectors(columns=24, above=8.5, below=[8.5])
    assert ends(html) == [("gt-connectors__other", 8.5, 8.5)]
