"""Every component in a real browser, behind the product's own middleware and security headers."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect

from goldenthread.accounts.models import User
from goldenthread.record.orgs.models import Organization
from tests.render.gallery.examples import FOLDED

HERE = Path(__file__).parent
AXE = HERE.parent / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.render.gallery.urls"),
]


@pytest.fixture
def gallery(live_server, settings, page: Page) -> Iterator[Page]:
    """A signed-in browser at the gallery. What it complains of on the way fails the test."""
    templates = deepcopy(django_settings.TEMPLATES)
    templates[0]["DIRS"] = [HERE / "gallery" / "templates"]
    settings.TEMPLATES = templates
    Organization.objects.create(name="Riverbend County", timezone="America/Los_Angeles")
    client = Client()
    client.force_login(User.objects.create_user("mvega", name="Marisol Vega"))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{live_server.url}/measures/")
    yield page
    assert not complaints, complaints


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("query", ["?view=chart", "?view=table", "?errors=1"])
def test_nothing_stands_in_anybodys_way(gallery: Page, query: str) -> None:
    gallery.goto(gallery.url + query)
    for width in (1280, 320):
        gallery.set_viewport_size({"width": width, "height": 900})
        assert violations(gallery) == [], f"at {width} pixels"
        beyond = gallery.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, f"at {width} pixels the page scrolls sideways by {beyond}"


def test_forced_colors_and_large_text_keep_the_page_whole(gallery: Page) -> None:
    gallery.emulate_media(forced_colors="active")
    assert violations(gallery) == []
    gallery.set_viewport_size({"width": 640, "height": 450})
    assert gallery.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_tile_that_says_why_it_has_no_number_leaves_room_for_its_title(gallery: Page) -> None:
    told = gallery.locator(".gt-tiles > li", has_text=FOLDED)
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    assert told.locator(".gt-tile__value").evaluate(size) < 20
    gallery.set_viewport_size({"width": 320, "height": 900})
    assert told.locator(".gt-tile__title").bounding_box()["width"] > 100


def test_each_width_has_its_own_drawing(gallery: Page) -> None:
    wide, phone = (gallery.locator(f"#chart .gt-chart--{name}").first for name in ("wide", "phone"))
    assert wide.is_visible()
    assert not phone.is_visible()
    gallery.set_viewport_size({"width": 320, "height": 900})
    assert phone.is_visible()
    assert not wide.is_visible()
    assert phone.bounding_box()["width"] >= 288 - 1


def test_labels_at_the_end_of_lines_stay_apart_and_inside(gallery: Page) -> None:
    boxes = gallery.locator("#chart .gt-chart--wide .gt-word").evaluate_all(
        """words => words.map(word => {
            const box = word.getBoundingClientRect(), chart = word.ownerSVGElement.getBoundingClientRect();
            return {text: word.textContent, left: box.left - chart.left, right: chart.right - box.right,
                    y: parseFloat(word.getAttribute('y')), x: parseFloat(word.getAttribute('x'))};
        })"""
    )
    assert all(box["left"] >= -1 and box["right"] >= -1 for box in boxes), boxes
    last = max(box["x"] for box in boxes)
    heights = sorted(box["y"] for box in boxes if box["x"] == last)
    assert len(heights) == 5
    assert all(low - high >= 14.9 for high, low in pairwise(heights))


def test_the_header_opens_without_script(gallery: Page) -> None:
    gallery.set_viewport_size({"width": 320, "height": 900})
    gallery.get_by_text("Menu").click()
    assert gallery.get_by_role("link", name="Measures", exact=True).is_visible()
    assert gallery.get_by_role("button", name="Sign out").is_visible()
    assert gallery.locator("header summary:visible").bounding_box()["height"] >= 44


def test_every_stop_of_the_tab_key_is_visible(gallery: Page) -> None:
    """Each stop has an outline, and it lies on the page."""
    unseen = []
    for _ in range(60):
        gallery.keyboard.press("Tab")
        stop = gallery.evaluate(
            """() => { const at = document.activeElement;
                const style = getComputedStyle(at), box = at.getBoundingClientRect();
                return {what: at.outerHTML.slice(0, 80), outline: parseFloat(style.outlineWidth),
                        style: style.outlineStyle, area: box.width * box.height}; }"""
        )
        if stop["what"].startswith("<body"):
            break
        if stop["outline"] < 2 or stop["style"] == "none" or not stop["area"]:
            unseen.append(stop)
    assert unseen == []


def test_errors_lead_to_their_fields(gallery: Page) -> None:
    gallery.goto(gallery.url + "?errors=1")
    expect(gallery.get_by_role("alert")).to_be_focused()
    assert gallery.get_by_label("Target for July 2026").input_value() == "85 pct"
    for link in gallery.locator(".gt-errors a").all():
        assert gallery.locator(link.get_attribute("href")).count() == 1
    described = gallery.get_by_label("Target for July 2026").get_attribute("aria-describedby")
    assert "number" in gallery.locator(f"#{described}").inner_text()
