"""Each role of the demo signs in, finds that something waits, and does its one thing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ANSWERS_WITHIN
from tests.functional.conftest import served, sign_in

pytestmark = [pytest.mark.long, pytest.mark.browser]

PICTURES = os.environ.get("GOLDENTHREAD_PICTURES")
"""Where to keep the pictures that documents show, such as docs/images."""


@pytest.fixture(scope="module")
def county(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Where a copy of the demo is served, and its folder."""
    home = tmp_path_factory.mktemp("roles") / "workspace-demo"
    shutil.copytree(demo, home)
    with served(home) as address:
        yield address, home


@pytest.fixture
def enter(county: tuple[str, Path], page: Page) -> Callable[[str], Page]:
    """Signs in as a role and shows Home."""
    address, home = county
    accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
    # Of several who hold a role, the first.
    known = {one["role"]: (one["username"], one["password"]) for one in reversed(accounts)}

    def enter(role: str) -> Page:
        sign_in(page, address, *known[role])
        expect(page.locator("main")).not_to_contain_text("Nothing needs you")
        return page

    return enter


def says(page: Page, words: str) -> None:
    """Waits for the page that a click leads to."""
    expect(page.locator("main")).to_contain_text(words)


def test_the_member_enters_what_the_team_tried(enter: Callable[[str], Page]):
    page = enter("member")

    page.get_by_role("link", name="Enter value").first.click()
    page.locator("input[name$=-value]").first.fill("4")
    page.get_by_role("button", name="Submit what is filled in").click()

    says(page, "You owe no values")


def test_the_supervisor_sees_the_unit(enter: Callable[[str], Page]):
    page = enter("supervisor")

    page.get_by_role("link", name="My unit", exact=True).first.click()

    says(page, "Calls answered within a minute")
    says(page, "more than normal variation")


def test_the_director_approves_and_sees_what_nobody_owns(enter: Callable[[str], Page]):
    page = enter("director")

    page.get_by_role("link", name="Review").first.click()
    page.locator("label[for^=value-]").first.click()
    page.get_by_role("button", name="Approve the chosen values").click()
    says(page, "No value waits for your approval")

    page.goto(page.url.split("/my-numbers")[0] + "/upkeep/")
    says(page, "No owner")


def test_the_analyst_loads_what_came_last_night(enter: Callable[[str], Page]):
    page = enter("analyst")

    page.locator("main a[href*='/data/batches/']").first.click()
    says(page, "workers are unknown")
    page.get_by_role("button", name="Load").first.click()
    page.get_by_text("Every measure it touches is up to date").first.wait_for(timeout=3 * ANSWERS_WITHIN)


def test_the_executive_follows_the_thread(enter: Callable[[str], Page]):
    page = enter("executive")

    page.get_by_role("link", name="Thread", exact=True).first.click()

    says(page, "People can meet their basic needs")


def test_the_administrator_finds_who_left_and_confirms_what_another_proposed(enter: Callable[[str], Page]):
    page = enter("administrator")

    says(page, "hold no right today")
    page.get_by_role("link", name="Look: ").click()
    page.get_by_role("button", name="Confirm Auditor").click()

    says(page, "Nothing waits to be confirmed")


def test_reported_and_restated_stand_side_by_side(enter: Callable[[str], Page], browser: Browser):
    page = enter("analyst")

    page.goto(page.url + "measures/calls_answered_in_time/")
    reported = page.locator("table", has_text="First reported").inner_text()

    assert "The overflow line sent its calls a month late." in reported
    if PICTURES:
        top = {"x": 0, "y": 0, "width": 1280, "height": 1040}
        page.screenshot(path=Path(PICTURES) / "measure.png", full_page=True, clip=top)
