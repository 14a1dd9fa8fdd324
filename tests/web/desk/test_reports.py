"""The page of a report, its file, and the list of reports."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.calc.periods import Grain
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.record.reports.actions import retire
from goldenthread.record.reports.models import Report
from tests.web.desk.worlds import CALENDAR, as_user, last_month, text_of, today
from tests.web.whole_county import BY, DESK, client_of

PAGE = "/units/north/reports/desk_work/"


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """With a report over visits: of Ana and Pete twelve each, on the first days of last month."""


def page(address: str = PAGE, **asked: str) -> str:
    """What the supervisor of North reads there."""
    return text_of("sam", f"{address}?{urlencode(asked)}" if asked else address)


def test_a_page_answers_first() -> None:
    text = page()
    label = CALENDAR.label(last_month())
    order = [
        '<p class="gt-eyebrow">Work at the desk</p>',
        "<h1>North office</h1>",
        'aria-current="true">Last month</a>',
        f"<strong>{label}.</strong>",
        "There is too little of the past to say what is normal here.",
        "Any other days",
        '<span class="gt-tile__title">Visits</span> <strong class="gt-tile__value">24</strong>',
        '>Average visit</span> <strong class="gt-tile__value">5.5 minutes</strong>',
        "<h2>All numbers</h2>",
        "Visits by the day on which somebody came.",
        "<strong>Who may see this</strong>",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Nobody is named here. Where only one person did the work, the numbers are theirs." in text
    assert "Ana" not in text


def test_each_number_stands_over_time_the_newest_first() -> None:
    day = last_month().start
    # Twelve on the first twelve days of the month: two a day, of Ana and Pete.
    text = page(since=str(day + timedelta(days=8)), until=str(day + timedelta(days=11)))
    past = text[text.index("<h2>Over time</h2>") :]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr>.*?</tr>", past, re.DOTALL)]
    found = [row[-3] for row in rows[1:4]]
    assert found == ["8", "8", "8"], rows
    assert "<h2>Over time</h2>" not in page(days="last_month")


def test_any_days_can_be_asked_for() -> None:
    day = last_month().start
    text = page(since=str(day), until=str(day.replace(day=3)))
    assert ">6<" in text
    assert f"{CALENDAR.label(CALENDAR.period_of(day, Grain.DAY))} to " in text


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        ("2026-02-30", "2026-03-01", "Wanted a day that there is"),
        ("2026-03-02", "2026-03-01", "It ends before it begins"),
        ("2024-01-01", "2026-01-01", "Wanted at most 366 days."),
        ("", "2026-03-01", "Wanted a day."),
        ("1999-12-31", "2000-01-01", "Wanted a day from 2000 to 2999."),
    ],
)
def test_days_that_cannot_be_are_said_and_what_was_typed_stays(since: str, until: str, wanted: str) -> None:
    text = page(since=since, until=until)
    assert wanted in text
    assert f'value="{until}"' in text
    assert CALENDAR.label(last_month()) in text


@pytest.mark.parametrize("days", ["tomorrow", "today", ""])
def test_days_that_the_report_does_not_offer_are_not_found(days: str) -> None:
    assert client_of("supervisor").get(PAGE, {"days": days}).status_code == 404


def test_days_without_facts_say_so_and_how_far_the_facts_reach() -> None:
    text = page(days="yesterday")
    assert "Nothing was counted." in text
    assert "“Visits” reaches to" in text
    day = last_month().start.replace(day=12)
    assert f"since={day}&amp;until={day}" in text
    assert "<h1>North office</h1>" in page(since=str(day), until=str(day))


def test_whoever_leads_several_units_reads_them_side_by_side() -> None:
    Post.objects.create(
        person=Person.objects.get(key="sam"), unit=Unit.objects.get(key="benefits"), role="supervisor"
    )
    text = page("/units/benefits/reports/desk_work/")
    assert text.index("North office") < text.index("South office") < text.index('class="gt-total"')
    assert f'href="{PAGE}?days=last_month"' in text
    assert "/units/benefits/reports/desk_work/?days=last_month" in page()


def test_a_file_holds_the_numbers_of_the_page() -> None:
    answer = client_of("supervisor").get(PAGE + "data.csv", {"days": "last_month"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows] == [
        ["Number", CALENDAR.label(last_month())],
        ["Visits", "24.0"],
        ["Average visit", "5.5"],
    ]
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.action, event.object_id) == ("exported", PAGE + "data.csv")


def test_no_file_holds_other_days_than_were_asked_for() -> None:
    for asked in (
        "since=2026-02-10&until=2026-02-01",
        "since=2026-02-30&until=2026-03-01",
        "since=2026-02-01",
    ):
        assert as_user("sam").get(f"{PAGE}data.csv?{asked}").status_code == 404, asked


def test_the_list_leads_to_what_is_open() -> None:
    assert f'href="{PAGE}"' in text_of("sam", "/reports/")
    for username in ("ana", "dora", "ada", "exa"):
        text = text_of(username, "/reports/")
        assert "No report is open to you." in text
        assert PAGE not in text
        assert ("/reports/desk_work/edit/" in text) == (username == "ada")


def test_a_retired_report_is_gone() -> None:
    retire(report=Report.objects.get(key="desk_work"), by=BY, now=timezone.now(), today=today())
    assert client_of("supervisor").get(PAGE).status_code == 404
    text = text_of("sam", "/reports/")
    assert "Work at the desk" not in text
    assert "Work that waits" in text


def test_a_page_asks_the_records_little() -> None:
    client = client_of("supervisor")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE)
    assert len(asked) <= 25


TEXT = """\
report: visits_by_topic
title: Visits by topic
unit: benefits
source: visits
columns:
  - {id: food, title: About food, numerator: {count: visits, where: {topic: food}}}
  - {id: visits_done, title: Average visit, numerator: {mean: minutes}, show_as: {unit: minutes}}
"""


def send(username: str, address: str, **fields: str):
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client.post(address, fields)


def test_an_analyst_sees_what_columns_would_count_and_saves() -> None:
    text = send("ada", "/new/report/", do="preview", text=TEXT).content.decode()
    assert "Whole months of Benefits." in text
    assert "Number of visits where topic is food" in text
    # Of three people, and so folded as a measure of theirs would be.
    assert "fewer than five people" in text
    assert not Report.objects.filter(key="visits_by_topic").exists()
    piece = send("ada", "/new/report/preview/", text=TEXT).content.decode()
    assert "About food" in piece
    assert "<html" not in piece

    assert send("ada", "/new/report/", do="save", text=TEXT, why="Asked for").status_code == 302
    saved = Report.objects.get(key="visits_by_topic")
    assert (saved.title, saved.current.why) == ("Visits by topic", "Asked for")
    listed = text_of("ada", "/reports/")
    assert 'href="/reports/visits_by_topic/edit/"' in listed
    assert 'href="/new/report/"' in listed


def test_a_definition_is_changed_retired_and_brought_back() -> None:
    address = "/reports/desk_work/edit/"
    text = text_of("ada", address)
    assert "report: desk_work" in text
    changed = DESK.replace("Work at the desk", "Desk work")
    assert send("ada", address, do="save", text=changed).status_code == 302
    assert Report.objects.get(key="desk_work").title == "Desk work"
    assert send("ada", "/reports/desk_work/retire/").status_code == 302
    assert "Desk work, used no more" in text_of("ada", "/reports/")
    assert "Use it no more" not in text_of("ada", address)
    send("ada", address, do="save", text=changed)
    assert "Desk work</a>" in text_of("ada", "/reports/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Found nothing; wanted a definition in YAML."),
        (TEXT.replace("mean: minutes", "mean: minuts"), "line 7"),
        (TEXT.replace("visits_by_topic", "desk_work"), "another report has this one"),
        (
            TEXT.replace("unit: benefits", "unit: works").replace("source: visits", "source: visit"),
            "“visits”",
        ),
        ("report: [", "line"),
        ("x" * 200_001, "wanted at most 200,000"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_the_text(text: str, said: str) -> None:
    answer = send("ada", "/new/report/", do="save", text=text).content.decode()
    assert said in answer
    assert html.escape(text[:200]) in answer
    assert send("ada", "/new/report/preview/", text=text).status_code == 200
    assert Report.objects.count() == 2


def test_a_report_keeps_its_key_and_its_units_keeper_decides() -> None:
    other = DESK.replace("desk_work", "other")
    said = send("ada", "/reports/desk_work/edit/", do="save", text=other).content.decode()
    assert "because a key never changes" in said
    said = send("una", "/new/report/", do="save", text=TEXT).content.decode()
    assert Report.objects.count() == 2
    assert "You may not define measures for benefits." in said
    assert (
        "You cannot see numbers of the unit that keeps it."
        in send("una", "/new/report/", do="preview", text=TEXT).content.decode()
    )
