"""A definition that is typed on a page as YAML."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.calc.formatting import format_number
from goldenthread.definitions import DefinitionError

Read = TypeVar("Read")
LONGEST = 200_000
"""Characters. A longer one would keep a process of the server busy for many seconds."""


def too_long(text: str) -> str:
    """What is wrong with a text that is too long; empty when it is not."""
    if len(text) <= LONGEST:
        return ""
    return _(
        "Found %(found)s characters, wanted at most %(most)s. Load a longer definition from a file: "
        "goldenthread load FOLDER"
    ) % {"found": format_number(len(text)), "most": format_number(LONGEST)}


def read_typed(text: str, read: Callable[[str], Read]) -> Read:
    """What a typed text says to ``read``; ValidationError with every problem, each with its line."""
    if sentence := too_long(text):
        raise ValidationError(sentence)
    try:
        return read(text)
    except DefinitionError as error:
        raise ValidationError([str(one) for one in error.problems]) from error


class DefinitionTextForm(forms.Form):
    """A definition as YAML."""

    text = forms.CharField(
        label=gettext_lazy("Definition"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"required": gettext_lazy("Found nothing; wanted a definition in YAML.")},
    )
    use_required_attribute = False

    def refuse(self, no: Exception) -> None:
        """What stood in the way of saving, at the text."""
        problems = no.problems if isinstance(no, DefinitionError) else (no,)
        for one in problems:
            self.add_error("text", str(one))
