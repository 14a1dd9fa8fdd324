"""The workspace of the run, whose store every test finds empty (see ``tests/conftest.py``)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def empty_store(db: None) -> Path:
    return settings.WORKSPACE.store
