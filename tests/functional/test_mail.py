"""A saved view by mail, as its owner asks for it and reads it: server, watcher, mail server and browser."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional.conftest import GOLDENTHREAD, environment, free_port, served, sign_in
from tests.post.office import Kept, Office, open_office

pytestmark = pytest.mark.browser

WHO, ADDRESS = "marisol.vega", "marisol.vega@example.gov"
VIEW = "Benefits in the morning"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Where mail goes."""
    with open_office() as office:
        yield office


@pytest.fixture(scope="module")
def settings(office: Office) -> dict[str, str]:
    """What the operator says."""
    return {
        "GOLDENTHREAD_MAIL": f"smtp://127.0.0.1:{office.port}",
        "GOLDENTHREAD_MAIL_FROM": "Riverbend numbers <numbers@example.gov>",
        "GOLDENTHREAD_MAIL_TO": "example.gov",
        "GOLDENTHREAD_ADDRESS": f"http://127.0.0.1:{free_port()}",
    }


@pytest.fixture(scope="module")
def home(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo."""
    home = tmp_path_factory.mktemp("mail") / "workspace-demo"
    shutil.copytree(demo, home)
    return home


def arrives(office: Office, is_it: Callable[[Kept], bool]) -> Kept:
    """The letter, once it is there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for kept in office.letters:
            if is_it(kept):
                return kept
        time.sleep(0.2)
    raise AssertionError(f"found {[one.mail['Subject'] for one in office.letters]}")


def is_due_now(home: Path) -> None:
    """The next morning has come."""
    with sqlite3.connect(home / "goldenthread.sqlite3", timeout=30) as database:
        moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        changed = database.execute("UPDATE record_subscription SET next_try_at = ?", [moment])
        assert changed.rowcount == 1


def test_it_is_asked_for_arrives_and_is_stopped(
    home: Path, office: Office, settings: dict[str, str], page: Page, browser: Browser
):
    accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
    password = next(one["password"] for one in accounts if one["username"] == WHO)
    port = int(settings["GOLDENTHREAD_ADDRESS"].rpartition(":")[2])
    with served(home, port, **settings) as address:
        sign_in(page, address, WHO, password)
        page.goto(f"{address}/units/benefits/indicators/")
        page.get_by_role("link", name="Save this view").click()
        page.get_by_label("Name").fill(VIEW)
        page.get_by_role("button", name="Save it").click()
        page.goto(f"{address}/views/")
        page.get_by_role("link", name="Send it by mail").click()
        page.get_by_role("link", name="Say where to write to").click()
        page.get_by_label("E-mail address").fill(ADDRESS)
        page.get_by_role("button", name="Send a link there").click()
        expect(page.locator("main")).to_contain_text(f"A letter is on its way to {ADDRESS}")
        letter = arrives(office, lambda kept: "Confirm" in kept.mail["Subject"])
        page.goto(*re.findall(r"^http\S+", letter.mail.get_content(), re.M))
        page.get_by_role("button", name="Use this address").click()
        expect(page.locator("main")).to_contain_text(f"Mail goes to {ADDRESS}")
        page.goto(f"{address}/views/")
        page.get_by_role("link", name="Send it by mail").click()
        page.get_by_text("Every weekday").click()
        page.get_by_role("button", name="Send it by mail").click()
        expect(page.locator("main")).to_contain_text("Every weekday")

        is_due_now(home)
        mail = arrives(office, lambda kept: kept.mail["Subject"].startswith(VIEW)).mail
        text = mail.get_content().replace("\r\n", "\n")
        page.goto(f"{address}/units/benefits/indicators/")
        shown = " ".join(page.locator("main").inner_text().split())
        sentences = [
            part.split("\n") for part in text.partition("-- ")[0].split("\n\n") if "\n" in part.strip()
        ]
        assert len(sentences) > 2
        for title, sentence in sentences:
            assert title.split(",")[0] in shown
            assert sentence in shown

        stranger = browser.new_context().new_page()
        stranger.goto(mail["List-Unsubscribe"].strip(" <>"))
        stranger.get_by_role("button", name="Stop it").click()
        expect(stranger.locator("h1")).to_have_text("This mail is stopped")
        page.goto(f"{address}/views/")
        expect(page.get_by_role("link", name="Send it by mail")).to_be_visible()

        page.get_by_role("link", name="Send it by mail").click()
        page.get_by_text("Every Monday").click()
        page.get_by_role("button", name="Send it by mail").click()
        expect(page.locator("main")).to_contain_text("Every Monday")


def test_a_sender_that_is_killed_sends_again_under_the_same_number(
    home: Path, office: Office, settings: dict[str, str]
):
    office.letters.clear()
    is_due_now(home)
    watch = [*GOLDENTHREAD, "watch", "--once"]
    said = {**environment(home), **settings}
    office.slow = threading.Event()
    with subprocess.Popen(watch, env=said) as process:
        arrives(office, lambda kept: kept.mail["Subject"].startswith(VIEW))
        process.kill()
    office.slow.set()
    office.slow = None
    for _ in range(2):
        subprocess.run(watch, env=said, check=True, timeout=60)
    first, second = (kept.mail["Message-ID"] for kept in office.letters)
    assert first == second
