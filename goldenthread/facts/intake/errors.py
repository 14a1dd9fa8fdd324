"""The one way a whole file is refused."""

from __future__ import annotations


class Unreadable(Exception):
    """A file that cannot be loaded at all; its text is a sentence for the person who sent it."""
