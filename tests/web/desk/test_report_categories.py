"""A report told apart by topic: who reads it, what each topic has, and one topic over time."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import pytest
from django.utils import timezone

from goldenthread.jobs.extracts import importing
from tests.web.desk.worlds import CALENDAR, as_user, last_month, text_of
from tests.web.whole_county import BY, receive

NORTH = "/units/north/reports/desk_work/by/"


@pytest.fixture(autouse=True)
def county(things: dict[str, str], tmp_path: Path) -> None:
    """Of Ana and Pete twelve visits each for food last month; of hers one for rent and one without a topic,
    and one for rent a month before."""
    day = last_month().start
    earlier = day - datetime.timedelta(days=1)
    rows = [f"c-1,D-ana,{day},rent,30,", f"c-2,D-ana,{day},,10,", f"c-3,D-ana,{earlier},rent,50,"]
    text = "\n".join(["visit,agent,day,topic,minutes,settled", *rows, ""])
    importing.load(receive(tmp_path, "visits", text, by=BY), by=BY, now=timezone.now())


def rows_of(address: str) -> list[list[str]]:
    answer = as_user("sam").get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_each_topic_has_its_numbers_and_the_unit_comes_last() -> None:
    found = rows_of(f"{NORTH}data.csv")
    assert found[0][0] == "Topic"
    assert [(row[0], float(row[1]), float(row[2])) for row in found[1:]] == [
        ("food", 24, 5.5),
        ("rent", 1, 30),
        ("Not recorded", 1, 10),
        ("North office", 26, (24 * 5.5 + 40) / 26),
    ]


def test_one_topic_is_shown_over_time() -> None:
    text = text_of("sam", NORTH)
    assert "<h2>By topic</h2>" in text
    assert "over time" not in text.lower()
    chosen = text_of("sam", f"{NORTH}?days=last_month&category=rent")
    section = chosen[chosen.index("<h2>rent over time</h2>") :]
    places = [section.index(words) for words in (CALENDAR.label(last_month()), "30 minutes", "50 minutes")]
    assert places == sorted(places)
    assert f'href="{NORTH}?days=last_month&amp;category=food"' in chosen
    # The other days of the switch may have none of it.
    assert "over time" not in text_of("sam", f"{NORTH}?category=nothing")


def test_the_report_leads_there_with_the_days_it_shows() -> None:
    text = text_of("sam", "/units/north/reports/desk_work/?days=last_week")
    assert f'href="{NORTH}?days=last_week">By topic</a>' in text
    assert "By topic" not in text_of("sam", "/units/north/reports/desk_list/")


def test_days_without_a_visit_say_so() -> None:
    text = text_of("sam", f"{NORTH}?since=2020-01-01&until=2020-01-02")
    assert "Nothing was counted." in text


def test_who_may_not_read_the_report_finds_nothing() -> None:
    for username in ("ana", "dora", "ada"):
        assert as_user(username).get(NORTH).status_code == 404
    assert as_user("sam").get("/units/north/reports/desk_list/by/").status_code == 404
