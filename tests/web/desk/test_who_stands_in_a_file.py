"""Workers stand under pseudonyms until somebody who may see raw data has said why; each look is on record."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources.models import Batch, Source
from tests.web.desk.data_world import MIXED, build_world, extract, say_why, send, signed_in, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def world(transactional_db, tmp_path) -> None:
    build_world(tmp_path / "definitions")


def page_of(batch: Batch, who: str = "ada") -> str:
    return signed_in(who).get(f"/data/batches/{batch.pk}/").content.decode()


def audit(action: str) -> list[list[str]]:
    return list(AuditEvent.objects.filter(action=action, kind="batch").values_list("fields", flat=True))


def test_workers_stand_under_pseudonyms_and_a_look_at_their_ids_is_written_down() -> None:
    batch = send()
    masked = page_of(batch)
    assert "TEMP_0417" not in masked
    assert pseudonym("TEMP_0417") in masked
    rob = signed_in("rob")
    before = rob.get(f"/data/batches/{batch.pk}/").content.decode()
    assert "TEMP_0417" not in before
    assert "See who stands in this file" in before
    assert "See who stands in this file" not in masked
    assert audit("viewed") == []
    say_why(rob, batch, "Terry asked where the calls went.")
    assert "TEMP_0417" in page_of(batch, "rob")
    assert audit("viewed") == [["worker"]]
    assert AuditEvent.objects.get(action="viewed").reason == "Terry asked where the calls went."


def test_why_somebody_looks_is_asked_of_those_who_may_see_and_holds_for_a_day_of_work(monkeypatch) -> None:
    batch = send()
    address = f"/data/batches/{batch.pk}/workers/"
    missing = signed_in().get("/no/such/thing/").content
    assert signed_in("ada").post(address, {"why": "x"}).content == missing
    rob = signed_in("rob")
    asked = rob.get(address).content.decode()
    assert f"Why do you look at who stands in batch {batch.pk}" in asked
    assert "Say why, for whoever it is about." in rob.post(address, {"why": "  "}).content.decode()
    assert audit("stated") == []
    assert rob.post(address, {"why": "Payroll asked."})["Location"] == f"/data/batches/{batch.pk}/"
    assert "TEMP_0417" in page_of(batch, "rob")
    monkeypatch.setattr("goldenthread.record.access.purposes.HOLDS_FOR", timedelta())
    assert "TEMP_0417" not in page_of(batch, "rob")


WORKER_KEY = """
source: visits
key: [agent, day]
time: day
worker: agent
load: upsert
columns:
  agent: {type: category, required: true, from: Agent Id, values: [w1, w2]}
  day: {type: date}
"""


def test_rejects_are_exported_masked_or_whole_and_without_formulas() -> None:
    ada = signed_in()
    Source.objects.filter(key="visits").delete()
    begun = ada.post("/new/source/", {"file": extract("Agent Id,day\nw1,2026-03-01\n", "visits.csv")})
    saved = ada.post(begun["Location"], {"text": WORKER_KEY, "do": "save"})
    assert saved.status_code == 302, saved.content.decode()
    text = 'Agent Id,day\nw1,2026-03-01\nw1,2026-03-01\nROSA,2026-03-02\nw2,=1+1\n"w2,2026-03-03,x,y\n'
    sent = ada.post("/data/sources/visits/upload/", {"file": extract(text, "visits.csv")})
    work()
    number = int(sent["Location"].split("/")[-2])

    def exported(who: str) -> list[dict[str, str]]:
        answer = signed_in(who).get(f"/data/batches/{number}/rejects.csv")
        assert answer["Content-Disposition"].startswith("attachment")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    masked = {row["Wanted"]: row["Found"] for row in exported("ada")}
    assert {row["Wanted"]: row["Found"] for row in exported("rob")} == masked
    say_why(signed_in("rob"), Batch.objects.get(pk=number))
    whole = {row["Wanted"]: row["Found"] for row in exported("rob")}
    assert masked.keys() == whole.keys()
    assert pseudonym("ROSA") in masked.values()
    assert "ROSA" in whole.values()
    assert not any("w1" in found or "w2" in found or "ROSA" in found for found in masked.values())
    assert "'=1+1" in masked.values()
    assert audit("exported") == [["rejects"], ["rejects"], ["rejects unmasked"]]


def test_the_file_as_received_is_for_whoever_sees_raw_data() -> None:
    batch = send()
    missing = signed_in().get("/no/such/thing/").content
    refused = signed_in().get(f"/data/batches/{batch.pk}/original/")
    assert (refused.status_code, refused.content) == (404, missing)
    rob, address = signed_in("rob"), f"/data/batches/{batch.pk}/original/"
    assert rob.get(address)["Location"] == f"/data/batches/{batch.pk}/workers/"
    assert audit("exported") == []
    say_why(rob, batch)
    given = rob.get(address)
    assert b"".join(given.streaming_content).decode() == MIXED
    assert audit("exported") == [["original"]]
