"""What is open, by when it falls due: who reads which list, who is named on it, and who is told of a look."""

from __future__ import annotations

import csv
import datetime
import io
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goldenthread.jobs.extracts import importing
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.reports.models import Consultation
from goldenthread.results.open_work import MOST_ITEMS
from tests.web.desk.worlds import as_user, text_of, today
from tests.web.whole_county import BY, receive

NORTH = "/units/north/reports/desk_list/open/"
BENEFITS = "/units/benefits/reports/desk_list/open/"
ANA = "/units/north/reports/desk_list/workers/ana/open/"
MINE = "/my-work/desk_list/open/"


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """Nothing of last month is settled yet; staff agreed to the list by name."""


def items_of(text: str) -> list[str]:
    """What is listed, in order."""
    table = text[text.index("<h2>What is open</h2>") :]
    body = table[table.index("<tbody>") : table.index("</tbody>")]
    return re.findall(r'<th scope="row"><span class="gt-cell">([^<]+)<', body)


def bring(folder: Path, rows: list[str]) -> None:
    text = "\n".join(["visit,agent,day,topic,minutes,settled", *rows, ""])
    importing.load(receive(folder, "visits", text, by=BY), by=BY, now=timezone.now())


def test_who_leads_them_reads_what_falls_due_first_and_who_has_it() -> None:
    text = text_of("sam", NORTH)
    assert items_of(text)[:4] == ["a-ana-0", "a-pete-0", "a-ana-1", "a-pete-1"]
    assert "24 of 24 open are overdue. Nothing falls due in the next 7 days." in text
    assert "Ana Ruiz" in text
    assert "Pete Marsh" in text
    assert "Stig" not in text
    assert f'href="{ANA}"' in text


def test_one_workers_list_is_theirs_alone_and_ones_own_is_the_same() -> None:
    wanted = [f"a-ana-{number}" for number in range(12)]
    for username, address in (("sam", ANA), ("ana", MINE)):
        text = text_of(username, address)
        assert items_of(text) == wanted
        assert "Pete" not in text
    assert "<h1>My open work</h1>" in text
    assert as_user("sam").get(ANA.replace("ana", "stig")).status_code == 404
    assert as_user("pete").get(ANA).status_code == 404
    assert as_user("dora").get(MINE).status_code == 404


def test_what_is_settled_leaves_the_list_and_what_comes_joins_it(tmp_path: Path) -> None:
    day = today()
    soon, later = day - datetime.timedelta(days=5), day - datetime.timedelta(days=1)
    bring(
        tmp_path,
        [
            f"a-ana-0,D-ana,{day - datetime.timedelta(days=20)},food,0,{day}",
            f"b-1,D-ana,{later},rent,7,",
            f"b-2,D-ana,{soon},rent,7,",
        ],
    )
    text = text_of("ana", MINE)
    assert items_of(text) == [*(f"a-ana-{number}" for number in range(1, 12)), "b-2", "b-1"]
    assert "Due in 5 days" in text
    assert "Due in 9 days" in text
    assert "11 of 13 open are overdue. 1 falls due in the next 7 days." in text


def test_without_the_word_of_staff_nobody_is_named_and_nobody_has_a_list() -> None:
    Consultation.objects.update(review_on=today())
    text = text_of("sam", NORTH)
    assert len(items_of(text)) == 24
    assert "Ana" not in text.replace("a-ana", "")
    assert "No worker is named" in text
    for username, address in (("sam", ANA), ("ana", MINE)):
        assert as_user(username).get(address).status_code == 404
    assert "Ana" not in as_user("sam").get(NORTH + "data.csv").content.decode().replace("a-ana", "")


def test_each_look_at_a_list_by_name_is_on_that_persons_list() -> None:
    text_of("sam", NORTH)
    text_of("sam", ANA)
    as_user("sam").get(ANA + "data.csv")
    text_of("ana", MINE)
    looks = AuditEvent.objects.filter(kind="person", object_id="ana", fields=["numbers"])
    assert list(looks.order_by("pk").values_list("action", flat=True)) == ["listed", "viewed", "viewed"]


def test_the_units_below_add_up_and_lead_on() -> None:
    text = text_of("sue", "/units/south/reports/desk_list/open/")
    assert "Stig Hall" in text
    assert as_user("sue").get(NORTH).status_code == 404
    assert as_user("sam").get(BENEFITS).status_code == 404
    assert as_user("sam").get(NORTH.replace("desk_list", "desk_work")).status_code == 404


def test_a_long_list_comes_in_pages_and_as_a_whole_file(tmp_path: Path) -> None:
    day = today() - datetime.timedelta(days=2)
    bring(tmp_path, [f"c-{number:02},D-ana,{day},food,1," for number in range(MOST_ITEMS)])
    first, second = items_of(text_of("ana", MINE)), items_of(text_of("ana", f"{MINE}?page=2"))
    assert (len(first), len(second)) == (MOST_ITEMS, 12)
    answer = as_user("ana").get(MINE + "data.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Visit"] for row in rows] == first + second
    assert rows[-1]["Due"] == str(day + datetime.timedelta(days=10))
    assert as_user("ana").get(f"{MINE}?page=3").status_code == 404


def test_nothing_open_is_said(tmp_path: Path) -> None:
    day = today() - datetime.timedelta(days=20)
    bring(tmp_path, [f"a-ana-{number},D-ana,{day},food,0,{day}" for number in range(12)])
    text = text_of("ana", MINE)
    assert "Nothing is open." in text
    assert "By age" not in text


def test_as_many_queries_however_long_the_list(tmp_path: Path) -> None:
    asked = as_user("sam")
    asked.get(NORTH)
    with CaptureQueriesContext(connection) as few:
        asked.get(NORTH)
    day = today() - datetime.timedelta(days=2)
    bring(tmp_path, [f"d-{number},D-pete,{day},food,1," for number in range(60)])
    asked.get(NORTH)
    with CaptureQueriesContext(connection) as many:
        asked.get(NORTH)
    assert len(many) == len(few)
