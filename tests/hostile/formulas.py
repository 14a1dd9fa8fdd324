"""Texts that some spreadsheet would run as a formula, and texts that only look like it."""

from __future__ import annotations

import unicodedata
from itertools import product

STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", "﹦")
BEFORE = ("", " ", "   ", "\ufeff", "\u00a0", "\u200b", "\u3000", "\t", "'")
BODIES = (
    "1+1",
    "SUM(1,2)",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://127.0.0.1:9/?"&A1,"Look")',
    "WEBSERVICE(\"file:///etc/passwd\")",
)
EVERY = [f"{before}{start}{body}" for before, start, body in product(BEFORE, STARTS, BODIES)]
"""540 of them."""
FEW = EVERY[::13]
HARMLESS = ("-5", "+5.2", "-5.2%", "1,240", "-1,240.50", "a=b", "3-4", "'quoted'", "O'Neill", "'tis", "")


def holds_none(cells: list[str]) -> bool:
    """Whether a spreadsheet runs none of the cells; asked apart from the product, of Unicode itself."""
    for cell in cells:
        seen = "".join(one for one in cell if unicodedata.category(one) not in ("Cf", "Cc", "Zs"))
        first = unicodedata.normalize("NFKC", seen[:1])
        if first in ("=", "+", "-", "@") and not seen[1:].replace(",", "").replace(".", "").rstrip("%").isdigit():
            return False
    return True
