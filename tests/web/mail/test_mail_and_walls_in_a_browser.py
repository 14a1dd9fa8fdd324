"""Mail and walls in a browser: wide and narrow, empty, full and in error, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import Page, expect

from goldenthread.accounts.models import User
from goldenthread.jobs.mail.addresses import address_code, stop_code
from goldenthread.record.measures.models import Observation
from goldenthread.record.subscriptions.models import Subscription
from tests.post.office import Office, open_office
from tests.web.desk.test_access_in_a_browser import complaints_at
from tests.web.desk.test_reading_in_a_browser import complaints, sign_in
from tests.web.mail.world import INDICATORS, mailed, server_at, view_of
from tests.web.whole_county import build_whole_county

LONG = "a-name-without-any-blank-in-it-that-is-as-long-as-one-may-be-in-here-really-so"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def office(tmp_path: Path, transactional_db: None) -> Iterator[Office]:
    """The whole county, and its mail server."""
    cache.clear()
    build_whole_county(tmp_path)
    with open_office() as office, override_settings(MAIL=server_at(office)):
        yield office


def test_nothing_stands_in_the_way_of_asking_for_mail(live_server, page: Page):
    base, view = live_server.url, view_of("sam", INDICATORS, LONG)
    here = f"/views/{view.pk}/mail/"
    sign_in(page, base, "sam")
    assert complaints_at(page, base, ("/views/", here, "/my-mail/")) == []
    page.get_by_label("E-mail address").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    assert complaints(page, "no address") == []
    page.get_by_label("E-mail address").fill(f"{LONG[:60]}@example.gov")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("A letter is on its way")
    assert complaints(page, "on its way") == []
    code = address_code(view.owner, f"{LONG[:60]}@example.gov")
    assert complaints_at(page, base, (f"/my-mail/confirm/{code}/",)) == []
    page.get_by_role("button", name="Use this address").press("Enter")
    expect(page.locator("main")).to_contain_text("Mail goes to")
    assert complaints(page, "confirmed") == []
    page.goto(base + here)
    page.get_by_role("radio", name="Every Monday").press("ArrowUp")
    page.get_by_role("button", name="Send it by mail").press("Enter")
    expect(page.locator("main")).to_contain_text("Every weekday")
    assert Subscription.objects.get(view=view).rhythm == "daily"
    Subscription.objects.filter(view=view).update(problem="The mail server refused it: 550 no such person")
    assert complaints_at(page, base, ("/views/", here, "/my-mail/", "/accounts/")) == []


def test_nor_of_stopping_it(live_server, page: Page):
    one = mailed(name=LONG)
    address = f"/accounts/mail/stop/{stop_code(one.pk)}/"
    assert complaints_at(page, live_server.url, (address,)) == []
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Stop it").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("This mail is stopped")
    assert complaints(page, "stopped") == []


def test_nor_before_a_wall(live_server, page: Page):
    base, walls = live_server.url, "/units/north/walls/"
    User.objects.filter(username="sam").update(name=LONG)
    sign_in(page, base, "sam")
    assert complaints_at(page, base, (walls,)) == []
    page.get_by_role("button", name="Put it up").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    assert complaints(page, "no name") == []
    page.get_by_label("Where it hangs").fill(LONG)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("shows it this one time")
    assert complaints(page, "put up") == []
    wall = page.locator("input[readonly]").input_value()
    assert complaints_at(page, base, (walls,)) == []
    page.get_by_role("link", name="take it down now").first.click()
    assert complaints(page, "take it down") == []
    page.context.clear_cookies()
    for what in ("full", "empty"):
        page.goto(wall)
        assert complaints(page, f"wall, {what}") == []
        Observation.objects.all().delete()
    expect(page.locator("main")).to_contain_text("No key indicator of this unit has a value yet.")
    page.goto(f"{base}/wall/none/")
    assert complaints(page, "no wall") == []


def test_what_is_chosen_is_seen_in_forced_colors_too(live_server, page: Page):
    sign_in(page, live_server.url, "sam")
    page.emulate_media(forced_colors="active")
    page.goto(f"{live_server.url}/units/north/walls/")
    colors = page.locator(".usa-radio__label").evaluate_all(
        "labels => labels.map(label => getComputedStyle(label, '::before').backgroundColor)"
    )
    assert len(colors) == 3
    assert len(set(colors)) == 2
