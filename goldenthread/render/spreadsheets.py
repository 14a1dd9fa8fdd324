"""Text that a spreadsheet would run as a formula (CWE-1236)."""

from __future__ import annotations

import re

# As OWASP lists them, and the full-width twins that some spreadsheets read as the same characters.
_STARTS_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?")


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula. A plain number such as "-5.2%" is none."""
    return bool(_STARTS_FORMULA.match(text)) and not _PLAIN_NUMBER.fullmatch(text)
