"""A matter is told once, settled once, and listed in the order in which it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.notices import queries
from goldenthread.record.notices.actions import settle
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


def test_what_is_settled_stays_settled(ana):
    bo = User.objects.create_user("bo", name="Bo")
    for receiver in (ana, bo):
        tell(receiver)
    assert settle("value_due:calls:2026-02-01", receiver=ana, now=NOW) == 1
    assert [notice.receiver for notice in Notice.objects.filter(done_at=None)] == [bo]
    assert settle("value_due:calls:2026-02-01", now=NOW) == 1
    assert settle("value_due:calls:2026-02-01", now=NOW + timedelta(days=1)) == 0


def test_the_list_of_one_person(ana):
    tell(ana, "later", due_on=TODAY + timedelta(days=3))
    tell(ana, "whenever")
    tell(ana, "late", due_on=TODAY - timedelta(days=1))
    tell(ana, "today", due_on=TODAY)
    tell(User.objects.create_user("bo", name="Bo"), "not mine", due_on=TODAY)
    assert [notice.key for notice in queries.open_for(ana)] == ["late", "today", "later", "whenever"]
