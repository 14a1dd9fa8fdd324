"""Who may see what, holds, tokens and an invitation in a browser: wide and narrow, with names as long as they
come."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from goldenthread.accounts import actions
from goldenthread.accounts.models import User
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.stewardship.actions import place_hold
from goldenthread.record.tokens.actions import make_token
from tests.web.desk.test_reading_in_a_browser import complaints, sign_in
from tests.web.desk.worlds import build_units, say_why, today

LONG = "Maximiliana Wolfeschlegelsteinhausenbergerdorfffeatherstonehaugh"
BY = Actor.operator()
ANA = "/access/people/ana/"
ADMINISTRATORS = (
    "/access/",
    "/access/?q=nobody+at+all",
    ANA,
    f"{ANA}compare/?one=2020-01-01",
    f"{ANA}grant/",
    "/access/waiting/",
    "/retention/",
    "/stand-ins/",
    "/who-looked/",
    "/invite/",
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def county(transactional_db: None) -> None:
    build_units()
    Person.objects.filter(key="ana").update(name=LONG)
    User.objects.filter(username="ana").update(name=LONG)


def complaints_at(page: Page, base: str, addresses: tuple[str, ...]) -> list[str]:
    found = []
    for address in addresses:
        response = page.goto(base + address)
        assert response is not None
        assert response.status == 200, address
        found += complaints(page, address)
    return found


def test_nothing_stands_in_an_administrators_way(live_server, page: Page):
    hold = place_hold(
        case=f"2026-17, {LONG.replace(' ', '')}",
        person=Person.objects.get(key="ana"),
        unit=Unit.objects.get(key="north"),
        starts_on=None,
        ends_on=None,
        by=BY,
        now=timezone.now(),
        today=today(),
    )
    for address in (ANA, f"{ANA}compare/"):
        say_why("adam", address)
    sign_in(page, live_server.url, "adam")
    pages = (*ADMINISTRATORS, f"/retention/holds/{hold.pk}/")
    assert complaints_at(page, live_server.url, pages) == []


def test_nor_in_that_of_one_with_a_long_name(live_server, page: Page):
    ana = User.objects.get(username="ana")
    token, _secret = make_token(
        owner=ana,
        name="nightly-export-from-a-machine-without-any-blank-in-its-name.riverbend.example",
        purposes=["results"],
        sources=[],
        days=7,
        by=Actor.user(ana.pk),
        now=timezone.now(),
        today=today(),
    )
    sign_in(page, live_server.url, "ana")
    pages = ("/my-access/", "/my-access/compare/", "/my-tokens/", f"/my-tokens/{token.pk}/end/", "/accounts/")
    assert complaints_at(page, live_server.url, pages) == []
    for width in (1280, 1200, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        header = page.locator(".gt-header").bounding_box()
        assert header is not None
        assert header["height"] < 64, width


def test_nor_in_saved_views(live_server, page: Page):
    sign_in(page, live_server.url, "ana")
    assert complaints_at(page, live_server.url, ("/views/",)) == []
    page.goto(f"{live_server.url}/units/north/indicators/")
    page.get_by_role("link", name="Save this view").click()
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert complaints(page, "no name") == []
    page.get_by_role("textbox", name="Name").fill(
        "a-name-without-any-blank-in-it-that-is-as-long-as-one-may-be-in-here-really-so"
    )
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/units/north/indicators/")
    view = SavedView.objects.get()
    pages = ("/", "/views/", f"/views/{view.pk}/", f"/views/{view.pk}/remove/", "/units/north/indicators/")
    assert complaints_at(page, live_server.url, pages) == []


def test_nor_in_that_of_one_who_was_invited(live_server, page: Page):
    secret = actions.invite(user=User.objects.get(username="ana"), by=BY, now=timezone.now())
    assert complaints_at(page, live_server.url, (f"/accounts/invitation/{secret}/",)) == []


def test_a_purpose_is_asked_for_by_the_keyboard_alone(live_server, page: Page):
    sign_in(page, live_server.url, "adam")
    page.goto(live_server.url + ANA)
    assert complaints(page, "why") == []
    page.get_by_role("textbox", name="Purpose").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("textbox", name="Purpose").fill("Yearly check.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"What {LONG} can see, and why")
