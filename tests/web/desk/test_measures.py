"""The list of measures, a measure's page, its files, and what people do to its chart and values."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.utils import timezone

from goldenthread.record.measures.models import Annotation, Measure, Observation, Rebase, ReportedValue
from goldenthread.record.orgs.models import Unit
from tests.web.desk.worlds import (
    CALENDAR,
    MONTHS,
    add_offices,
    as_user,
    build_units,
    build_world,
    last_month,
    text_of,
)

pytestmark = pytest.mark.django_db

PAGE = "/measures/calls_answered/"


@pytest.fixture
def world():
    build_world()


def test_a_page_answers_first(world):
    text = text_of("ada", PAGE)
    order = [
        "<h1>Calls answered within a minute</h1>",
        "short of the 85% target",
        "Met the target?",
        "<h2>Percent, each month</h2>",
        "<h2>Units below</h2>",
        "<h2>How it is measured</h2>",
        "<dt>Target</dt><dd>85%: Council target</dd>",
        "<h2>Data behind it</h2>",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.index("North office") < text.index("South office")
    assert "Number of calls where wait seconds is at most 60" in text
    assert 'aria-label="Thread"' in text


def test_units_are_side_by_side_and_never_in_the_order_of_their_values(world):
    assert "chance" not in text_of("ada", PAGE)
    add_offices([(800, 1000), (810, 1000), (790, 1000), (805, 1000), (795, 1000), (600, 1000)])
    text = text_of("ada", PAGE)
    below = text[text.index('id="below"') :]
    assert "Office 6 is lower than chance explains." in below
    table = below[below.index("<table") : below.index("</table>")]
    names = [f"Office {number}" for number in range(1, 7)]
    places = [table.index(name) for name in ("North office", *names, "South office")]
    assert places == sorted(places)
    assert table.count("Within chance") == 5
    assert table.count("Lower than chance explains") == 1
    # North and South are teams, not offices.
    assert table.count("Not compared: another kind of unit") == 2


def test_units_of_one_name_are_not_mixed_up(world):
    keys = add_offices([(800, 1000), (810, 1000), (790, 1000), (805, 1000), (795, 1000), (600, 1000)])
    Unit.objects.filter(key__in=(keys[0], keys[-1])).update(name="Records")
    text = text_of("ada", PAGE)
    table = text[text.index('id="below"') :]
    rows = table[table.index("<table") : table.index("</table>")].split("<tr")
    said = {key: next(row for row in rows if f"unit={key}" in row) for key in (keys[0], keys[-1])}
    assert "Within chance" in said[keys[0]]
    assert "Lower than chance explains" in said[keys[-1]]


def test_one_unit_below_is_spoken_of_by_its_name(world):
    text = text_of("ada", "/measures/potholes/?unit=works")
    assert "Roads changed by no more than normal variation." in text


def test_the_unit_of_the_reader_comes_first_where_the_keeper_is_hidden(world):
    assert 'value="benefits" selected' in text_of("ana", PAGE)
    response = as_user("ana").get(f"{PAGE}?unit=north")
    assert "North office" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["?by=quarter", "?by=year_to_date", "?view=table", "?tree=today", "?unit=north&view=table"],
)
def test_each_switch_is_a_page_of_its_own(world, query):
    assert 'aria-current="true"' in text_of("ada", PAGE + query)


@pytest.mark.parametrize(
    "query",
    ["?unit=nowhere", "?by=hour", "?by=day' OR 1=1", "?split=language", "?unit=~not-assigned&by=month"],
)
def test_what_does_not_exist_is_not_found(world, query):
    response = as_user("ada").get(PAGE + query)
    assert (response.status_code, response.content) == (404, as_user("ada").get("/no/such/").content)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("new", PAGE),
        ("adam", PAGE),
        ("ana", f"{PAGE}?unit=south"),
        ("ana", "/measures/potholes/?unit=roads"),
        ("ana", "/measures/potholes/data.csv?unit=works"),
        ("adam", "/measures/potholes/data.csv"),
        ("ana", f"{PAGE}data.csv?unit=south"),
        ("ana", "/measures/nothing/"),
        ("ana", f"{PAGE}edit/"),
        ("dora", f"{PAGE}edit/"),
        ("exa", f"{PAGE}rebase/"),
        ("exa", f"{PAGE}annotate/"),
        ("dora", f"{PAGE}lock/"),
        ("exa", "/new/measure/"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_finds_nothing(world, name, address, method):
    client = as_user(name)
    response = getattr(client, method)(address)
    assert (response.status_code, response.content) == (404, client.get("/no/such/").content)


def test_the_list_holds_what_is_open(world):
    everything = text_of("ada", "/measures/")
    assert "4 measures are open to you." in everything
    assert "Letters answered" in everything
    assert "Define a measure" in everything
    mine = text_of("ana", "/measures/")
    assert "Potholes filled in three days" in mine
    assert "Roads" not in mine
    assert "Define a measure" not in mine
    assert "No measure is open to you." in text_of("new", "/measures/")
    found = text_of("ada", "/measures/?q=POTHOLES")
    assert "1 measure has “POTHOLES” in its name." in found
    assert "Calls received" not in found


def test_the_list_is_cut_into_pages(world):
    template = Measure.objects.select_related("current").get(key="letters_done")
    for number in range(40):
        definition = {**template.current.definition, "measure": f"more{number}", "title": f"More {number:02}"}
        measure = Measure.objects.create(
            key=f"more{number}",
            title=f"More {number:02}",
            unit=template.unit,
            frequency="month",
            created_at=timezone.now(),
        )
        measure.current = measure.versions.create(
            number=1, definition=definition, written_at=timezone.now(), written_by="test"
        )
        measure.save()
    assert "44 measures by name" in text_of("ada", "/measures/")
    assert "More 39" in text_of("ada", "/measures/?page=2")
    assert as_user("ada").get("/measures/?page=3").status_code == 404


def test_a_file_holds_every_period(world):
    response = as_user("ana").get(f"{PAGE}data.csv?unit=north")
    assert response["Content-Disposition"] == 'attachment; filename="calls_answered-north.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == MONTHS
    assert rows[0]["Period"] == last_month().start.isoformat()
    assert float(rows[0]["Value"]) == pytest.approx(
        100 * float(rows[0]["Counted"]) / float(rows[0]["Out of"])
    )


def test_a_measure_without_values_says_what_is_expected():
    build_units()
    build = text_of("ada", "/measures/")
    assert "No measure is open to you." in build


def test_a_retired_measure_is_in_no_list_and_stays_readable(world):
    assert "Next value expected" in text_of("ada", PAGE)
    Measure.objects.filter(key="calls_answered").update(retired_on=timezone.localdate(), retired_why="Merged")
    assert PAGE not in text_of("ada", "/measures/")
    text = text_of("ada", PAGE)
    assert "Retired since" in text
    assert "short of the 85% target" in text
    assert "Next value expected" not in text
    assert as_user("ada").get(f"{PAGE}data.csv").status_code == 200
    assert as_user("ada").get(f"{PAGE}edit/").status_code == 200


def test_a_measure_that_nobody_typed_yet(world):
    text = text_of("ana", "/measures/letters_done/?unit=north")
    assert "No value yet." in text
    assert text.count("No value for") == 1
    assert "Re-set the limits" not in text
    assert "Typed by hand" in text


def test_a_note_stands_on_the_chart(world):
    client = as_user("ada")
    month = CALENDAR.previous(last_month())
    refused = client.post(f"{PAGE}annotate/", {"period": month.key, "unit": "", "text": " "})
    assert 'href="#id_text"' in refused.content.decode()
    response = client.post(
        f"{PAGE}annotate/?unit=north", {"period": month.key, "unit": "north", "text": "Snow"}
    )
    assert response.url == f"{PAGE}?unit=north"
    assert Annotation.objects.get().unit.key == "north"
    assert "Snow" in text_of("ada", f"{PAGE}?unit=north")
    assert "Snow" not in text_of("ada", f"{PAGE}?unit=south")
    assert "Ada" in text_of("ada", f"{PAGE}annotate/")


def test_limits_are_re_set_by_a_person_and_taken_back(world):
    client = as_user("ada")
    start = CALENDAR.shift(last_month(), -3)
    sent = {"period": start.key, "unit": "", "what_happened": "New phones", "reason": "The work changed."}
    assert "correct" in client.post(f"{PAGE}rebase/", {**sent, "reason": ""}).content.decode()
    assert client.post(f"{PAGE}rebase/", sent).url == f"{PAGE}?unit=benefits"
    assert "limits re-set by Ada, reason recorded" in text_of("ada", PAGE)
    assert "The work changed." in text_of("ada", f"{PAGE}rebase/")
    made = Rebase.objects.get()
    page = client.post(f"{PAGE}rebase/", {"withdraw": made.pk, "reason": ""}).content.decode()
    assert f'href="#reason-{made.pk}"' in page
    assert page.count(f'id="reason-{made.pk}"') == 1
    assert "Say why; whoever re-set them will ask." in page
    assert client.post(f"{PAGE}rebase/", {"withdraw": 9999, "reason": "No."}).status_code == 404
    assert client.post(f"{PAGE}rebase/", {"withdraw": made.pk, "reason": "It did not."}).status_code == 302
    assert not Rebase.objects.exists()


def test_values_are_locked_and_restated(world):
    client, month = as_user("ada"), last_month()
    assert "No value is locked yet." in text_of("ada", f"{PAGE}lock/?unit=north")
    assert (
        "Choose at least one period."
        in client.post(f"{PAGE}lock/?unit=north", {"do": "lock"}).content.decode()
    )
    client.post(f"{PAGE}lock/?unit=north", {"do": "lock", "periods": [month.key]})
    first = ReportedValue.objects.get()
    assert (first.unit.key, first.number, first.stood_on["definition"]) == ("north", 1, 1)
    Observation.objects.filter(
        measure__key="calls_answered", unit__key="north", period_start=month.start
    ).update(numerator=60, value=50)
    page = text_of("ada", f"{PAGE}lock/?unit=north")
    assert "The one locked value is no longer what the facts say." in page
    sent = {"do": "restate", "restate-period": month.key, "restate-why": ""}
    assert 'href="#id_restate-why"' in client.post(f"{PAGE}lock/?unit=north", sent).content.decode()
    client.post(f"{PAGE}lock/?unit=north", {**sent, "restate-why": "Late calls, batch 7"})
    assert ReportedValue.objects.count() == 2
    shown = text_of("ada", f"{PAGE}?unit=north")
    assert "As first reported" in shown
    assert "Late calls, batch 7" in shown


def test_the_history_names_who_wrote_what(world):
    text = text_of("ana", f"{PAGE}history/")
    assert "Its formula never changed." in text
    assert "Definition 1" in text
    assert "measure: calls_answered" in text


def test_a_get_changes_nothing(world):
    for address in ("annotate/", "rebase/", "lock/", "edit/"):
        as_user("ada").get(PAGE + address)
    for method in ("put", "delete", "patch"):
        assert getattr(as_user("ada"), method)(f"{PAGE}lock/").status_code == 404
    assert not Annotation.objects.exists()
    assert not ReportedValue.objects.exists()


@pytest.mark.parametrize("name", ["ana", "dora", "ada"])
def test_it_takes_few_queries(world, django_assert_max_num_queries, name):
    client = as_user(name)
    with django_assert_max_num_queries(31):
        client.get(PAGE)
    with django_assert_max_num_queries(23):
        client.get("/measures/")


def test_units_are_named_by_their_keys_only_to_who_sees_them(world):
    text = text_of("ana", PAGE)
    for unit in Unit.objects.exclude(key__in=["county", "benefits", "north"]):
        assert unit.name not in text


def test_too_few_is_the_reason_given_and_never_a_missing_target(world):
    Observation.objects.filter(measure__key="calls_answered").update(numerator=3, denominator=4)
    text = text_of("ada", PAGE)
    assert "Too few to judge: fewer than 10." in text
    assert text.count("too few to judge</span>") >= 4
    assert "no target to judge by" not in text
    assert "Every point has too few behind it to judge" in text


@pytest.mark.parametrize(
    ("address", "who", "button"),
    [
        (f"{PAGE}annotate/", "ada", {}),
        (f"{PAGE}rebase/", "ada", {}),
        (f"{PAGE}lock/", "ada", {"do": "lock"}),
        ("/units/north/mission/", "dora", {"adopted_on": ""}),
        ("/units/north/mission/comment/", "ana", {"text": ""}),
        ("/services/benefits_core/edit/", "dora", {"name": ""}),
    ],
)
def test_what_is_missing_is_said_by_the_page_and_not_by_the_browser(world, address, who, button):
    """Sent with nothing typed: every mistake leads to its field, in words of the page's own."""
    page = as_user(who).post(address, {"sent": "1", **button}).content.decode()
    forms = [one for one in re.findall(r"<form [^>]*>", page) if "gt-form" in one]
    assert forms
    assert [one for one in forms if "novalidate" not in one] == []
    assert not re.search(r"<(input|textarea|select)[^>]* required", page)
    assert "This field is required" not in page
    targets = re.findall(r'<li><a href="#([^"]*)">', page)
    assert targets
    assert [page.count(f'id="{target}"') for target in targets] == [1] * len(targets)


def test_where_each_has_too_few_cases_that_is_what_is_said(world):
    version = Measure.objects.get(key="calls_answered").current
    assert version is not None
    version.definition["minimum_denominator"] = 1_000_000
    version.save()
    page = as_user("ada").get(f"{PAGE}?unit=benefits").content.decode()
    assert "Each of them has too few behind its latest value to judge it." in page
    assert "Too few periods" not in page
