"""Files that a script sends: the same intake as the page, and nobody has to look at them first."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from goldenthread.accounts.models import User
from goldenthread.jobs import tasks
from goldenthread.jobs.extracts import importing
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.notices.models import Notice
from goldenthread.record.sources.models import Batch
from goldenthread.web.access import rights
from tests.results.counties import TODAY
from tests.web.bearers import Script
from tests.web.desk.data_world import GOOD, MIXED, build_world, extract, send, signed_in, work

pytestmark = pytest.mark.django_db(transaction=True)
CALLS = "/api/sources/calls/files/"


@pytest.fixture
def script(transactional_db, tmp_path) -> Script:
    build_world(tmp_path / "definitions")
    cache.clear()
    return Script("ada", "extracts", sources=["calls"])


def push(script: Script, text: str = MIXED, **fields: str):
    return script.post(CALLS, {"file": extract(text), **fields})


def test_a_file_is_read_and_loaded_as_one_in_the_folder_of_its_source_would_be(script):
    answer = push(script)
    assert answer.status_code == 202
    taken = answer.json()
    assert (taken["state"], taken["under_way"], taken["already_loaded"]) == ("received", True, False)
    assert answer["Location"] == taken["address"]
    work()
    done = script.get(taken["address"]).json()
    assert (done["state"], done["under_way"]) == ("loaded", False)
    assert (done["rows"], done["accepted"], done["rejected"]) == (67, 62, 5)
    assert done["period"] == ["2026-03-01", "2026-03-20"]
    refused = b"".join(script.get(done["refused_rows"]).streaming_content).decode()
    assert "wanted a number" in refused
    by_whom = AuditEvent.objects.filter(kind="batch", action__in=["received", "loaded"]).order_by("pk")
    owner = f"user:{script.token.owner_id}"
    assert [(one.action, one.actor) for one in by_whom] == [("received", owner), ("loaded", owner)]
    assert f"token:{script.token.pk}" in by_whom[0].roles


def test_it_comes_to_what_the_page_makes_of_the_same_bytes(script):
    by_page = send(GOOD)
    signed_in().post(f"/data/batches/{by_page.pk}/load/")
    work()
    again = push(script, GOOD)
    assert again.status_code == 200
    assert again.json()["already_loaded"] is True
    assert again.json()["batch"] == by_page.pk
    assert Batch.objects.count() == 1


def test_with_look_it_waits_for_somebody(script):
    batch = push(script, look="yes").json()["batch"]
    work()
    assert Batch.objects.get(pk=batch).state == "waiting"
    assert Notice.objects.filter(kind="batch_waiting", object_id=str(batch)).exists()


def test_a_restart_in_the_middle_loses_neither_the_file_nor_the_wish_to_load_it(script):
    batch = Batch.objects.get(pk=push(script).json()["batch"])
    Batch.objects.filter(pk=batch.pk).update(state="reading", progress={"rows": 10})
    tasks.resume()
    work()
    assert Batch.objects.get(pk=batch.pk).state == "loaded"


def test_one_that_was_read_when_the_worker_died_is_loaded_by_the_next(script):
    batch = Batch.objects.get(pk=push(script).json()["batch"])
    importing.read(batch, now=batch.received_at)
    Batch.objects.filter(pk=batch.pk).update(progress={})
    assert tasks.resume() == 1
    work()
    assert Batch.objects.get(pk=batch.pk).state == "loaded"


def test_sending_it_twice_before_it_is_read_gives_one_batch(script):
    first, second = push(script).json(), push(script).json()
    assert first["batch"] == second["batch"]
    work()
    assert Batch.objects.get().state == "loaded"


def test_what_cannot_be_read_says_why(script):
    taken = push(script, "nothing,like,it\n1,2,3\n").json()
    work()
    told = script.get(taken["address"]).json()
    assert (told["state"], told["under_way"]) == ("refused", False)
    assert told["message"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [({}, "Found no file; wanted an extract"), ({"file": extract("")}, "The file is empty")],
)
def test_what_is_wrong_with_a_request_is_said(script, fields, words):
    answer = script.post(CALLS, fields)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert not Batch.objects.exists()


def test_a_source_that_the_token_does_not_name_is_not_there(script):
    other = Script("ada", "extracts", sources=["no_such_source"])
    batch = push(script).json()["batch"]
    missing = other.get("/api/nothing/")
    for answer in (
        push(other),
        other.get(f"/api/batches/{batch}/"),
        other.get(f"/data/batches/{batch}/rejects.csv"),
        script.post("/api/sources/no_such_source/files/", {"file": extract()}),
    ):
        assert (answer.status_code, answer.json()) == (404, missing.json())
    assert Batch.objects.count() == 1


def test_a_script_sees_workers_under_pseudonyms_though_its_owner_may_see_who_they_are(script):
    batch = push(script).json()["batch"]
    work()
    answer = Script("rob", "extracts", sources=["calls"]).get(f"/data/batches/{batch}/rejects.csv")
    assert rights_of(User.objects.get(username="rob"), today=TODAY).may(Permission.SEE_RAW_DATA)
    assert not rights(answer.wsgi_request).may(Permission.SEE_RAW_DATA)
    (exported,) = AuditEvent.objects.filter(kind="batch", action="exported")
    assert exported.fields == ["rejects"]
