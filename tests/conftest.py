"""What every test may ask for: sample files and a real browser. Lanes are in lanes.py."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from goldenthread.workspace import Workspace
from tests.browsers import browser_path

settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", parent=settings.get_profile("ci"), max_examples=1000, derandomize=False)
settings.load_profile("ci")


@contextmanager
def files_go_back() -> Iterator[None]:
    """Leaves the folders of the run's own workspace as they were before the block."""
    workspace = Workspace.from_environment()
    folders = (workspace.store, workspace.uploads, workspace.incoming, workspace.audit_heads)
    with TemporaryDirectory() as name:
        there = {folder: Path(name, folder.name) for folder in folders if folder.is_dir()}
        for folder, kept in there.items():
            shutil.copytree(folder, kept)
        yield
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for folder, kept in there.items():
            shutil.move(kept, folder)


@pytest.fixture(autouse=True)
def files_go_with_the_records() -> Iterator[None]:
    """The records of a test roll back, and facts would stay."""
    with files_go_back():
        yield


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For what stands from the first test of a file to its last: records and files that one fixture of the
    module sets up, and each test leaves as they were. Not for tests whose transactions end."""
    with django_db_blocker.unblock(), files_go_back(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """A PostgreSQL of tests has its second locks from the beginning; who owns the server passes them. Laid
    and rolled back by each test, they would fill the catalog with what is gone, and everything would wait."""
    from tests.record.access.application import lay_the_locks

    with django_db_blocker.unblock():
        lay_the_locks()


@pytest.fixture(autouse=True)
def under_the_second_lock(request: pytest.FixtureRequest) -> Iterator[None]:
    """With --second-lock, or marked as served, a test asks PostgreSQL as the application's role. What it sets
    up is work of the system; a request is whose it is."""
    from django.db import connection

    marked = request.node.get_closest_marker
    wanted = request.config.getoption("second_lock") or (
        marked("served") and connection.vendor == "postgresql"
    )
    records = _records_of(request.node)
    if records is None or marked("owner") or not wanted:
        yield
        return
    from tests.record.access.application import as_application

    request.getfixturevalue(records)
    with as_application():
        yield


def _records_of(item: pytest.Item) -> str | None:
    """The fixture of the records that a test works with: with transactions that end, or in one that is taken
    back."""
    marker = item.get_closest_marker("django_db")
    named = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if not marker and not named:
        return None
    ends = named - {"db"} or (marker and marker.kwargs.get("transaction"))
    return "transactional_db" if ends else "db"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a lane with PostgreSQL are the tests that keep records there: the others are the same in each."""
    if not config.getoption("postgres"):
        return
    kept, left_out = [], []
    for one in items:
        (kept if _records_of(one) or one.get_closest_marker("server") else left_out).append(one)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture(autouse=True)
def whoever_is_let_in_has_shown_a_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """``force_login`` stands for a whole sign-in. Tests of the door itself go through the form."""
    from django.test import Client

    from goldenthread.accounts import second_factor

    force_login = Client.force_login

    def let_in(client: Client, user: Any) -> None:
        force_login(client, user)
        session = client.session
        second_factor.remember(session, user)
        session.save()

    monkeypatch.setattr(Client, "force_login", let_in)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real files, named by GOLDENTHREAD_SAMPLES; they are not part of this repository."""
    named = os.environ.get("GOLDENTHREAD_SAMPLES")
    if not named:
        pytest.skip("GOLDENTHREAD_SAMPLES names no folder with the real sample files")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"GOLDENTHREAD_SAMPLES names {folder}, which is no folder")
    return folder


ANSWERS_WITHIN = 60_000
"""Milliseconds a page may take on a machine that does much else."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=ANSWERS_WITHIN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path())
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of 1280 by 900 pixels that shares nothing with other tests."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(ANSWERS_WITHIN)
    yield context.new_page()
    context.close()
