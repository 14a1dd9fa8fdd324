"""Home, thread, services, units, search and help in a browser: wide and narrow, full, empty, in error."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from goldenthread.accounts.models import User
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Unit
from tests.web.desk.test_comparing_units import build_offices
from tests.web.desk.worlds import build_units, build_world
from tests.web.whole_county import build_whole_county

AXE = Path(__file__).parents[2] / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FULL = (
    "/",
    "/thread/phone/?unit=north",
    "/thread/phone/?view=list",
    "/services/phone/",
    "/services/phone/edit/",
    "/services/benefits_core/add/",
    "/units/",
    "/units/benefits/",
    "/units/north/mission/",
    "/search/?q=calls",
    "/help/",
)
EMPTY = ("/", "/thread/", "/units/", "/units/north/", "/units/north/mission/", "/search/?q=nothing")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, base: str, username: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


def complaints(page: Page, address: str) -> list[str]:
    """What stands in somebody's way on the page, at both widths."""
    found = []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{address} is wider than {width} pixels")
        told = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        found += [
            f"{address} at {width}: {one['id']} {node['target']}"
            for one in told["violations"]
            for node in one["nodes"]
        ]
    return found


def test_nothing_stands_in_anybodys_way(live_server, page: Page):
    build_world()
    refresh_notices(now=timezone.now())
    sign_in(page, live_server.url, "dora")
    found = []
    for address in FULL:
        response = page.goto(live_server.url + address)
        assert response is not None
        assert response.status == 200, address
        found += complaints(page, address)
    assert found == []


def test_nor_where_there_is_nothing_yet(live_server, page: Page):
    build_units()
    sign_in(page, live_server.url, "dora")
    found = []
    for address in EMPTY:
        page.goto(live_server.url + address)
        found += complaints(page, address)
    assert found == []


def test_nor_on_the_pages_of_a_report(live_server, page: Page, tmp_path: Path):
    build_whole_county(tmp_path)
    found = []
    for username, address in (
        ("sam", "/units/north/reports/desk_work/"),
        ("sam", "/units/north/reports/desk_work/?days=yesterday"),
        ("sam", "/units/north/reports/desk_work/?since=2026-02-30&until=2026-02-01"),
        ("sam", "/reports/"),
        ("dora", "/reports/"),
        ("ada", "/reports/"),
        ("ada", "/new/report/"),
        ("ada", "/reports/desk_work/edit/"),
        ("sam", "/units/north/indicators/"),
        ("eli", "/units/roads/indicators/"),
        ("sam", "/units/north/reports/desk_work/workers/"),
        ("sam", "/units/north/reports/desk_work/workers/ana/"),
        ("ada", "/units/north/reports/desk_work/workers/"),
        ("sam", "/units/north/reports/desk_work/by/?category=food"),
        ("sam", "/units/north/reports/desk_work/by/?days=yesterday"),
        ("sam", "/units/north/reports/desk_list/open/"),
        ("sam", "/units/north/reports/desk_list/workers/ana/open/"),
        ("ana", "/my-work/desk_list/open/"),
        ("ana", "/my-work/desk_work/"),
        ("dora", "/my-work/"),
        ("lia", "/reports/desk_work/workers/"),
    ):
        sign_in(page, live_server.url, username)
        page.goto(live_server.url + address)
        found += complaints(page, address)
    assert found == []


def test_nor_where_units_are_side_by_side(live_server, page: Page, tmp_path: Path):
    build_offices(tmp_path)
    sign_in(page, live_server.url, "exa")
    found = []
    for how in ("mix", "counted"):
        page.goto(f"{live_server.url}/measures/decided_in_time/?unit=county&units={how}")
        page.get_by_text("How this is worked out").click()
        expect(page.get_by_text("By chance alone")).to_be_visible()
        found += complaints(page, how)
    page.get_by_role("link", name="Allowing for the mix of program").click()
    expect(page.get_by_role("link", name="As counted")).to_be_visible()
    assert found == []


def test_an_error_takes_the_focus_and_leads_to_its_field(live_server, page: Page):
    build_world()
    sign_in(page, live_server.url, "dora")
    page.goto(f"{live_server.url}/services/benefits_core/add/")
    page.get_by_role("textbox", name="Name", exact=True).fill("Renewals")
    page.get_by_role("textbox", name="Id", exact=True).fill("a b")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Renewals")
    assert complaints(page, "an error") == []
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_role("textbox", name="Id", exact=True)).to_be_focused()


def test_the_map_lies_in_rows_when_wide_and_reads_in_order_when_narrow(live_server, page: Page):
    build_world()
    sign_in(page, live_server.url, "dora")
    page.goto(f"{live_server.url}/thread/phone/?unit=north")
    boxes = page.locator(".gt-map__level:first-child .gt-map__box")
    first, second = (boxes.nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    page.set_viewport_size({"width": 320, "height": 900})
    expect(page.locator(".gt-connectors").first).to_be_hidden()
    first, second = (boxes.nth(place).bounding_box() for place in (0, 1))
    assert first is not None
    assert second is not None
    assert first["y"] + first["height"] <= second["y"]


def test_long_names_break_and_push_nothing_aside(live_server, page: Page):
    build_world()
    Unit.objects.filter(key="north").update(name="Northern and western office " * 4)
    version = Measure.objects.get(key="calls_answered").current
    assert version is not None
    version.definition["title"] = "Calls of people who waited for less than a minute " * 4
    version.save()
    sign_in(page, live_server.url, "dora")
    found = []
    for address in ("/measures/calls_answered/?unit=benefits", "/units/benefits/", "/measures/", "/units/"):
        page.goto(live_server.url + address)
        found += complaints(page, address)
    assert found == []
