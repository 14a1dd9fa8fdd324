"""The ids by which files name units and people."""

from __future__ import annotations

import re
from typing import Annotated

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, BeforeValidator

KEY_LENGTH = 100
WANTED_KEY = (
    f"up to {KEY_LENGTH} letters, digits and the signs . _ - @, starting with a letter or a digit"
    " and without spaces"
)
_KEY = re.compile(rf"[^\W_][\w.@-]{{0,{KEY_LENGTH - 1}}}")

is_key_of_database = RegexValidator(
    re.compile(rf"^{_KEY.pattern}\Z"),
    _("Use letters, digits and . _ - @, starting with a letter or a digit."),
)


def is_key(text: str) -> bool:
    """Whether the text can name a unit or a person: it stands in addresses and file names as it is."""
    return _KEY.fullmatch(text) is not None


def _as_text(value: object) -> object:
    """A number that YAML read where an id stands is the id's digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _checked(text: str) -> str:
    if not is_key(text):
        raise ValueError(WANTED_KEY)
    return text


Key = Annotated[str, BeforeValidator(_as_text), AfterValidator(_checked)]
