"""A list of measures is there as a file: all of its pages, and nothing that its reader may not see."""

from __future__ import annotations

import csv

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goldenthread.accounts.models import User
from tests.web.desk.worlds import add_counts, build_units, build_world

pytestmark = pytest.mark.django_db

HEAD = ["Measure", "Unit", "Period", "Latest", "Target", "Against its own past", "Against its target"]
NOT_READING = ("goldenthread_cache", "record_audit", "SAVEPOINT")
"""Counting the call takes 12 statements and writing it down 10, whatever the file holds."""


@pytest.fixture
def world():
    build_world()


def as_user(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def rows_of(username: str, address: str) -> list[list[str]]:
    """The rows below the head."""
    response = as_user(username).get(address)
    assert response.headers["Content-Type"].startswith("text/csv")
    head, *rows = csv.reader(response.content.decode("utf-8-sig").splitlines())
    assert head == HEAD
    return rows


@pytest.mark.parametrize(
    ("page", "file"),
    [
        ("/measures/", "/measures/data.csv"),
        ("/measures/?q=calls", "/measures/data.csv?q=calls"),
        ("/units/benefits/", "/units/benefits/data.csv"),
        ("/services/phone/", "/services/phone/data.csv"),
    ],
)
def test_the_page_leads_to_its_file(world, page, file):
    assert f'href="{file}"' in as_user("dora").get(page).content.decode()


@pytest.mark.parametrize("page", ["/measures/", "/units/benefits/"])
def test_no_file_is_offered_of_nothing(page):
    build_units()
    assert "data.csv" not in as_user("dora").get(page).content.decode()


def test_measures_are_those_that_their_reader_sees(world):
    rows = rows_of("dora", "/measures/data.csv")
    assert [row[:2] for row in rows] == [
        ["Calls answered within a minute", "Benefits"],
        ["Calls received", "Benefits"],
        ["Potholes filled in three days", "Riverbend County"],
    ]
    assert 0 < float(rows[0][3]) < 85
    assert rows[0][4] == "85%"
    assert rows[0][6].startswith("Missed: ")
    assert [row[1] for row in rows_of("eli", "/measures/data.csv")] == [
        "Riverbend County",
        "Riverbend County",
        "Roads",
    ]
    assert rows_of("new", "/measures/data.csv") == []


def test_measures_are_those_with_the_words_in_their_names(world):
    assert [row[0] for row in rows_of("dora", "/measures/data.csv?q=received")] == ["Calls received"]


def test_a_unit_has_every_page_of_its_measures_in_one_file(world):
    add_counts(20)
    rows = rows_of("dora", "/units/benefits/data.csv")
    assert len(rows) == 22
    assert {row[1] for row in rows} == {"Benefits"}


def test_a_service_has_the_measures_that_serve_it(world):
    rows = rows_of("ana", "/services/phone/data.csv")
    assert {row[0] for row in rows} == {"Calls answered within a minute", "Calls received"}
    assert as_user("new").get("/services/phone/data.csv").status_code == 404


@pytest.mark.parametrize("address", ["/measures/data.csv", "/units/benefits/data.csv"])
def test_more_measures_take_no_more_queries(world, address):
    client = as_user("dora")
    # The first look of all makes the head of the log.
    client.get(address)
    few = statements(client, address)
    add_counts(20)
    many = statements(client, address)
    assert len(many) == len(few)
    reading = [one for one in many if not any(word in one for word in NOT_READING)]
    assert len(reading) <= 14
    assert len(many) - len(reading) <= 22


def statements(client: Client, address: str) -> list[str]:
    """What the database is told while the file is made."""
    with CaptureQueriesContext(connection) as told:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in told]
