"""A whole county, and a clock that stands where two answers are compared byte for byte."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from tests.web.whole_county import build_whole_county


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment it is from here on, also for the library that asks for a password once more."""
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("time.time", now.timestamp)
    return now


@pytest.fixture(scope="module")
def whole_county(standing: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What stands for each name in braces of an address, for all tests of a file."""
    return build_whole_county(tmp_path_factory.mktemp("extracts"))


@pytest.fixture
def things(whole_county: dict[str, str], db: None) -> dict[str, str]:
    """The same, for a test that may change records."""
    return whole_county
