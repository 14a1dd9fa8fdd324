"""The audit log on screen: for auditors, with filters and as a file; for everybody, who looked at them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Delegation
from goldenthread.record.audit.actions import place_rows, record_event, record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Person
from goldenthread.web.desk.forms.audit import ACTION_WORDS
from tests.web.desk.worlds import as_user, build_units, say_why, text_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
EMPTY = "Nobody else has looked at records about you."


@pytest.fixture(autouse=True)
def county():
    build_units()


def by(name: str, *roles: str) -> Actor:
    return Actor.user(User.objects.get(username=name).pk, roles=roles)


def look(name: str, whom: str, *, now: datetime = NOW) -> None:
    record_look(by=by(name, "supervisor"), action=Action.VIEWED, kind="person", object_id=whom, now=now)


def rows_of(address: str) -> list[dict[str, str]]:
    response = as_user("aud").get(address)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_is_shown_in_words():
    record_event(
        by=by("ada", "analyst"),
        action=Action.CHANGED,
        kind="typed_value",
        object_id="letters_done",
        unit="north",
        fields=["numerator"],
        reason="Typing slip",
        now=NOW,
    )
    place_rows()
    page = text_of("aud", "/audit/?what=changed")
    for words in ("March 1, 2026, 11:30 p.m.", "Ada", "Analyst", "typed value letters_done", "in north"):
        assert words in page
    for words in ("numerator", "Typing slip", "changed"):
        assert words in page


def test_every_action_has_its_words():
    assert set(ACTION_WORDS) == set(Action)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("who=sam", ["w1", "w2"]),
        ("who=okafor", ["w1", "w2"]),
        ("who=job:watch", ["calls"]),
        ("who=nobody", []),
        ("who=user:" + 30 * "9", []),
        ("thing=" + 30 * "9", []),
        ("what=loaded", ["calls"]),
        ("kind=person&thing=w2", ["w2"]),
        ("unit=north", ["calls"]),
        ("since=2026-03-02&until=2026-03-02&kind=person", ["w2"]),
        ("until=2026-03-01&kind=person", ["w1"]),
        ("who=sam&what=loaded", []),
    ],
)
def test_filters_find_what_they_say_and_nothing_else(asked, found):
    look("sam", "w1")
    look("sam", "w2", now=NOW + timedelta(hours=1))
    record_event(
        by=Actor.job("watch"), action=Action.LOADED, kind="batch", object_id="calls", unit="north", now=NOW
    )
    if "who=sam" in asked or "who=okafor" in asked:
        say_why("aud", f"/audit/?{asked}")
    own = {"audit_log", "user"}
    assert [row["object_id"] for row in rows_of(f"/audit/log.csv?{asked}") if row["kind"] not in own] == (
        found[::-1]
    )


def test_a_day_that_is_none_is_said_at_its_field_and_nothing_is_shown():
    look("sam", "w1")
    page = text_of("aud", "/audit/?since=yesterday")
    assert "One thing to correct" in page
    assert "person w1" not in page
    assert "It ends before it begins" in text_of("aud", "/audit/?since=2026-03-02&until=2026-03-01")
    assert rows_of("/audit/log.csv?since=yesterday") == []
    for beyond in ("since=0001-01-01", "until=9999-12-31"):
        assert "Wanted a day from 2000 to 2999." in text_of("aud", f"/audit/?{beyond}")


def test_a_part_of_too_many_names_is_said_at_its_field():
    for number in range(21):
        User.objects.create_user(f"clerk{number}", name=f"Clerk {number}")
    page = text_of("aud", "/audit/?who=clerk")
    assert "Found 21 people of that name" in page
    assert not AuditEvent.objects.filter(kind="user", action="listed").exists()
    assert "Found" not in text_of("aud", "/audit/?who=Clerk%202")


def test_nobody_is_taken_for_the_server_by_their_name():
    User.objects.filter(username="sam").update(name="operator root")
    look("sam", "ana")
    page = text_of("ana", "/who-looked/")
    assert "operator root" in page
    assert "Whoever runs the server" not in page
    record_look(by=Actor("operator:root"), action=Action.VIEWED, kind="person", object_id="ana", now=NOW)
    assert "Whoever runs the server (root)" in text_of("ana", "/who-looked/")


def test_pages_follow_each_other_and_keep_what_was_asked_for(monkeypatch):
    monkeypatch.setattr("goldenthread.web.desk.audit.PER_PAGE", 2)
    for number in range(5):
        look("sam", f"w{number}")
    first = as_user("aud").get("/audit/?kind=person").context["page"]
    assert [row.cells[3].text for row in first.table.rows] == ["person w4", "person w3"]
    assert first.older.startswith("/audit/?kind=person&before=")
    assert not first.newest
    second = as_user("aud").get(first.older).context["page"]
    assert [row.cells[3].text for row in second.table.rows] == ["person w2", "person w1"]
    assert second.newest == "/audit/?kind=person"
    third = as_user("aud").get(second.older).context["page"]
    assert [row.cells[3].text for row in third.table.rows] == ["person w0"]
    assert not third.older


def test_looking_at_the_log_is_in_the_log_before_the_page_leaves():
    say_why("aud", "/audit/?who=sam&unit=north", "Complaint 12 of 2026.")
    with CaptureQueriesContext(connection) as queries:
        text_of("aud", "/audit/?who=sam&unit=north")
    texts = [one["sql"] for one in queries]
    written = next(
        number for number, sql in enumerate(texts) if sql.startswith('INSERT INTO "record_auditevent"')
    )
    shown = next(number for number, sql in enumerate(texts) if '"record_auditevent"."id" DESC' in sql)
    assert written < shown
    listed = list(AuditEvent.objects.filter(action="listed").values_list("kind", "object_id", "fields"))
    sam = str(User.objects.get(username="sam").pk)
    assert listed == [("audit_log", "", ["who", "unit"]), ("user", sam, ["audit log"])]
    assert AuditEvent.objects.get(action="listed", kind="user").reason == "Complaint 12 of 2026."
    rows_of("/audit/log.csv?kind=person")
    (exported,) = AuditEvent.objects.filter(action="exported")
    assert (exported.kind, exported.fields, exported.roles) == ("audit_log", ["kind"], "auditor")


def test_the_file_runs_no_formula_and_holds_the_chain():
    record_event(
        by=by("ada"), action=Action.CHANGED, kind="measure", object_id="=1+1", reason="@SUM(A1)", now=NOW
    )
    place_rows()
    (row,) = rows_of("/audit/log.csv?kind=measure")
    assert (row["object_id"], row["reason"]) == ("'=1+1", "'@SUM(A1)")
    assert row["hash"] == AuditEvent.objects.get(kind="measure").hash


def test_a_page_asks_the_database_as_often_for_many_rows_as_for_one():
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            text_of("aud", "/audit/?kind=person")
        return len(asked)

    look("sam", "w1")
    few = queries()
    for number in range(60):
        look(("sam", "dora", "eli")[number % 3], f"w{number}")
    assert queries() == few


def test_only_auditors_find_the_log_in_the_header():
    assert 'href="/audit/"' in text_of("aud", "/")
    for name in ("adam", "ada", "dora"):
        assert 'href="/audit/"' not in text_of(name, "/")


def test_everybody_is_told_who_looked_at_them():
    assert EMPTY in text_of("ana", "/who-looked/")
    look("sam", "ana")
    page = text_of("ana", "/who-looked/")
    assert "Last looked at on March 1, 2026, 11:30 p.m., by Sam Okafor." in page
    for words in ("Sam Okafor", "Supervisor", "Saw your record", "March 1, 2026, 11:30 p.m."):
        assert words in page
    assert EMPTY in text_of("dora", "/who-looked/")
    assert 'href="/who-looked/"' in text_of("ana", "/")


def test_whoever_looks_somebody_up_in_the_log_is_told_to_them():
    say_why("aud", "/audit/?who=ana", "Complaint 12 of 2026.")
    text_of("aud", "/audit/?who=ana")
    page = text_of("ana", "/who-looked/")
    for words in ("Looked up in the audit log what you did", "Auditor", "Complaint 12 of 2026."):
        assert words in page


@pytest.mark.parametrize("asked", ["who=ana", "kind=person&thing=ana", "thing=ana"])
def test_rows_about_somebody_are_shown_for_a_purpose_that_is_stated_first(asked):
    look("sam", "ana")
    page = text_of("aud", f"/audit/?{asked}")
    assert "Why do you look up Ana Ruiz in the audit log?" in page
    assert "Sam Okafor" not in page
    assert as_user("aud").get(f"/audit/log.csv?{asked}")["Location"] == f"/audit/?{asked}"
    assert not AuditEvent.objects.filter(action__in=("listed", "exported")).exists()
    say_why("aud", f"/audit/?{asked}")
    assert "Why do you look" not in text_of("aud", f"/audit/?{asked}")
    assert as_user("aud").get(f"/audit/log.csv?{asked}").status_code == 200
    assert text_of("ana", "/who-looked/").count("Looked up in the audit log") == 2


@pytest.mark.parametrize(
    "asked", ["who=aud", "who=nobody", "who=job:watch", "kind=batch&thing=ana", f"thing={'9' * 30}"]
)
def test_what_is_nobody_elses_needs_no_purpose(asked):
    assert "Why do you look" not in text_of("aud", f"/audit/?{asked}")


def test_who_looks_in_somebodys_place_says_so_to_both():
    ana, dora = (Person.objects.get(key=key) for key in ("ana", "dora"))
    User.objects.filter(username="dora").update(name="Dora L")
    Delegation.objects.create(
        giver=dora, receiver=Person.objects.get(key="eli"), kind="acting", starts_on=NOW.date(),
        ends_on=NOW.date() + timedelta(days=9999), arranged_by="job:test", arranged_at=NOW,
    )  # fmt: skip
    assert as_user("eli").get("/units/north/data.csv").status_code == 200
    taken = AuditEvent.objects.get(action="exported")
    assert (taken.roles, taken.standing_in_for) == ("director", "dora")
    record_look(
        by=Actor.user(User.objects.get(username="eli").pk, roles=("director",), standing_in_for=("dora",)),
        action=Action.VIEWED, kind="person", object_id=ana.key, now=NOW,
    )  # fmt: skip
    assert f"Director, standing in for {dora.name}" in text_of("ana", "/who-looked/")
    assert "Director, standing in for dora" in text_of("aud", "/audit/")
    assert rows_of("/audit/log.csv?kind=address")[-1]["standing_in_for"] == "dora"


def test_looks_have_pages(monkeypatch):
    monkeypatch.setattr("goldenthread.web.desk.audit.PER_PAGE", 2)
    for hour in range(3):
        look("sam", "ana", now=NOW - timedelta(hours=hour))
    first = as_user("ana").get("/who-looked/").context["page"]
    assert len(first.table.rows) == 2
    second = as_user("ana").get(first.older).context["page"]
    assert (len(second.table.rows), second.newest) == (1, "/who-looked/")
    last = AuditEvent.objects.order_by("pk").filter(kind="person").first()
    assert "before that" in text_of("ana", f"/who-looked/?before={last.pk}")


@pytest.mark.parametrize("address", ["/units/north/data.csv", "/measures/data.csv", "/off-target.csv"])
def test_a_file_that_is_taken_along_is_in_the_chain(address):
    as_user("ana").get(address)
    taken = AuditEvent.objects.get(action="exported")
    assert (taken.actor, taken.kind, taken.object_id) == (by("ana").key, "address", address)
    assert taken.seq is not None


@pytest.mark.owner
@pytest.mark.parametrize(
    ("name", "address"), [("ana", "/units/north/data.csv"), ("aud", "/audit/"), ("aud", "/audit/log.csv")]
)
def test_what_cannot_be_written_down_is_not_shown(name, address):
    client = as_user(name)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_audithead RENAME TO out_of_reach")
    with pytest.raises(DatabaseError):
        client.get(address)
