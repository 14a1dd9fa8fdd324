"""Data: a file brought, read, looked at, loaded and taken back; sources proposed, corrected and saved."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Person
from goldenthread.record.sources.models import Batch, Source
from tests.web.desk.data_world import (
    GOOD,
    build_world,
    extract,
    send,
    signed_in,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def world(transactional_db, tmp_path) -> None:
    build_world(tmp_path / "definitions")


def page_of(batch: Batch, who: str = "ada", query: str = "") -> str:
    return signed_in(who).get(f"/data/batches/{batch.pk}/{query}").content.decode()


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def audit(action: str) -> list[list[str]]:
    return list(AuditEvent.objects.filter(action=action, kind="batch").values_list("fields", flat=True))


def test_a_file_is_read_looked_at_loaded_and_taken_back() -> None:
    ada = signed_in()
    response = ada.post("/data/sources/calls/upload/", {"file": extract()})
    batch = Batch.objects.get()
    assert response["Location"] == f"/data/batches/{batch.pk}/"
    waiting = page_of(batch)
    assert "Waiting for its turn to be read" in waiting
    assert f'hx-get="/data/batches/{batch.pk}/progress/"' in waiting
    work()
    page = words_of(page_of(batch))
    assert "Ready to load, except 5 rows" in page
    assert (
        "62 of 67 rows pass every check. 5 are refused with a reason each, and two workers are unknown."
        in page
    )
    assert "Load 62 rows" in page
    assert not Observation.objects.exists()

    ada.post(f"/data/batches/{batch.pk}/load/")
    assert "Waiting for its turn to be loaded" in page_of(batch)
    work()
    page = words_of(page_of(batch))
    assert "62 rows are loaded" in page
    assert "Every measure it touches is up to date." in page
    march = Observation.objects.get(
        measure__key="received", unit__key="county", period_start="2026-03-01", grain="month", tree="event"
    )
    assert march.value == 62

    undo = ada.get(f"/data/batches/{batch.pk}/undo/").content.decode()
    assert "as if this file had never come" in undo
    assert "Say why" in ada.post(f"/data/batches/{batch.pk}/undo/", {"reason": " "}).content.decode()
    ada.post(f"/data/batches/{batch.pk}/undo/", {"reason": "Wrong month."})
    work()
    assert "Taken back" in page_of(batch)
    assert not Observation.objects.filter(measure__key="received", value__gt=0).exists()
    undone = AuditEvent.objects.get(action="undone")
    assert undone.reason == "Wrong month."
    assert undone.actor.startswith("user:")


def test_each_refusal_has_reason_example_and_remedy() -> None:
    page = words_of(page_of(send()))
    assert "Not a number 2 wait row 61: -- Treat it as missing for this source" in page
    assert "Not one of answered, abandoned 1 outcome row 63: vm left Add it as a value" in page
    assert "Same key twice in this file 1 call row 65: c1 The first row is kept" in page
    assert "Not a date such as" in page
    assert "2026-02-30 Correct the extract" in page
    assert "no id" in page


def test_the_same_file_twice_leads_to_the_batch_that_loaded_it() -> None:
    ada = signed_in()
    batch = send(GOOD)
    ada.post(f"/data/batches/{batch.pk}/load/")
    work()
    again = ada.post("/data/sources/calls/upload/", {"file": extract(GOOD, "again.csv")}, follow=True)
    assert again.redirect_chain[-1][0] == f"/data/batches/{batch.pk}/"
    assert f"same bytes as batch {batch.pk}" in again.content.decode()
    assert Batch.objects.count() == 1


def test_two_files_that_wait_are_loaded_one_after_the_other_and_the_same_bytes_once() -> None:
    ada = signed_in()
    first, second = send(GOOD), send(GOOD)
    for batch in (first, second):
        ada.post(f"/data/batches/{batch.pk}/load/")
    work()
    assert "60 rows are loaded" in page_of(first)
    assert f"already loaded as batch {first.pk}" in page_of(second)
    assert "Load 60 rows" in page_of(second)


def test_a_file_that_cannot_be_read_says_why() -> None:
    page = page_of(send("Nothing of this\nis what was asked for\n"))
    assert "This file cannot be loaded" in page
    assert "Correct the header, or name its place" in page
    assert "Measures it touches" not in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({}, "Found no file"), ({"file": extract("", "calls.csv")}, "The file is empty")],
)
def test_what_is_missing_is_told_at_the_field(data: dict[str, object], sentence: str) -> None:
    page = signed_in().post("/data/sources/calls/upload/", data).content.decode()
    assert sentence in page
    assert 'href="#id_file"' in page


def test_a_file_too_large_is_told_and_not_kept(settings) -> None:
    settings.LARGEST_UPLOAD = 1_000_000
    page = (
        signed_in().post("/data/sources/calls/upload/", {"file": extract("x" * 1_200_000)}).content.decode()
    )
    assert "larger than the 1 MB a page takes" in page
    assert list(settings.WORKSPACE.uploads.iterdir()) == []


def test_files_are_taken_nowhere_else(client) -> None:
    client.post("/accounts/login/", {"login": "x", "file": extract()})
    signed_in().post("/my-numbers/", {"file": extract()})
    assert list(settings.WORKSPACE.uploads.iterdir()) == []


def test_a_word_becomes_missing_and_the_file_is_read_again() -> None:
    ada = signed_in()
    batch = send()
    href = re.search(r'href="(/data/sources/calls/edit/[^"]*missing[^"]*)"', page_of(batch))[1]
    edit = ada.get(href.replace("&amp;", "&"))
    text = edit.context["form"].initial["text"]
    assert "“--” would mean that there is no value" in edit.content.decode()
    assert ada.post("/data/sources/calls/edit/", {"text": text}).status_code == 302
    page = page_of(batch)
    assert "definition of the source changed" in page
    assert "Read it by the new definition" in page
    ada.post(f"/data/batches/{batch.pk}/read/")
    work()
    assert "Ready to load, except 3 rows" in page_of(batch)


def test_a_definition_with_a_slip_says_line_and_remedy_and_keeps_the_text() -> None:
    ada = signed_in()
    typed = ada.get("/data/sources/calls/edit/").context["form"].initial["text"]
    wrong = typed.replace("type: number", "type: numbr")
    page = ada.post("/data/sources/calls/edit/", {"text": wrong}).content.decode()
    assert re.search(
        r"line \d+, columns.wait.type: found “numbr”, wanted “number”", page.replace("&quot;", '"')
    )
    assert "type: numbr" in page
    other = ada.post("/data/sources/calls/edit/", {"text": typed.replace("source: calls", "source: rings")})
    assert "the key of a source never changes" in other.content.decode()
    assert Source.objects.count() == 1


def test_a_source_begins_with_a_file() -> None:
    ada = signed_in()
    text = "Case Id,Opened,Office\nA-1,03/14/2026,north\nA-2,03/15/2026,south\nA-3,03/16/2026,north\n"
    begun = ada.post("/new/source/", {"file": extract(text, "Code cases 2026.csv")})
    page = ada.get(begun["Location"])
    proposed = page.context["form"].initial["text"]
    assert "source: code_cases_2026" in proposed
    assert "key:\n  - case_id" in proposed
    assert "by its name alone" in page.content.decode()
    checked = ada.post(begun["Location"], {"text": proposed, "do": "check"}).content.decode()
    assert "It is not saved yet" in checked
    assert not Source.objects.filter(key="code_cases_2026").exists()
    assert signed_in("rob").get(begun["Location"]).status_code == 404
    taken = ada.post(begun["Location"], {"text": proposed.replace("code_cases_2026", "calls"), "do": "save"})
    assert "a key that no other source has" in taken.content.decode()
    saved = ada.post(begun["Location"], {"text": proposed, "do": "save"})
    work()
    batch = Batch.objects.get(source__key="code_cases_2026")
    assert saved["Location"] == f"/data/batches/{batch.pk}/"
    assert (batch.state, batch.rows, batch.file_name) == ("waiting", 3, "Code cases 2026.csv")
    assert ada.get(begun["Location"]).status_code == 404


def test_a_file_nobody_can_read_begins_no_source() -> None:
    page = signed_in().post("/new/source/", {"file": extract("PK\x03\x04 broken", "x.xlsx")})
    assert page.status_code == 200
    assert 'href="#id_file"' in page.content.decode()
    assert list(settings.WORKSPACE.uploads.iterdir()) == []


def test_a_steward_is_named_and_told_of() -> None:
    ada = signed_in()
    assert (
        "wanted a full name" in ada.post("/data/sources/calls/steward/", {"steward": "Ruiz"}).content.decode()
    )
    ada.post("/data/sources/calls/steward/", {"steward": "Ana Ruiz"})
    assert Source.objects.get().steward == Person.objects.get(key="w1")
    assert "Ana Ruiz" in ada.get("/data/").content.decode()
    ada.post("/data/sources/calls/steward/", {"steward": ""})
    assert Source.objects.get().steward is None


def test_a_file_is_discarded() -> None:
    batch = send()
    page = signed_in().post(f"/data/batches/{batch.pk}/discard/", follow=True).content.decode()
    assert "Nothing was loaded." in page
    assert "Discarded, and nothing of it was loaded" in page
    assert "Nothing waits to be loaded." in signed_in().get("/data/batches/?show=waiting").content.decode()
    assert signed_in().get(f"/data/batches/{batch.pk}/undo/").status_code == 404


def test_days_as_chart_as_table_and_as_csv() -> None:
    batch = send(GOOD)
    assert "<svg" in page_of(batch)
    assert "Sunday, March 1, 2026" in page_of(batch, query="?view=table")
    lines = signed_in().get(f"/data/batches/{batch.pk}/days.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 20
    assert lines[1].startswith('"2026-03-01",')


def test_the_lists_say_what_is_there() -> None:
    ada = signed_in()
    assert "No file has come yet." in ada.get("/data/batches/").content.decode()
    batch = send()
    for query in ("", "?show=waiting", "?show=refused", "?source=calls"):
        assert f"/data/batches/{batch.pk}/" in ada.get(f"/data/batches/{query}").content.decode()
    assert ada.get("/data/batches/?page=2").status_code == 404
    assert "calls.csv" in ada.get("/data/sources/calls/").content.decode()
    assert "Every expected extract is here" in ada.get("/data/?show=late").content.decode()
    text = ada.get("/data/sources/calls/edit/").context["form"].initial["text"]
    ada.post("/data/sources/calls/edit/", {"text": f"{text}expected: {{every: day}}\n"})
    Batch.objects.update(received_at="2026-03-01T00:00Z")
    assert "One extract is late" in ada.get("/data/?show=late").content.decode()
    assert (
        "1 day late; its steward is nobody, and five measures wait for it."
        in ada.get("/data/sources/calls/").content.decode()
    )


def test_pages_stay_within_their_queries(django_assert_max_num_queries) -> None:
    ada = signed_in()
    batch = send()
    for address, most in (
        ("/data/", 20),
        ("/data/batches/", 12),
        ("/data/sources/calls/", 30),
        (f"/data/batches/{batch.pk}/", 35),
    ):
        with django_assert_max_num_queries(most):
            ada.get(address)


ADDRESSES = (
    ("get", "desk:sources", []),
    ("get", "desk:source_new", []),
    ("post", "desk:source_new", []),
    ("get", "desk:source_draft", ["0" * 32]),
    ("post", "desk:source_draft", ["0" * 32]),
    ("get", "desk:source", ["calls"]),
    ("get", "desk:source_edit", ["calls"]),
    ("post", "desk:source_edit", ["calls"]),
    ("post", "desk:source_retire", ["calls"]),
    ("post", "desk:source_steward", ["calls"]),
    ("post", "desk:source_upload", ["calls"]),
    ("get", "desk:batches", []),
    ("get", "desk:batch", [1]),
    ("get", "desk:batch_progress", [1]),
    ("get", "desk:batch_days_csv", [1]),
    ("get", "desk:batch_rejects_csv", [1]),
    ("get", "desk:batch_original", [1]),
    ("get", "desk:batch_undo", [1]),
    ("post", "desk:batch_undo", [1]),
    ("post", "desk:batch_load", [1]),
    ("post", "desk:batch_read", [1]),
    ("post", "desk:batch_discard", [1]),
)


@pytest.mark.parametrize("who", ["mia", "una"])
def test_who_does_not_load_data_finds_nothing(who: str) -> None:
    batch = send()
    client = signed_in(who)
    missing = client.get("/no/such/thing/").content
    for method, name, arguments in ADDRESSES:
        address = reverse(name, args=[batch.pk if one == 1 else one for one in arguments])
        response = getattr(client, method)(address)
        assert (response.status_code, response.content) == (404, missing), (method, address)
    assert Batch.objects.get().state == "waiting"


def test_the_header_leads_only_where_one_may_go() -> None:
    assert 'href="/data/"' in signed_in().get("/help/").content.decode()
    assert 'href="/data/"' not in signed_in("mia").get("/help/").content.decode()


def test_what_does_not_exist_is_the_same_page() -> None:
    ada = signed_in()
    missing = ada.get("/no/such/thing/").content
    for method, name, arguments in ADDRESSES:
        if not arguments or arguments == ["0" * 32]:
            continue
        address = reverse(name, args=[4711 if one == 1 else "nothing" for one in arguments])
        response = getattr(ada, method)(address)
        assert (response.status_code, response.content) == (404, missing), (method, address)


def test_progress_is_a_piece_of_the_page_until_the_work_is_over() -> None:
    ada = signed_in()
    ada.post("/data/sources/calls/upload/", {"file": extract()})
    address = f"/data/batches/{Batch.objects.get().pk}/progress/"
    asked = {"HX-Request": "true"}
    piece = ada.get(address, headers=asked).content.decode()
    assert "Waiting for its turn to be read" in piece
    assert "<html" not in piece
    work()
    assert ada.get(address, headers=asked)["HX-Refresh"] == "true"
    assert ada.get(address).status_code == 302
