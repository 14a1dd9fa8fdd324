"""A file that differs from its source: what is proposed, who accepts it, and what then comes of the file."""

from __future__ import annotations

import re
import shutil

import pyarrow.parquet as pq
import pytest
from django.contrib.messages import get_messages

from goldenthread.jobs.extracts.importing import folder_of
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.models import Observation
from goldenthread.record.sources.models import Batch, Source
from goldenthread.results.facts import table_of
from tests.web.desk.data_world import GOOD, build_world, send, signed_in, work

pytestmark = pytest.mark.django_db(transaction=True)

RENAMED = GOOD.replace("call,agent,day,wait,outcome", "Call_Id,agent,day,wait_s,outcome,queue").replace(
    "answered", "answered,main"
)


@pytest.fixture(autouse=True)
def world(transactional_db, tmp_path) -> None:
    build_world(tmp_path / "definitions")


def page_of(batch: Batch, who: str = "ada") -> str:
    return signed_in(who).get(f"/data/batches/{batch.pk}/").content.decode()


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def said(response) -> str:
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


def accept(batch: Batch, who: str = "ada") -> str:
    return said(signed_in(who).post(f"/data/batches/{batch.pk}/accept/"))


def columns() -> dict:
    return Source.objects.get(key="calls").definition["columns"]


def loaded() -> list[dict]:
    table = table_of("calls")
    files = table.files() if table.exists else []
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def loaded_calls() -> list[str]:
    return sorted(row["call"] for row in loaded())


def test_a_renamed_key_is_proposed_accepted_and_the_file_loaded_once() -> None:
    batch = send(RENAMED)
    page = words_of(page_of(batch))
    assert batch.state == "refused"
    assert "“call” is not in the file" in page
    assert "“Call_Id” shares its words, and it is different in every row, as a key is" in page
    assert "any: - call - Call_Id" in page
    assert "any: - wait - wait_s" in page
    assert "Not asked for, and left out: “queue”." in page
    assert Source.objects.get(key="calls").version == 1
    assert accept(batch) == "The definition is changed. The file is read by it now, and then loaded."
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.accepted, batch.message) == ("loaded", 60, "")
    assert loaded_calls() == sorted(f"c{number}" for number in range(1, 61))
    assert columns()["call"]["from"] == {"any": ["call", "Call_Id"]}
    assert Source.objects.get(key="calls").version == 2
    march = Observation.objects.get(
        measure__key="received", unit__key="county", period_start="2026-03-01", grain="month", tree="event"
    )
    assert march.value == 60
    ada = AuditEvent.objects.get(action="loaded", object_id=str(batch.pk)).actor
    assert (
        ada
        == AuditEvent.objects.get(action="changed", kind="source", object_id="calls").actor
        == batch.accepted_by
    )
    old = send(GOOD.replace("c1,", "d1,"))
    assert (old.state, old.accepted) == ("waiting", 60), "the old header goes on working"


def test_of_two_who_accept_the_second_is_told_and_nothing_happens_twice() -> None:
    batch = send(RENAMED)
    accept(batch, "ada")
    assert accept(batch, "rob").startswith("Ada accepted this proposal before you")
    work()
    assert accept(batch, "rob").startswith(
        f"Ada accepted this proposal before you; batch {batch.pk} is loaded"
    )
    assert (len(loaded_calls()), Source.objects.get(key="calls").version) == (60, 2)


def test_a_definition_that_changed_in_between_wants_the_file_read_again() -> None:
    ada, batch = signed_in(), send(RENAMED)
    typed = ada.get("/data/sources/calls/edit/").context["form"].initial["text"]
    other = typed.replace("required: true", "required: true\n    from: Call_Id")
    assert ada.post("/data/sources/calls/edit/", {"text": other}).status_code == 302
    assert "changed after batch" in accept(batch)
    assert columns()["call"]["from"] == "Call_Id"
    page = page_of(batch)
    assert "Accept this proposal" not in page
    assert "Read it by the new definition" in page
    ada.post(f"/data/batches/{batch.pk}/read/")
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.accepted) == ("waiting", 60)
    assert "any: - wait - wait_s" in words_of(page_of(batch))


def test_a_file_that_is_gone_is_asked_for_again_and_nothing_changes() -> None:
    batch = send(RENAMED)
    shutil.rmtree(folder_of(batch))
    assert "is no longer kept, so nothing was changed. Send it again" in accept(batch)
    batch.refresh_from_db()
    assert (batch.state, Source.objects.get(key="calls").version) == ("refused", 1)


def test_a_retired_source_does_not_come_back_by_a_proposal() -> None:
    batch = send(RENAMED)
    signed_in().post("/data/sources/calls/retire/")
    assert "is retired, so nothing was changed" in accept(batch)
    assert Source.objects.get(key="calls").retired_on is not None


def test_who_may_not_change_the_source_finds_nothing() -> None:
    batch = send(RENAMED)
    for who in ("mia", "una"):
        assert signed_in(who).post(f"/data/batches/{batch.pk}/accept/").status_code == 404
    assert Source.objects.get(key="calls").version == 1


def test_a_new_column_is_mentioned_and_proposes_nothing() -> None:
    lines = [f"{line},x" for line in GOOD.splitlines()]
    batch = send("\n".join(["call,agent,day,wait,outcome,queue", *lines[1:]]))
    page = words_of(page_of(batch))
    assert batch.state == "waiting"
    assert "Columns of the file that nobody asked for: queue." in page
    assert "proposed" not in page
    assert "there is nothing to accept" in accept(batch) or "Nothing is proposed" in accept(batch)


def test_other_dates_and_new_words_wait_with_their_proposal() -> None:
    odd = re.sub(r"2026-03-(\d\d)", r"\1.03.2026", GOOD).replace("5,answered", "5,voicemail")
    batch = send(odd)
    page = words_of(page_of(batch))
    assert (batch.state, batch.accepted) == ("waiting", 0)
    assert "only 0% of the cells of “day” read as before" in page.replace("Only", "only")
    assert "- voicemail" in page
    accept(batch)
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.accepted) == ("loaded", 60)
    assert columns()["outcome"]["values"] == ["answered", "abandoned", "voicemail"]
    days = {str(row["day"]) for row in loaded()}
    assert days == {f"2026-03-{day:02}" for day in range(1, 21)}


def test_day_before_month_is_told_and_never_proposed() -> None:
    batch = send(re.sub(r"2026-03-(\d\d)", r"\1/03/2026", GOOD))
    page = words_of(page_of(batch))
    assert "no form that could stand beside the one in use reads the rest" in page
    assert "Accept this proposal" not in page
    assert batch.source.version == 1


def test_no_value_of_a_person_is_in_a_proposal() -> None:
    people = "\n".join(
        f"c{n},{('w1', 'w2', 'w3')[n % 3]},2026-03-05,3,Rosa Delgado {n % 3}" for n in range(60)
    )
    batch = send(f"Call Nr,worker,day,wait,outcome\n{people}")
    assert batch.state == "refused"
    shown = f"{batch.message} {batch.report}"
    assert "Rosa" not in shown
    assert not re.search(r"\bw[123]\b", shown)
    page = page_of(batch)
    assert "Rosa" not in page
    assert not re.search(r"\bw[123]\b", page)
