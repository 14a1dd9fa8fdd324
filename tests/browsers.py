"""Which Chromium the browser tests drive."""

from __future__ import annotations

import os
import shutil


def browser_path() -> str | None:
    """The browser CHROMIUM names, else chromium, else google-chrome, else None: Playwright's own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
