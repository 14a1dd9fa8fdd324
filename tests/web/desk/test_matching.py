"""An id that nobody could place is matched on a page, and its rows count where they belong."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Person, PersonIdentifier, UnitIdentifier
from goldenthread.record.sources.models import Batch
from tests.results.counties import CALLS
from tests.web.desk.data_world import HEADER, build_world, say_why, send, signed_in, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.served]

IDS = "person,system,id\nw1,phone,P1\n"
PLACES = "unit,system,id\nnorth,phone,N\n"
FILE = f"{HEADER}\n1,P1,2026-03-02,5,answered\n2,ALEE,2026-03-03,5,answered\n3,ALEE,2026-03-04,5,answered\n"


@pytest.fixture(autouse=True)
def world(transactional_db, tmp_path) -> None:
    build_world(tmp_path / "definitions")
    load(tmp_path / "worker", CALLS.replace("worker: agent", "worker: {column: agent, system: phone}"))


def load(folder, source: str) -> None:
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "calls.yaml").write_text(source)
    (folder / "people_ids.csv").write_text(IDS)
    (folder / "unit_ids.csv").write_text(PLACES)
    load_folder(folder, by=Actor.job("test"), now=timezone.now())


def match_address(batch: Batch, value: str) -> str:
    return f"/data/batches/{batch.pk}/match/{pseudonym(value)}/"


def received_in_north() -> float:
    rows = Observation.objects.filter(unit__key="north", measure__key="received", grain="month", tree="event")
    return sum(row.value or 0 for row in rows)


def test_a_worker_is_matched_and_the_rows_count_for_their_unit() -> None:
    rob = signed_in("rob")
    batch = send(FILE, client=rob)
    say_why(rob, batch)
    rob.post(f"/data/batches/{batch.pk}/load/")
    work()
    assert received_in_north() == 0
    address = match_address(batch, "ALEE")
    assert f'href="{address}"' in rob.get(f"/data/batches/{batch.pk}/").content.decode()
    page = rob.get(address).content.decode()
    assert "Who is ALEE?" in page
    assert "2 rows of this file carry this id" in page
    answer = rob.post(address, {"owner": Person.objects.get(key="w2").name, "since": "2026-01-01"})
    assert answer["Location"] == f"/data/batches/{batch.pk}/"
    row = PersonIdentifier.objects.get(value="ALEE")
    assert (row.person.key, row.system) == ("w2", "phone")
    assert (str(row.starts_on), row.ends_on) == ("2026-01-01", None)
    assert received_in_north() == 2
    assert AuditEvent.objects.filter(kind="person", object_id="w2", fields=["identifiers"]).count() == 1
    after = rob.get(f"/data/batches/{batch.pk}/").content.decode()
    assert "Unknown workers" not in after
    assert f"ALEE is {row.person.name} now" in after
    assert rob.get(address).status_code == 404


def test_what_was_typed_stays_with_what_is_wrong_with_it() -> None:
    rob = signed_in("rob")
    batch = send(FILE, client=rob)
    say_why(rob, batch)
    typed = {"owner": "Nobody Known", "since": "2026-03-05", "until": "2026-03-01"}
    page = rob.post(match_address(batch, "ALEE"), typed).content.decode()
    assert "Found “Nobody Known”" in page
    assert "It ends before it begins" in page
    assert all(f'value="{one}"' in page for one in typed.values())
    assert not PersonIdentifier.objects.filter(value="ALEE").exists()


def test_an_id_belongs_to_one_person_at_a_time() -> None:
    """P1 is w1's for good, but w1 has no post so early: matching it to somebody else is refused."""
    rob = signed_in("rob")
    batch = send(FILE.replace("1,P1,2026-03-02", "1,P1,2020-03-02"), client=rob)
    say_why(rob, batch)
    page = rob.post(match_address(batch, "P1"), {"owner": "w2"}).content.decode()
    assert "P1 in phone is w1 already" in page
    assert 'value="w2"' in page
    assert PersonIdentifier.objects.filter(value="P1").count() == 1


def test_who_gave_no_purpose_yet_is_asked_for_one() -> None:
    rob = signed_in("rob")
    batch = send(FILE, client=rob)
    assert "/match/" not in rob.get(f"/data/batches/{batch.pk}/").content.decode()
    for send_it in (rob.get, rob.post):
        answer = send_it(match_address(batch, "ALEE"))
        assert answer["Location"] == f"/data/batches/{batch.pk}/workers/"
    assert not AuditEvent.objects.filter(action="viewed").exists()


def test_who_sees_pseudonyms_matches_nobody() -> None:
    batch = send(FILE)
    ada = signed_in()
    page = ada.get(f"/data/batches/{batch.pk}/").content.decode()
    assert "/match/" not in page
    missing = ada.get("/no/such/thing/").content
    for send_it in (ada.get, ada.post):
        response = send_it(match_address(batch, "ALEE"))
        assert (response.status_code, response.content) == (404, missing)


def test_a_source_that_names_people_by_their_keys_has_nothing_to_match(tmp_path) -> None:
    load(tmp_path / "again", CALLS)
    rob = signed_in("rob")
    batch = send(FILE, client=rob)
    say_why(rob, batch)
    page = rob.get(f"/data/batches/{batch.pk}/").content.decode()
    assert "/match/" not in page
    assert "Once people.csv says who they are" in re.sub(r"\s+", " ", page)
    assert rob.get(match_address(batch, "ALEE")).status_code == 404


def test_a_unit_is_matched_by_whoever_loads_data(tmp_path) -> None:
    load(tmp_path / "units", CALLS.replace("worker: agent", "unit: {column: agent, system: phone}"))
    ada = signed_in()
    batch = send(FILE)
    address = match_address(batch, "ALEE")
    assert "Which unit is ALEE?" in ada.get(address).content.decode()
    assert "Choose the unit." in ada.post(address, {"owner": ""}).content.decode()
    ada.post(address, {"owner": "south"})
    assert UnitIdentifier.objects.get(value="ALEE").unit.key == "south"
