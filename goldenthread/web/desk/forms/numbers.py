"""The form of “My numbers”: a row for each value owed, and a column to paste for each measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from goldenthread.jobs.owed import Owed, TypedMeasure
from goldenthread.jobs.typing_in import Entry
from goldenthread.record.measures.models import TypedState
from goldenthread.record.measures.policies import Figures
from goldenthread.web.desk.forms.doing import Mistake
from goldenthread.web.desk.forms.typed_numbers import pasted_lines, read_number, written_number

AMOUNTS = ("numerator", "denominator", "value")


class ValueForm(forms.Form):
    """One value: an amount, or numerator and denominator or the value alone; and a note."""

    numerator = forms.CharField(label=gettext_lazy("Numerator"), required=False, max_length=40)
    denominator = forms.CharField(label=gettext_lazy("Denominator"), required=False, max_length=40)
    value = forms.CharField(label=gettext_lazy("Value"), required=False, max_length=40)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=2000)

    def __init__(self, owed: Owed, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=owed.place, initial=_initial(owed), use_required_attribute=False)
        self.owed = owed
        if owed.measure.sums:
            del self.fields["numerator"], self.fields["denominator"]
        for name, field in self.fields.items():
            field.widget.attrs |= {
                "aria-label": f"{field.label}: {owed.measure.title}, {owed.period_name}",
                "autocomplete": "off",
            }
            if name in AMOUNTS:
                # Typed with thousands separators, colons and signs, which a number input refuses.
                field.widget.attrs["inputmode"] = "decimal"

    @property
    def amounts(self) -> list[str]:
        """The names of the fields that take numbers."""
        return [name for name in AMOUNTS if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Read the numbers; a text that is none stays in its field, with a sentence."""
        for name in self.amounts:
            try:
                self.cleaned_data[name] = read_number(
                    self.cleaned_data.get(name, ""), self.owed.measure.show_as.unit
                )
            except ValidationError as mistake:
                self.add_error(name, mistake)
        return self.cleaned_data

    @property
    def holds_something(self) -> bool:
        """Whether anything was typed into the row."""
        return any(self.cleaned_data.get(name) not in (None, "") for name in (*self.amounts, "note"))

    @property
    def is_to_keep(self) -> bool:
        """Whether the row differs from what is kept; an empty one does when it was not empty before."""
        return self.has_changed() and (self.holds_something or self.owed.state is not None)

    @property
    def is_to_submit(self) -> bool:
        """Whether there is something to hand in; what was returned is not handed in again as it was."""
        untouched = self.owed.state is TypedState.RETURNED and not self.has_changed()
        return self.holds_something and not untouched

    @property
    def entry(self) -> Entry:
        """What was typed, checked."""
        cells = self.cleaned_data
        figures = Figures(*(cells.get(name) for name in AMOUNTS))
        return Entry(self.owed.place, self.owed.measure.key, self.owed.period, figures, cells["note"])


def _initial(owed: Owed) -> dict[str, str]:
    """A value that follows from two amounts is not typed again, so that correcting one cannot contradict
    it."""
    figures, unit = owed.figures, owed.measure.show_as.unit
    derived = not owed.measure.sums and figures.denominator is not None
    return {
        "numerator": "" if owed.measure.sums else written_number(figures.numerator, unit),
        "denominator": written_number(figures.denominator, unit),
        "value": "" if derived else written_number(figures.value, unit),
        "note": owed.note,
    }


class PasteForm(forms.Form):
    """A column copied from a spreadsheet, for the rows of one measure from the top."""

    column = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, measure: TypedMeasure, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=f"paste-{measure.key}", use_required_attribute=False)
        self.measure = measure
        column = self.fields["column"]
        column.label = _("Column for %(measure)s") % {"measure": measure.title}
        column.help_text = (
            _("One value on each line, the oldest period first.")
            if measure.sums
            else _(
                "One value on each line, the oldest period first; or two columns, numerator and denominator."
            )
        )

    def read(self, rows: Sequence[ValueForm]) -> dict[str, str] | None:
        """What the column puts into the rows, as posted data; None when it cannot, with the reason as an
        error."""
        self.full_clean()
        lines = pasted_lines(self.cleaned_data.get("column", ""))
        filled: dict[str, str] = {}
        if not lines:
            self.add_error(
                "column", _("Found nothing. Copy the column in your spreadsheet, and paste it here.")
            )
        elif len(lines) > len(rows):
            self.add_error(
                "column",
                ngettext(
                    "Found %(lines)s lines, but one row waits. Paste as many lines as there are rows.",
                    "Found %(lines)s lines, but %(rows)s rows wait. Paste as many lines as there are rows.",
                    len(rows),
                )
                % {"lines": len(lines), "rows": len(rows)},
            )
        else:
            for number, (cells, row) in enumerate(zip(lines, rows, strict=False), start=1):
                filled |= self._line(number, cells, row)
        return None if self.errors else filled

    def _line(self, number: int, cells: list[str], row: ValueForm) -> dict[str, str]:
        names = ["numerator", "denominator"] if len(cells) == 2 and not self.measure.sums else ["value"]
        if len(cells) > len(names):
            self.add_error(
                "column",
                _("Line %(number)s: found %(cells)s columns, wanted %(wanted)s.")
                % {
                    "number": number,
                    "cells": len(cells),
                    "wanted": _("one") if self.measure.sums else _("one or two"),
                },
            )
            return {}
        for cell in cells:
            try:
                read_number(cell, self.measure.show_as.unit)
            except ValidationError as mistake:
                self.add_error(
                    "column", f"{_('Line %(number)s') % {'number': number}}: {mistake.messages[0]}"
                )
        if not any(cells):
            return {}
        emptied = {row.add_prefix(name): "" for name in row.amounts}
        return emptied | {row.add_prefix(name): cell for name, cell in zip(names, cells, strict=True)}


class NumbersForm:
    """All rows of the page with the columns to paste, bound when there is ``data``."""

    def __init__(self, owed: Sequence[Owed], data: Mapping[str, Any] | None = None) -> None:
        self.rows = [ValueForm(one, data) for one in owed]
        measures = {one.measure.key: one.measure for one in owed}
        self.pastes = {key: PasteForm(measure, data) for key, measure in measures.items()}

    def rows_of(self, measure: str) -> list[ValueForm]:
        """The rows of one measure, the oldest first."""
        return [row for row in self.rows if row.owed.measure.key == measure]

    def is_valid(self) -> bool:
        """Whether each row can be read; columns to paste are read only when asked."""
        return not any(row.errors for row in self.rows)

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """Put the sentences that came back for rows beside their first field."""
        for row in self.rows:
            if sentence := problems.get(row.owed.place):
                row.add_error(row.amounts[0], sentence)

    @property
    def mistakes(self) -> Iterator[Mistake]:
        """Everything to correct, in the order of the page."""
        for key, paste in self.pastes.items():
            for sentence in paste.errors.get("column", ()) if paste.is_bound else ():
                yield Mistake(paste["column"].id_for_label, f"{paste.measure.title}: {sentence}")
            for row in self.rows_of(key):
                for name, sentences in row.errors.items():
                    for sentence in sentences:
                        where = f"{row.owed.measure.title}, {row.owed.period_name}"
                        yield Mistake(row[name].id_for_label, f"{where}: {sentence}")
