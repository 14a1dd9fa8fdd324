"""What an action of any room answers: what saving came to, or a no in words."""

from __future__ import annotations

from enum import StrEnum


class Denied(Exception):
    """This person may not do this, whatever state it is in. The text is a sentence for that person."""


class NotAllowed(Exception):
    """The state does not allow this now, whoever asks. The text is the sentence to show."""


class SaveResult(StrEnum):
    """What saving a definition came to."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
