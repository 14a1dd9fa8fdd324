"""Text that a spreadsheet would run as a formula (CWE-1236), and the apostrophe that keeps it from that."""

from __future__ import annotations

import re

GUARD = "'"
# Spaces and marks without width, which some spreadsheets take away before they look. No class such as \s and
# no escape of Unicode: the intake matches the same with an engine that has its own.
_BEFORE = r"[\x00-\x20\x7f-\xa0\xad" + "\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*"
# As OWASP lists them, and their full-width and small twins, which some spreadsheets read as the same.
_STARTS = r"[=+\-@＝＋－＠﹦﹢﹣﹫]"
STARTS_FORMULA = rf"(?:{_BEFORE}{_STARTS}|[\t\r\n\x00])"
GUARDED = f"{GUARD}+{STARTS_FORMULA}"
"""What a guarded text looks like, and a text that only looks like one and so is guarded too."""

_RUNS = re.compile(STARTS_FORMULA)
_LOOKS_GUARDED = re.compile(GUARDED)
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?", re.ASCII)


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula. A plain number such as "-5.2%" is none."""
    return bool(_RUNS.match(text)) and not _PLAIN_NUMBER.fullmatch(text)


def guarded(text: str) -> str:
    """The text as it may stand in a CSV file; the intake takes one apostrophe away again."""
    return f"{GUARD}{text}" if runs_as_formula(text) or _LOOKS_GUARDED.match(text) else text
