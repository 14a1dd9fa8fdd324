"""The pages about data in a real browser, wide and on a phone: empty, full, in error, and at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.desk.data_world import GOOD, build_world, send, signed_in, work
from tests.web.desk.test_typing_in_a_browser import stands_in_nobodys_way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(live_server, settings, page: Page, tmp_path) -> Iterator[Callable[[str], Page]]:
    """Open an address as the analyst. What the browser complains of on the way fails the test."""
    build_world(tmp_path / "definitions")
    session = signed_in("ada").cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def go(address: str) -> Page:
        page.goto(live_server.url + address)
        return page

    yield go
    assert complaints == []


def test_empty_pages(visit: Callable[[str], Page]) -> None:
    for address in (
        "/data/",
        "/data/?show=late",
        "/data/batches/",
        "/new/source/",
        "/data/sources/calls/",
    ):
        stands_in_nobodys_way(visit(address))


def test_a_file_that_differs_and_what_is_proposed(visit: Callable[[str], Page]) -> None:
    batch = send(GOOD.replace("call,agent", "Call_Id,agent"))
    page = visit(f"/data/batches/{batch.pk}/")
    stands_in_nobodys_way(page)
    page.get_by_role("button", name="Accept this proposal").click()
    expect(page.get_by_text("The definition is changed.")).to_be_visible()
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.accepted) == ("loaded", 60)
    day_first = send(re.sub(r"2026-03-(\d\d)", r"\1/03/2026", GOOD))
    stands_in_nobodys_way(visit(f"/data/batches/{day_first.pk}/"))


def test_full_pages(visit: Callable[[str], Page]) -> None:
    batch = send()
    signed_in().post(f"/data/batches/{send(GOOD, name='more.csv').pk}/load/")
    work()
    for address in (
        "/data/batches/",
        f"/data/batches/{batch.pk}/",
        f"/data/batches/{batch.pk}/?view=table",
        f"/data/batches/{batch.pk + 1}/undo/",
        "/data/sources/calls/edit/?column=wait&missing=--",
    ):
        stands_in_nobodys_way(visit(address))


def test_from_a_new_file_to_loaded_rows(visit: Callable[[str], Page], tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(GOOD)
    page = visit("/new/source/")
    page.get_by_role("button", name="Propose a source").click()
    expect(page.get_by_role("alert")).to_contain_text("Found no file")
    stands_in_nobodys_way(page)
    page.get_by_label("Bring a file").set_input_files(file)
    page.get_by_role("button", name="Propose a source").click()
    text = page.get_by_label("Definition")
    expect(text).to_have_value(re.compile("source: visits"))
    proposed = text.input_value()
    text.fill(proposed.replace("source: visits", "source: Visits!"))
    page.get_by_role("button", name="Save and read the file").click()
    expect(page.get_by_role("alert")).to_contain_text("line 1, source")
    stands_in_nobodys_way(page)
    text.fill(proposed)
    page.get_by_role("button", name="Only check it").click()
    expect(page.get_by_text("It is not saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save and read the file").click()
    expect(page.get_by_text("Waiting for its turn to be read")).to_be_visible()
    stands_in_nobodys_way(page)
    work()
    # htmx asks every two seconds, and takes the page anew when the work is over.
    load = page.get_by_role("button", name="Load 60 rows")
    load.wait_for(timeout=10_000)
    page.set_viewport_size({"width": 320, "height": 900})
    load.click()
    expect(page.get_by_text("Waiting for its turn to be loaded")).to_be_visible()
    work()
    page.get_by_text("60 rows are loaded").wait_for(timeout=10_000)
    stands_in_nobodys_way(page)
