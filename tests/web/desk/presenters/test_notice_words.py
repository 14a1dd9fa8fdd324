"""Each kind of notice has its words, and says in words how late it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from goldenthread.jobs.waiting import Item, Waiting
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.web.desk.presenters.notices import notice_rows

TODAY = date(2026, 10, 13)
ITEM = Item(
    "7", "Foster homes", period="September 2026", place="Benefits", said="It is empty.", counts=(16814, 86)
)


def row_of(kind: NoticeKind, due_on: date | None = None, items: int = 1, *, may_steward: bool = True):
    waiting = [Waiting(kind, (ITEM,) * items, due_on)]
    return notice_rows(waiting, today=TODAY, may_steward=may_steward)[0]


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("items", [1, 5])
def test_every_kind_has_words_and_something_to_do(kind, items):
    row = row_of(kind, TODAY, items)
    assert row.before
    assert row.below
    assert row.action.href.startswith("/")
    assert "%(" not in f"{row.before}{row.below}{row.due}{row.action.title}"


@pytest.mark.parametrize(("items", "there"), [(1, "/measures/7/"), (5, "/measures/")])
def test_an_owner_decides_where_the_page_is_open_to_owners(items: int, there: str) -> None:
    kind = NoticeKind.MEASURE_STALE
    assert row_of(kind, items=items).action.href == "/upkeep/"
    assert row_of(kind, items=items, may_steward=False).action.href == there


@pytest.mark.parametrize(
    ("days", "words", "overdue"),
    [
        (-1, "Due Wed, Oct 14", False),
        (0, "Due today", False),
        (1, "1 day overdue", True),
        (5, "5 days overdue", True),
    ],
)
def test_lateness_in_words(days, words, overdue):
    row = row_of(NoticeKind.VALUE_LATE, TODAY - timedelta(days=days))
    assert (row.due, row.overdue) == (words, overdue)


def test_a_late_extract_is_late_and_not_overdue():
    row = row_of(NoticeKind.EXTRACT_LATE, TODAY - timedelta(days=2))
    assert (row.due, row.overdue, row.below) == ("2 days late", False, "Expected Sun, Oct 11.")


def test_words_say_who_and_what():
    assert row_of(NoticeKind.VALUE_LATE).before == "Enter the September 2026 value of"
    assert row_of(NoticeKind.VALUE_TO_APPROVE, items=4).before == "Approve four values from"
    assert row_of(NoticeKind.BATCH_WAITING).below == "16,814 rows can be loaded; 86 are refused. It is empty."
    assert (
        row_of(NoticeKind.MEASURE_WITHOUT_OWNER, items=5).below
        == "Foster homes, Foster homes, Foster homes and 2 more."
    )
    assert row_of(NoticeKind.VALUE_DUE).due == "No date"
