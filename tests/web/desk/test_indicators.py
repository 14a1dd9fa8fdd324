"""The page of the key indicators of a unit, and its file."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goldenthread.definitions import read_yaml
from goldenthread.record.measures.actions import save_measure
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.reports.actions import retire
from goldenthread.record.reports.models import Report
from tests.web.desk.worlds import RECEIVED, text_of, today
from tests.web.whole_county import BY, client_of

PAGE = "/units/north/indicators/"


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """Benefits keeps a report that stands behind the calls answered and the calls received."""


def test_each_indicator_has_its_sentence_its_target_and_a_door() -> None:
    text = text_of("sam", PAGE)
    order = [
        "<h1>North office</h1>",
        "<h2>Every month</h2>",
        ">Calls answered within a minute</a>",
        ">80%<",
        "Normal variation",
        "The change from",
        'href="/units/north/reports/desk_work/">Work at the desk</a>',
        ">Calls received</a>",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_who_sees_no_workers_finds_no_door() -> None:
    text = text_of("dora", PAGE)
    assert ">Calls answered within a minute</a>" in text
    assert "Work at the desk" not in text
    assert "Report behind it" not in text


def test_the_page_of_a_unit_above_shows_them_where_they_are_kept() -> None:
    text = text_of("dora", "/units/county/indicators/")
    assert '<span class="gt-below">Benefits</span>' in text
    assert 'href="/measures/calls_answered/?unit=benefits"' in text


def test_a_unit_of_another_branch_has_none() -> None:
    text = text_of("eli", "/units/roads/indicators/")
    assert "No key indicator yet." in text
    assert "/units/roads/indicators/" not in text_of("eli", "/units/roads/")
    assert f'href="{PAGE}"' in text_of("sam", "/units/north/")


def test_those_of_a_report_that_is_used_no_more_are_gone() -> None:
    retire(report=Report.objects.get(key="desk_work"), by=BY, now=timezone.now(), today=today())
    assert "No key indicator yet." in text_of("sam", PAGE)


def test_they_stand_by_how_often_they_are_counted() -> None:
    weekly = RECEIVED.replace("frequency: month", "frequency: week")
    save_measure(
        read_measure(read_yaml(weekly, file="measures/a.yaml")), by=BY, now=timezone.now(), today=today()
    )
    Observation.objects.filter(measure__key="calls_received").update(grain="week")
    text = text_of("sam", PAGE)
    assert text.index("<h2>Every month</h2>") < text.index("<h2>Every week</h2>")


def test_a_measure_that_was_retired_is_left_out() -> None:
    Measure.objects.filter(key="calls_received").update(retired_on=today())
    assert "Calls received" not in text_of("sam", PAGE)


def test_a_file_holds_the_same() -> None:
    answer = client_of("supervisor").get(PAGE + "data.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row[0], row[-1]) for row in rows[-2:]] == [
        ("Calls answered within a minute", "Work at the desk"),
        ("Calls received", "Work at the desk"),
    ]


def test_as_many_queries_however_many_indicators() -> None:
    client = client_of("supervisor")
    client.get(PAGE)
    counted = []
    for keys in (["calls_answered"], ["calls_answered", "calls_received", "letters_done"]):
        version = Report.objects.get(key="desk_work").current
        version.definition |= {"indicators": keys}
        version.save()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(PAGE)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 25
