"""What a form asks for is done, or the form says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms


@dataclass(frozen=True)
class Mistake:
    """What is to be corrected, and the id of the field it stands in."""

    field: str
    words: str


def done(form: forms.Form, act: Callable[[], object], *, refusals: tuple[type[Exception], ...]) -> bool:
    """Whether the action went through; what it refuses becomes an error of the form."""
    try:
        act()
    except refusals as error:
        form.add_error(None, str(error))
        return False
    return True
