"""Who may define sources and load extracts. A source belongs to no unit: whoever loads data for any part of
the organization may, and every load is in the audit log. Each check raises Denied with a sentence."""

from __future__ import annotations

import datetime

from goldenthread.accounts.models import User
from goldenthread.record.access.permissions import check_may
from goldenthread.record.access.roles import Permission


def check_can_load(user: User, *, today: datetime.date) -> None:
    """Receive, load, discard and undo batches, and write the definitions of sources."""
    check_may(user, Permission.LOAD_DATA, today=today)


def check_can_see_raw(user: User, *, today: datetime.date) -> None:
    """Download files as received and rejects unmasked; the caller records each look in the audit log."""
    check_may(user, Permission.SEE_RAW_DATA, today=today)
