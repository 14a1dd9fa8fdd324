"""A workspace whose store is empty at the start of each test: the database rolls back, folders do not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def empty_store(db: None) -> Path:
    for folder in (settings.WORKSPACE.store, settings.WORKSPACE.uploads):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    return settings.WORKSPACE.store
