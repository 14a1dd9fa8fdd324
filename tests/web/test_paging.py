"""A number in an address is somebody's to type."""

import pytest
from django.test import RequestFactory

from goldenthread.web.paging import number_in, page_asked


@pytest.mark.parametrize(
    ("text", "page"),
    [("2", 2), ("1", 1), ("0", 1), ("", 1), ("-3", 1), ("two", 1), ("²", 1), ("9" * 30, 1), ("9" * 5000, 1)],
)
def test_a_page_is_a_number_from_one(text, page):
    assert page_asked(RequestFactory().get("/", {"page": text})) == page


def test_a_number_no_row_has_is_none():
    assert (number_in("12"), number_in("1.2"), number_in("9" * 30)) == (12, None, None)
