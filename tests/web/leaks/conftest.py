"""One whole county for all tests of a file, since each takes back what it did."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.web.whole_county import build_whole_county


@pytest.fixture(scope="module")
def whole_county(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """What stands for each name in braces of an address."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_whole_county(tmp_path_factory.mktemp("extracts"))
        transaction.set_rollback(True)
    for folder in (settings.WORKSPACE.store, settings.WORKSPACE.uploads):
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)


@pytest.fixture
def things(whole_county: dict[str, str], db: None) -> dict[str, str]:
    """The same, for a test that may change records."""
    return whole_county


@pytest.fixture(autouse=True)
def files_go_with_the_records(tmp_path: Path) -> Iterator[None]:
    """As in ``tests/conftest.py``, but back to those of the whole county."""
    store, kept = Path(settings.WORKSPACE.store), tmp_path / "store as it was"
    shutil.copytree(store, kept, dirs_exist_ok=True)
    yield
    shutil.rmtree(store)
    shutil.move(kept, store)
