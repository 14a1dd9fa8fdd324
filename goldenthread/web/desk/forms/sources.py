"""A file brought to a source, a source's definition as YAML, and who looks after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.facts.sources import SourceDefinition
from goldenthread.jobs.extracts.sourcing import check_text
from goldenthread.jobs.looking_after import Somebody
from goldenthread.web.desk.forms.definition_text import DefinitionTextForm, read_typed
from goldenthread.web.desk.forms.upkeep import PersonField


class UploadForm(forms.Form):
    """One extract, of any kind the intake reads."""

    file = forms.FileField(
        label=gettext_lazy("Bring a file"),
        help_text=gettext_lazy(
            "CSV, TSV, XLSX, XLS, ODS, XLSB, Parquet or JSON Lines; each also gzipped. Nothing is loaded "
            "yet: first you see what would be."
        ),
        error_messages={
            "required": gettext_lazy("Found no file; wanted an extract, such as calls.csv."),
            "empty": gettext_lazy("The file is empty; wanted an extract with rows."),
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        refused: str = "",
    ) -> None:
        """``refused`` is why the file was not taken at all."""
        super().__init__(data, files, use_required_attribute=False)
        if refused:
            self.fields["file"].error_messages["required"] = refused


class SentForm(UploadForm):
    """An extract that a script sends. ``look``: somebody is to look at it before it is loaded."""

    look = forms.BooleanField(required=False)


class DefinitionForm(DefinitionTextForm):
    """A source as YAML. ``definition`` is what it says, once it is valid."""

    definition: SourceDefinition

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, key: str | None = None, text: str = ""
    ) -> None:
        """``key`` is the source's, None for a new one; ``text`` is what to begin with."""
        super().__init__(data, initial={"text": text})
        self.key = key

    def clean_text(self) -> str:
        """The text, checked as a file would be."""
        text: str = self.cleaned_data["text"]
        self.definition = read_typed(text, lambda typed: check_text(typed, key=self.key))
        return text


class StewardForm(forms.Form):
    """Who is told when the extract is late or refused."""

    steward = PersonField(label=gettext_lazy("Steward"), required=False, max_length=200)

    def __init__(
        self, people: Sequence[Somebody], data: Mapping[str, Any] | None = None, *, steward: str = ""
    ) -> None:
        super().__init__(data, initial={"steward": steward}, use_required_attribute=False)
        field = self.fields["steward"]
        assert isinstance(field, PersonField)
        field.people = people
        field.widget.attrs |= {"list": "people", "autocomplete": "off"}
        field.help_text = _("Name or key. Is told when the extract is late or refused. Left empty: nobody.")
