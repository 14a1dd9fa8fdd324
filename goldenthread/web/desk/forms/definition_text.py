"""How long a definition may be that is typed on a page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_number

LONGEST = 200_000
"""Characters. A longer one would keep a process of the server busy for many seconds."""


def too_long(text: str) -> str:
    """What is wrong with a text that is too long; empty when it is not."""
    if len(text) <= LONGEST:
        return ""
    return _(
        "Found %(found)s characters, wanted at most %(most)s. Load a longer definition from a file: "
        "goldenthread load FOLDER"
    ) % {"found": format_number(len(text)), "most": format_number(LONGEST)}
