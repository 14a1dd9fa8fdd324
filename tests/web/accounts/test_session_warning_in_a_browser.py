"""Two minutes before the session ends the page says so, and more time is one key away."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Error as PageIsLeft
from playwright.sync_api import Page, expect

from goldenthread.record.framework.actions import adopt_mission
from goldenthread.record.orgs.models import Unit
from tests.web.accounts.people import BY, NOW, PASSWORD, county, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("county")]
__all__ = ["county"]


# What the page asks of the server is done when it has set its next timer.
ASKING = """(() => {
  const { fetch, setTimeout } = window;
  window.fetch = (...about) => { window.isAsking = true; return fetch(...about); };
  window.setTimeout = (...about) => { window.isAsking = false; return setTimeout(...about); };
})()"""


@pytest.fixture
def clock(page: Page, monkeypatch):
    """Moves the clocks of server and page on together, and never while the page waits for an answer."""
    state = {"now": timezone.now()}
    monkeypatch.setattr("django.utils.timezone.now", lambda: state["now"])
    page.clock.install()
    page.add_init_script(ASKING)

    def answered() -> None:
        # `wait_for_function` evaluates text in the page, which the page's policy forbids.
        with suppress(PageIsLeft):
            while page.evaluate("window.isAsking"):
                page.wait_for_timeout(10)

    def move(minutes: int) -> None:
        answered()
        state["now"] += timedelta(minutes=minutes)
        page.clock.run_for(minutes * 60_000)
        answered()

    return move


def open_help(page: Page, base: str) -> None:
    cookie = signed_in("ana").cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
    page.goto(f"{base}/help/")


def test_it_is_announced_and_answered_by_keyboard(live_server, page: Page, clock):
    open_help(page, live_server.url)
    warning = page.get_by_role("alertdialog", name="You are about to be signed out")
    clock(27)
    expect(warning).to_be_hidden()
    clock(1)
    expect(warning).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    clock(27)
    expect(warning).to_be_hidden()
    clock(1)
    expect(warning).to_be_visible()


def test_at_the_end_the_page_is_left_and_comes_back_after_signing_in(live_server, page: Page, clock):
    open_help(page, live_server.url)
    clock(28)
    clock(2)
    page.wait_for_url("**/?next=%2Fhelp%2F")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_another_tab_that_is_used_keeps_this_one_quiet(live_server, page: Page, clock):
    open_help(page, live_server.url)
    clock(20)
    page.request.get(f"{live_server.url}/measures/")
    clock(8)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    clock(20)
    expect(page.get_by_role("alertdialog")).to_be_visible()


def test_without_javascript_the_page_says_until_when(live_server, browser):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        open_help(page, live_server.url)
        expect(page.get_by_text("unless you open or send a page.")).to_be_visible()
        page.get_by_role("button", name="Stay signed in").click()
        expect(page).to_have_url(f"{live_server.url}/help/")


def test_what_was_being_typed_comes_back_after_signing_in(live_server, page: Page, clock):
    adopt_mission(
        unit=Unit.objects.get(key="north"),
        mission="We answer.",
        vision="One call is enough.",
        adopted_on=NOW.date(),
        by=BY,
        now=NOW,
        today=NOW.date(),
    )
    cookie = signed_in("ana").cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/units/north/mission/")
    page.locator("main textarea").first.fill("Say that we answer within a day.")
    clock(28)
    clock(2)
    page.wait_for_url("**/?next=%2Faccounts%2Fdrafts%2F")
    page.get_by_label("Username").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("What you were typing")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("Say that we answer within a day.")).to_be_visible()
    page.goto(f"{live_server.url}/accounts/drafts/")
    expect(page.get_by_text("Nothing is kept.")).to_be_visible()
