"""A matter is told once, settled once, and listed in the order in which it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.notices import queries
from goldenthread.record.notices.actions import BroughtUpToDate, Matter, bring_up_to_date
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.record.notices.models import Notice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
TODAY = date(2026, 3, 1)


@pytest.fixture
def ana():
    return User.objects.create_user("ana", name="Ana")


def tell(receiver, key="value_due:calls:2026-02-01", due_on=None):
    Notice.objects.create(
        receiver=receiver,
        key=key,
        kind=NoticeKind.VALUE_DUE,
        object_kind="measure",
        object_id="calls",
        raised_at=NOW,
        due_on=due_on,
    )


def bring(*matters, now=NOW):
    return bring_up_to_date(matters, kinds=[NoticeKind.VALUE_DUE], now=now)


def due(receiver, key="calls:2026-02-01", due_on=None):
    return Matter(receiver.pk, key, NoticeKind.VALUE_DUE, "measure", "calls", due_on)


def test_a_matter_is_raised_once_and_settled_when_it_is_no_longer_so(ana):
    bo = User.objects.create_user("bo", name="Bo")
    assert bring(due(ana), due(bo)) == BroughtUpToDate(raised=2, settled=0)
    assert bring(due(ana), due(bo)) == BroughtUpToDate(raised=0, settled=0)
    assert bring(due(bo)) == BroughtUpToDate(raised=0, settled=1)
    assert [notice.receiver for notice in Notice.objects.filter(done_at=None)] == [bo]


def test_a_matter_that_comes_again_is_open_again(ana):
    bring(due(ana))
    bring()
    again = NOW + timedelta(days=1)
    assert bring(due(ana), now=again) == BroughtUpToDate(raised=1, settled=0)
    assert [(one.raised_at, one.done_at) for one in Notice.objects.all()] == [(again, None)]


def test_a_matter_that_is_due_on_another_day_says_so(ana):
    for day in (TODAY, TODAY + timedelta(days=2), None):
        bring(due(ana, due_on=day))
        assert [one.due_on for one in queries.open_for(ana)] == [day]


def test_matters_of_other_kinds_are_left_alone(ana):
    bring(due(ana))
    assert bring_up_to_date([], kinds=[NoticeKind.EXTRACT_LATE], now=NOW).settled == 0


def test_the_list_of_one_person(ana):
    tell(ana, "later", due_on=TODAY + timedelta(days=3))
    tell(ana, "whenever")
    tell(ana, "late", due_on=TODAY - timedelta(days=1))
    tell(ana, "today", due_on=TODAY)
    tell(User.objects.create_user("bo", name="Bo"), "not mine", due_on=TODAY)
    assert [notice.key for notice in queries.open_for(ana)] == ["late", "today", "later", "whenever"]
