"""Who hands measures over and retires them: whoever has the right over all of them, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from goldenthread.accounts.models import User
from goldenthread.jobs import looking_after
from goldenthread.record.access.actions import grant
from goldenthread.record.answers import Denied
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Unit
from tests.record.measures.county import ANSWERED, BY, INSPECTIONS, NOW, TODAY, actor, build_county, save

Act = Callable[..., Any]


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    """One measure that North keeps, and one of the whole county; Ana may steward North's."""
    build_county()
    save(INSPECTIONS)
    save(ANSWERED)
    north, ana = Unit.objects.get(key="north"), User.objects.get(person__key="w01")
    grant(user=ana, role="director", unit=north, starts_on=TODAY, by=BY, now=NOW, today=TODAY)


def hand_over(*keys: str, by: str) -> int:
    return looking_after.hand_over(keys, owner="w02", deputy=None, by=actor(by), now=NOW, today=TODAY)


def retire(*keys: str, by: str) -> int:
    return looking_after.retire(keys, why="Nobody asks.", by=actor(by), now=NOW, today=TODAY)


def kept() -> list[tuple[Any, ...]]:
    return list(Measure.objects.order_by("key").values_list("key", "owner__key", "retired_on"))


@pytest.mark.parametrize("act", [hand_over, retire])
def test_without_the_right_over_one_of_them_nothing_changes(act: Act) -> None:
    before = kept()
    for by in ("w01", "w02"):
        with pytest.raises(Denied):
            act("inspections_done", "calls_answered_in_time", by=by)
    assert kept() == before


@pytest.mark.parametrize("act", [hand_over, retire])
def test_with_it_they_change(act: Act) -> None:
    before = kept()
    assert act("inspections_done", by="w01") == 1
    assert kept() != before
