"""Boxes of the map: in order, without overlap, inside the columns, whatever the framework's shape."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from goldenthread.web.desk.presenters.thread import COLUMNS, Box, place_boxes


@st.composite
def rows(draw):
    count = draw(st.integers(1, 40))
    focus = draw(st.none() | st.integers(0, count - 1))
    return [Box(str(index), "", "", is_focus=index == focus) for index in range(count)]


@given(row=rows(), center=st.floats(-5, 30))
def test_boxes_stand_side_by_side_in_their_order(row, center):
    placed = place_boxes(row, center)
    reached = 1
    for box in placed:
        assert box.start >= reached
        reached = box.start + box.span
    assert reached <= COLUMNS + 1
    named = [int(box.title) for box in placed if box.title.isdecimal()]
    assert named == sorted(named)


@given(row=rows(), center=st.floats(-5, 30))
def test_the_gold_box_is_always_shown_and_what_is_left_out_is_counted(row, center):
    placed = place_boxes(row, center)
    assert any(box.is_focus for box in placed) == any(box.is_focus for box in row)
    shown = [box for box in placed if box in row or box.title.isdecimal()]
    left_out = [box for box in placed if box.title.endswith(" more")]
    assert len(shown) + sum(int(box.title.split()[0]) for box in left_out) == len(row)
