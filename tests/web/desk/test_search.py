"""Search finds what its reader may open, and nothing else; help is for everybody who is signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.record.measures.models import Observation
from tests.web.desk.worlds import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world():
    build_world()


def text_of(username: str, address: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=username))
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_it_finds_by_parts_of_words_in_groups():
    text = text_of("ada", "/search/?q=answered+minute")
    assert "1 thing found for “answered minute”" in text
    assert 'href="/measures/calls_answered/"' in text
    text = text_of("ada", "/search/?q=PHONE")
    assert text.index("Outcomes and services") < text.index("Sources")
    assert 'href="/services/phone/"' in text
    assert 'href="/data/sources/calls/"' in text


def test_units_are_found_only_where_seen():
    assert 'href="/units/north/"' in text_of("ana", "/search/?q=office")
    assert "South office" not in text_of("ana", "/search/?q=office")
    assert "South office" in text_of("dora", "/search/?q=office")


def test_sources_are_for_who_loads_data():
    assert "/data/sources/calls/" not in text_of("dora", "/search/?q=calls")


def test_a_measure_without_a_value_one_may_see_is_not_found():
    Observation.objects.filter(measure__key="potholes", unit__key="county").delete()
    for name in ("ana", "dora"):
        assert "Nothing found" in text_of(name, "/search/?q=potholes")
    assert "/measures/potholes/" in text_of("eli", "/search/?q=potholes")


@pytest.mark.parametrize("name", ["new", "adam"])
def test_who_sees_no_results_finds_no_measure(name):
    assert "/measures/" not in text_of(name, "/search/?q=a").partition("<main")[2]


def test_services_are_for_who_holds_any_right():
    assert 'href="/services/phone/"' in text_of("adam", "/search/?q=phone")
    assert "/services/" not in text_of("new", "/search/?q=phone").partition("<main")[2]


@pytest.mark.parametrize("query", ["%", "_", "'", "%F0%9F%98%80", "a" * 5000, "a+" * 200, ""])
def test_strange_words_do_no_harm(query):
    text_of("ada", f"/search/?q={query}")


def test_what_was_typed_is_shown_as_text():
    assert "<script>alert" not in text_of("ada", "/search/?q=<script>alert(1)</script>")


def test_help_explains_each_mark():
    text = text_of("new", "/help/")
    for anchor in ("words", "marks", "numbers", "sight", "accessibility"):
        assert f'id="{anchor}"' in text
