"""“Your first measure in fifteen minutes”, each command as it stands in the how-to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.functional.conftest import environment, served

pytestmark = [pytest.mark.long, pytest.mark.browser]

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "first-measure.md"


def commands() -> str:
    """What the how-to has its reader type, but for what the fixtures did already and for the server."""
    typed = "".join(re.findall(r"^```sh\n(.*?)^```", HOW_TO.read_text(encoding="utf-8"), re.M | re.S))
    for done in ("make demo DEMO_FLAGS=--no-serve\n", "goldenthread serve\n"):
        assert done in typed
        typed = typed.replace(done, "")
    return typed


def test_from_a_311_file_to_a_page(demo: Path, tmp_path: Path, page: Page):
    (tmp_path / "workspace-demo").symlink_to(demo)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(
        ["bash", "-e", "-c", commands()],
        cwd=tmp_path,
        env={**environment(tmp_path), "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Requests closed on time, Harbor" in done.stdout
    link = re.search(r"/accounts/invitation/\S+", done.stdout)
    assert link
    with served(tmp_path / "first" / "workspace") as address:
        page.goto(address + link[0])
        for again in ("password1", "password2"):
            page.locator(f"input[name={again}]").fill("eight lamps by the river")
        page.get_by_role("button", name="Sign in with this password").click()
        page.get_by_role("link", name="Measures", exact=True).first.click()
        page.get_by_role("link", name="Requests closed on time").first.click()
        expect(page.locator("main")).to_contain_text("of the 90% target")
