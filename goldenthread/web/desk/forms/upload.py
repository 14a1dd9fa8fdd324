"""A file brought to a source."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """One extract, of any kind the intake reads."""

    file = forms.FileField(
        label=_("Extract"),
        help_text=_("CSV, TSV, XLSX, XLS, ODS, XLSB, Parquet or JSON Lines; each also gzipped."),
        error_messages={
            "required": _("Found no file; wanted an extract, such as calls.csv."),
            "empty": _("Found an empty file; wanted an extract with rows."),
        },
    )
