"""The one way a whole file is refused."""

from __future__ import annotations

from goldenthread.facts.drift import NO_DRIFT, Drift


class Unreadable(Exception):
    """A file that cannot be loaded at all; its text is a sentence for the person who sent it, and ``drift``
    says which change of its source's definition would help."""

    def __init__(self, sentence: str, drift: Drift = NO_DRIFT) -> None:
        super().__init__(sentence)
        self.drift = drift


DAMAGED_WORKBOOK = (
    "The workbook is damaged, or not a kind that can be read. Open it, save it again, and send that."
)
PROTECTED = "The workbook is protected by a password. Save a copy without the password and send that."
