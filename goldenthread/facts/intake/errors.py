"""The one way a whole file is refused."""

from __future__ import annotations


class Unreadable(Exception):
    """A file that cannot be loaded at all; its text is a sentence for the person who sent it."""


DAMAGED_WORKBOOK = (
    "The workbook is damaged, or not a kind that can be read. Open it, save it again, and send that."
)
PROTECTED = "The workbook is protected by a password. Save a copy without the password and send that."
