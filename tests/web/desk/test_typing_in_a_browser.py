"""Typing, approving, looking after, and signing in: in a real browser, wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from goldenthread.accounts.models import User
from tests.web.desk.typing_world import build_world, field, month, signed_in

AXE = Path(__file__).parents[2] / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(live_server, settings, page: Page) -> Iterator[Callable[..., Page]]:
    """Open an address as somebody. What the browser complains of on the way fails the test."""
    # The real hasher takes half a second on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    build_world()
    ana = User.objects.get(username="ana")
    ana.set_password("seven lamps by the river")
    ana.save()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def go(address: str, who: str = "") -> Page:
        if who:
            session = signed_in(who).cookies[settings.SESSION_COOKIE_NAME]
            page.context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
        page.goto(live_server.url + address)
        return page

    yield go
    assert not [one for one in complaints if "404" not in one], complaints


def stands_in_nobodys_way(page: Page) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(AXE.read_text())
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], width
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, f"at {width} pixels the page scrolls sideways by {beyond}"
        if width > 1000:
            layouts = page.evaluate(
                "[...document.querySelectorAll('table')].map(e => getComputedStyle(e).display)"
            )
            assert set(layouts) <= {"table"}, "a table does not lie in columns"


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("/my-numbers/", "ana"),
        ("/my-numbers/", "eli"),
        ("/my-numbers/approve/", "dora"),
        ("/upkeep/", "dora"),
        ("/upkeep/", "eli"),
        ("/accounts/password/change/", "ana"),
        ("/accounts/logout/", "ana"),
        ("/no/such/thing/", "ana"),
        ("/", ""),
    ],
)
def test_full_and_empty(visit: Callable[..., Page], address: str, who: str) -> None:
    stands_in_nobodys_way(visit(address, who))


def test_a_column_is_pasted_checked_and_handed_in_and_approved(visit: Callable[..., Page]) -> None:
    page = visit("/my-numbers/", "ana")
    page.get_by_text("Paste a column from a spreadsheet").last.click()
    page.get_by_label("Column for Letters answered in time").fill("57\t60\n58\t61\n")
    page.get_by_role("button", name="Fill the rows").locator("visible=true").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing is saved yet")
    stands_in_nobodys_way(page)
    page.get_by_role("button", name="Submit what is filled in").click()
    expect(page.get_by_role("status")).to_contain_text("Two values submitted; they wait for approval.")
    stands_in_nobodys_way(page)
    page = visit("/my-numbers/approve/", "dora")
    stands_in_nobodys_way(page)
    page.get_by_text("Return", exact=False).first.click()
    page.get_by_role("button", name="Return with this reason").first.click()
    expect(page.get_by_role("alert")).to_contain_text("say what should be corrected")
    stands_in_nobodys_way(page)
    page.locator(".gt-decision .usa-checkbox__label").last.click()
    page.get_by_role("button", name="Approve the chosen values").click()
    expect(page.get_by_role("status")).to_contain_text("One value approved; it counts from now on.")


def test_enter_saves_and_a_mistake_leads_to_its_field(visit: Callable[..., Page]) -> None:
    page = visit("/my-numbers/", "ana")
    cell = page.locator(f"#id_{field('inspections', month(1), 'value')}")
    cell.fill("twelve")
    cell.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    stands_in_nobodys_way(page)
    page.get_by_role("alert").get_by_role("link").click()
    expect(cell).to_be_focused()
    expect(cell).to_have_value("twelve")
    cell.fill("12")
    cell.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Draft saved: one value.")


def test_what_is_missing_on_the_upkeep_page_is_told(visit: Callable[..., Page]) -> None:
    page = visit("/upkeep/", "dora")
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one measure.")
    stands_in_nobodys_way(page)


def test_a_wrong_password_is_told(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.get_by_label("Username").fill("ana")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    stands_in_nobodys_way(page)
