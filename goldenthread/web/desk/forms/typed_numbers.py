"""Numbers as people type and paste them."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from goldenthread.jobs.extracts.inventory.cells import number_in

_CLOCK = re.compile(r"(?:(?P<hours>\d+):(?P<minutes>[0-5]\d)|(?P<only>\d+)):(?P<seconds>[0-5]\d)")
_EXAMPLES = {"percent": "81.4", "duration": "4:51:00", "currency": "1,234.50"}


def read_number(text: str, unit: str) -> float | None:
    """The number in ``text``, None when there is none: 1,234.5 and 81.4% and $12 and (3) and, for a duration,
    0:04:51 or 4:51 (minutes and seconds). ValidationError says what was found and what was wanted."""
    text = text.strip()
    if not text:
        return None
    if unit == "duration" and (clock := _CLOCK.fullmatch(text)):
        minutes = int(clock["hours"] or 0) * 60 + int(clock["minutes"] or clock["only"])
        return float(minutes * 60 + int(clock["seconds"]))
    number = number_in(text)
    if number is None:
        raise ValidationError(
            _("Found “%(found)s”, wanted a number such as %(example)s."),
            params={"found": text, "example": _EXAMPLES.get(unit, "1,240")},
        )
    return number


def written_number(number: float | None, unit: str) -> str:
    """The number as it stands in an input: what ``read_number`` reads back as the same."""
    if number is None:
        return ""
    if unit == "duration" and number >= 0 and number == int(number):
        whole = int(number)
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{number:.15g}"


def pasted_lines(text: str) -> list[list[str]]:
    """The cells of a column or two copied from a spreadsheet; empty lines at the end are none."""
    return [[cell.strip() for cell in line.split("\t")] for line in text.rstrip().splitlines()]
