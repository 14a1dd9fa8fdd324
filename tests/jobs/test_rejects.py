"""Refused cells as those see them who may not know which worker is meant."""

from __future__ import annotations

import pytest

from goldenthread.definitions import read_yaml
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.rejects import first_refused
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from tests.results.conftest import empty_store  # noqa: F401
from tests.results.counties import BY, CALLS, NOW, load_definitions

pytestmark = pytest.mark.django_db

KEYED = CALLS.replace("key: [call]", "key: [call, agent]")
ROWS = "call,agent,day\n1,w1,2026-03-30\n1,w1,2026-03-30\n"


def test_a_source_that_names_no_worker_any_more_unmasks_no_earlier_batch(
    tmp_path,
    empty_store,  # noqa: F811
) -> None:
    load_definitions(tmp_path / "definitions")
    save_source(read_source(read_yaml(KEYED)), by=BY, now=NOW)
    (tmp_path / "calls.csv").write_text(ROWS)
    batch = importing.bring_in("calls", tmp_path / "calls.csv", by=BY, now=NOW).batch
    save_source(read_source(read_yaml(KEYED.replace("worker: agent\n", ""))), by=BY, now=NOW)
    batch.refresh_from_db()
    assert [one.value for one in first_refused(batch, at_most=9, raw=False)] == [pseudonym("1 w1")]
    assert [one.value for one in first_refused(batch, at_most=9, raw=True)] == ["1 w1"]
