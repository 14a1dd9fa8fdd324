"""Files that were sent to begin a source with, and what becomes of those that nobody finishes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldenthread.jobs.extracts.sourcing import DRAFTS_KEPT, begin_draft, drop_old_drafts, find_draft
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.workspace import Workspace

pytestmark = pytest.mark.django_db

ANN, BEN = Actor("user:ann"), Actor("user:ben")


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> Path:
    place = tmp_path / "uploads"
    place.mkdir()
    settings.WORKSPACE = Workspace(tmp_path)
    return place


def test_a_draft_is_written_down_and_gone_after_a_week(tmp_path, uploads) -> None:
    (tmp_path / "cases.csv").write_text("id,day\n1,2026-01-01\n2,2026-01-02\n")
    begun = datetime.now(UTC)
    draft = begin_draft(tmp_path / "cases.csv", file_name="cases.csv", by=ANN, now=begun)
    assert find_draft(draft.token, by=ANN) == draft
    assert find_draft(draft.token, by=BEN) is None
    drop_old_drafts(now=begun + DRAFTS_KEPT - timedelta(hours=1))
    assert find_draft(draft.token, by=ANN) == draft
    drop_old_drafts(now=begun + DRAFTS_KEPT + timedelta(hours=1))
    assert find_draft(draft.token, by=ANN) is None
    assert list(uploads.iterdir()) == []
    told = AuditEvent.objects.filter(kind="draft", object_id=draft.token).order_by("pk")
    assert list(told.values_list("actor", "action")) == [(ANN.key, "received"), ("job:drafts", "discarded")]
