from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from goldenthread.jobs.demo.generate import generate
from goldenthread.jobs.demo.story import Story

TODAY = date(2026, 10, 13)


@pytest.fixture(scope="session")
def story() -> Story:
    return Story(TODAY)


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county as it is generated for the day of the design pictures."""
    folder = tmp_path_factory.mktemp("county")
    generate(folder, today=TODAY)
    return folder
