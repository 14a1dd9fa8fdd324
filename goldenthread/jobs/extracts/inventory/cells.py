"""One cell that should hold a number: what it holds instead is told, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# 1,234.5  .9  -9.9  $1,200  95%  (3.2), as people type them.
_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+−])?\s*[$€£]?\s*(?P<sign_after>[-−])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)\s*%?\s*(?P<close>\))?"
)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: nothing, a number, or words. ``meaning`` is what the mapping says of the
    words, None when it says nothing."""

    text: str | None
    number: float | None = None
    meaning: str | None = None

    @property
    def is_words(self) -> bool:
        return self.text is not None and self.number is None

    @property
    def note(self) -> str:
        """The words as they are kept beside a value."""
        return f"{self.text} ({self.meaning})" if self.meaning else self.text or ""


def printing(text: str | None) -> str:
    """The text of a cell without the control characters that exports leave in it, which no XML may hold."""
    return _CONTROL.sub("", text or "").strip()


def read_cell(text: str, words: Mapping[str, str]) -> Cell:
    """``text`` is ``printing``; ``words`` maps words in lower case to their meaning."""
    if not text:
        return Cell(None)
    if meaning := words.get(text.casefold()):
        return Cell(text, meaning=meaning)
    return Cell(text, number=number_in(text))


def number_in(text: str) -> float | None:
    """The number a person typed, None when it is none. Parentheses are an accountant's minus; a percent sign
    or a currency is dropped."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    number = float(found["digits"].replace(",", ""))
    minus = [found["open"] is not None, found["sign"] in ("-", "−"), found["sign_after"] is not None]
    if sum(minus) > 1:
        return None
    return -number if any(minus) and number else number
