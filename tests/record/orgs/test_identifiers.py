"""What another system calls somebody, said by hand beside what the files say."""

from __future__ import annotations

from datetime import date

import pytest

from goldenthread.record.answers import NotAllowed
from goldenthread.record.orgs.days import ALWAYS, Days
from goldenthread.record.orgs.policies import check_is_free
from goldenthread.record.orgs.snapshots import IdentifierSnapshot

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))


def called(owner: str, days: Days = ALWAYS, *, system: str = "phone") -> IdentifierSnapshot:
    return IdentifierSnapshot(owner=owner, system=system, value="417", days=days)


def test_an_id_is_free_on_days_on_which_it_is_nobodys() -> None:
    check_is_free(called("w01", Days(FEBRUARY, MARCH)), [called("w02", Days(JANUARY, FEBRUARY))])
    check_is_free(called("w01"), [called("w02", system="payroll")])
    with pytest.raises(NotAllowed, match="is w02 already"):
        check_is_free(called("w01", Days(JANUARY, MARCH)), [called("w02", Days(FEBRUARY))])


def test_an_id_holds_on_some_day() -> None:
    for days in (Days(MARCH, JANUARY), Days(MARCH, MARCH)):
        with pytest.raises(NotAllowed, match="The last day comes before the first"):
            check_is_free(called("w01", days), [])
