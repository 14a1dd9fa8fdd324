"""Which page of a list an address asks for."""

from __future__ import annotations

from django.http import HttpRequest

_MOST_DIGITS = 9


def page_asked(request: HttpRequest) -> int:
    """The number in ``?page=``, from 1; 1 as well for what is no number that a list could have."""
    return max(1, number_in(request.GET.get("page", "")) or 1)


def number_in(text: str) -> int | None:
    """The number that an address names, None for anything else. Longer ones than a row's number can be are
    none: the database refuses them, and Python takes its time."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
