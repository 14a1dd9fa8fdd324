"""What keeps observations true, as the log tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldenthread.jobs import computing
from goldenthread.record.audit.models import AuditEvent
from tests.results.conftest import empty_store  # noqa: F401
from tests.results.counties import BY, NOW, load_definitions

pytestmark = pytest.mark.django_db


def test_each_measure_that_was_computed_has_its_own_row(empty_store: Path, tmp_path: Path) -> None:  # noqa: F811
    load_definitions(tmp_path / "county")
    AuditEvent.objects.all().delete()
    computing.mark_measures(["in_time", "median_wait"])
    computing.catch_up(by=BY, now=NOW)
    computed = AuditEvent.objects.filter(action="computed", kind="measure")
    assert sorted(computed.values_list("object_id", flat=True)) == ["in_time", "median_wait"]
