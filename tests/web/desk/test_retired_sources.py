"""A source whose files nobody delivers any more: it is late no longer, and can be brought back."""

from __future__ import annotations

import pytest

from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.notices.models import Notice
from goldenthread.record.sources.models import Batch, Source
from tests.web.desk.data_world import build_world, extract, send, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/data/sources/calls/"


@pytest.fixture(autouse=True)
def world(transactional_db, tmp_path) -> None:
    build_world(tmp_path / "definitions")


@pytest.fixture
def late() -> None:
    """A source that is expected every day, and whose last file came long ago."""
    ada = signed_in()
    text = ada.get(f"{PAGE}edit/").context["form"].initial["text"]
    ada.post(f"{PAGE}edit/", {"text": f"{text}expected: {{every: day}}\n"})
    send()
    Batch.objects.update(received_at="2026-03-01T00:00Z")
    assert "One extract is late" in ada.get("/data/?show=late").content.decode()


def test_it_is_late_no_longer_and_takes_no_file(late: None) -> None:
    ada = signed_in()
    assert "No longer expect it" in ada.get(f"{PAGE}edit/").content.decode()
    page = ada.post(f"{PAGE}retire/", follow=True).content.decode()
    assert "No more files are expected." in page
    assert "No file is expected or taken since" in page
    assert "Each day" not in page
    assert "Bring a file" not in page
    assert "is late" not in ada.get("/data/?show=late").content.decode()
    assert not Notice.objects.filter(kind="extract_late", done_at=None).exists()
    assert "is retired" in ada.post(f"{PAGE}upload/", {"file": extract()}).content.decode()
    event = AuditEvent.objects.filter(kind="source", action="changed").latest("pk")
    assert (event.object_id, event.fields) == ("calls", ["retired_on"])


def test_only_what_is_expected_can_be_retired_and_saving_brings_it_back(late: None) -> None:
    ada = signed_in()
    ada.post(f"{PAGE}retire/")
    assert ada.post(f"{PAGE}retire/").status_code == 404
    form = ada.get(f"{PAGE}edit/")
    assert "No longer expect it" not in form.content.decode()
    ada.post(f"{PAGE}edit/", {"text": form.context["form"].initial["text"]})
    assert Source.objects.get(key="calls").retired_on is None
    assert "One extract is late" in ada.get("/data/?show=late").content.decode()
    assert "Bring a file" in ada.get(PAGE).content.decode()
