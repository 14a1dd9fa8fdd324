"""A lane that quietly tested the other database would prove nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_the_records_are_where_the_lane_says(pytestconfig: pytest.Config) -> None:
    with connection.cursor() as cursor:
        if pytestconfig.getoption("postgres"):
            cursor.execute("select version()")
            assert cursor.fetchone()[0].startswith("PostgreSQL")
        elif not os.environ.get("DATABASE_URL"):
            cursor.execute("select sqlite_version()")
            assert cursor.fetchone()[0].startswith("3.")


def test_no_test_touches_a_workspace_of_its_user() -> None:
    home = Path(os.environ["GOLDENTHREAD_HOME"])
    assert home.name.startswith("goldenthread-tests-")
    assert settings.WORKSPACE.home == home
    assert stat.S_IMODE(settings.WORKSPACE.secret_key.stat().st_mode) == 0o600
