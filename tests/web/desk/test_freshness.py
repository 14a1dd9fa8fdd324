"""Every page with numbers of extracts says as of when they are."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from goldenthread.record.measures.models import Observation
from tests.web.desk.worlds import text_of

PAGES = (
    ("dora", "/"),
    ("dora", "/measures/"),
    ("dora", "/measures/?q=calls"),
    ("dora", "/measures/calls_answered/"),
    ("dora", "/thread/phone/?unit=north"),
    ("dora", "/thread/phone/?view=list"),
    ("dora", "/services/phone/"),
    ("dora", "/units/benefits/"),
    ("dora", "/units/benefits/indicators/"),
    ("sam", "/units/north/reports/desk_work/"),
    ("sam", "/units/north/reports/desk_work/workers/"),
    ("sam", "/units/north/reports/desk_work/workers/ana/"),
    ("sam", "/units/north/reports/desk_work/by/"),
    ("sam", "/units/north/reports/desk_list/open/"),
    ("ana", "/my-work/desk_work/"),
    ("ana", "/my-work/desk_list/open/"),
)


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """With numbers, all of them computed today."""


@pytest.mark.parametrize(("username", "address"), PAGES)
def test_a_page_with_numbers_says_as_of_when(username: str, address: str) -> None:
    text = text_of(username, address)
    said = re.search(r"Numbers as of ([^<]+)<", text[text.index('<footer class="gt-footer">') :])
    assert said is not None
    assert date_format(timezone.localdate(), "F j, Y") in said[1]


def test_a_list_says_the_moment_of_its_newest_number_and_of_no_other() -> None:
    long_ago = datetime.datetime(2020, 5, 4, 12, tzinfo=datetime.UTC)
    Observation.objects.exclude(measure__key="potholes").update(computed_at=long_ago)
    assert "Numbers as of Monday, May 4, 2020" in text_of("dora", "/measures/?q=calls")
    assert "Numbers as of" not in text_of("dora", "/measures/?q=nothing+of+that+name")
