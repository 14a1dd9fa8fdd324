"""What another definition of a source makes outdated."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldenthread.jobs import computing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.measures.models import Outdated
from tests.results.counties import BY, CALLS, NOW, write_definitions

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("was", "becomes", "outdated"),
    [("worker: agent\n", "", True), ("source: calls\n", "source: calls\ntitle: Phone calls\n", False)],
    ids=["who worked", "the title"],
)
def test_measures_are_computed_anew_when_their_values_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was: str, becomes: str, outdated: bool
) -> None:
    folder = write_definitions(tmp_path / "definitions")
    load_folder(folder, by=BY, now=NOW)
    (folder / "sources" / "calls.yaml").write_text(CALLS.replace(was, becomes))
    # The marks as the load leaves them, before they are computed.
    monkeypatch.setattr(computing, "catch_up", lambda **_: None)
    load_folder(folder, by=BY, now=NOW)
    assert Outdated.objects.exists() is outdated
