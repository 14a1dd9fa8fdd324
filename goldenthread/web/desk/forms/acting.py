"""What a form asks for is done, or the form says why not."""

from __future__ import annotations

from collections.abc import Callable

from django import forms


def done(form: forms.Form, act: Callable[[], object], *, refusals: tuple[type[Exception], ...]) -> bool:
    """Whether the action went through; what it refuses becomes an error of the form."""
    try:
        act()
    except refusals as error:
        form.add_error(None, str(error))
        return False
    return True
