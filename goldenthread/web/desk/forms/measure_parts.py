"""Forms for the parts of a measure: a numerator or denominator, its conditions, and a target."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goldenthread.facts.formulas.vocabulary import Word

Choices = Sequence[tuple[str, Any]]
Data = dict[str, Any]

BLANK_ROWS = 2
"""How many empty rows stand below the filled ones; whoever fills them gets as many again."""

WORDS: Choices = (
    (Word.COUNT, _("count of things")),
    (Word.COUNT_DISTINCT, _("count of different values in a column")),
    (Word.SUM, _("sum of a column")),
    (Word.MEAN, _("average of a column")),
    (Word.MEDIAN, _("median of a column")),
    (Word.PERCENTILE, _("percentile of a column")),
    (Word.MIN, _("least of a column")),
    (Word.MAX, _("greatest of a column")),
    (Word.OPEN, _("things open at the end of the period")),
    (Word.SPENT, _("time between two columns, cut at the ends of the period")),
    (Word.VALUE_OF, _("latest value of another measure")),
)
COMPARISONS: Choices = (
    ("is", _("is")),
    ("not", _("is not")),
    ("in", _("is one of")),
    ("at_least", _("is at least")),
    ("at_most", _("is at most")),
    ("more_than", _("is more than")),
    ("less_than", _("is less than")),
    ("between", _("is between")),
    ("missing", _("is missing")),
    ("present", _("is there")),
    ("or_missing", _("or is missing, beside another line")),
)
_WITHOUT_VALUE = ("missing", "present", "or_missing")
_WITH_SEVERAL = ("in", "between")
_TEXTS = ("text", "category")


def listed(name: str, **attrs: Any) -> forms.TextInput:
    """An input that offers the words of a datalist and takes any other."""
    return forms.TextInput(attrs={"list": name, "autocomplete": "off", **attrs})


class SideForm(forms.Form):
    """What is counted or measured, where its facts come from, and by which time."""

    word = forms.ChoiceField(label=_("How"), required=False)
    subject = forms.CharField(
        label=_("Of what"),
        required=False,
        help_text=_("What the things counted are called, the column, or the key of the other measure."),
    )
    at = forms.FloatField(
        label=_("Which percentile"), required=False, help_text=_("Such as 90; only for a percentile.")
    )
    from_ = forms.CharField(
        label=_("From"), required=False, help_text=_("The column with when it opened or began.")
    )
    until = forms.CharField(
        label=_("Until"), required=False, help_text=_("The column with when it closed or ended.")
    )
    source = forms.ChoiceField(label=_("Source"), required=False)
    time = forms.CharField(
        label=_("Time column"), required=False, help_text=_("Leave empty for the source's own.")
    )

    def __init__(self, *args: Any, sources: Choices, optional: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "word", [("", _("nothing")), *WORDS] if optional else list(WORDS))
        _choose(self, "source", [("", _("as above")), *sources])
        for name in ("subject", "from_", "until", "time"):
            self.fields[name].widget = listed(f"columns-{self.prefix}")

    def as_data(self) -> Data | None:
        """The side as its YAML says it; None for nothing."""
        said = self.cleaned_data
        if not said.get("word"):
            return None
        data: Data = {said["word"]: said.get("subject", "")}
        data |= {"at": said.get("at"), "from": said.get("from_"), "until": said.get("until")}
        data |= {"source": said.get("source"), "time": said.get("time")}
        return {key: value for key, value in data.items() if value not in ("", None) or key == said["word"]}

    @staticmethod
    def initial_of(data: Mapping[str, Any]) -> Data:
        """The side a definition has now."""
        word = next((str(word) for word in Word if word in data), "")
        found = {key: data.get(key, "") for key in ("at", "until", "source", "time")}
        return {**found, "word": word, "subject": data.get(word, ""), "from_": data.get("from", "")}


class ConditionForm(forms.Form):
    """What one column must hold."""

    column = forms.CharField(label=_("Column"), required=False)
    comparison = forms.ChoiceField(label=_("Comparison"), choices=list(COMPARISONS), required=False)
    value = forms.CharField(
        label=_("Value"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, columns: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column"].widget = listed(columns)


def condition_rows(where: Mapping[str, Any]) -> list[Data]:
    """The conditions a definition has now, one for each comparison."""
    rows = []
    for column, said in where.items():
        words = said if isinstance(said, Mapping) else {"is": said}
        rows += [
            {
                "column": column,
                "comparison": word,
                "value": _written(value) if word not in _WITHOUT_VALUE else "",
            }
            for word, value in words.items()
        ]
    return rows


def where_of(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> Data:
    """The conditions as their YAML says them; ``kinds`` are the types of the source's columns."""
    where: Data = {}
    for row in rows:
        column, word = row.get("column"), row.get("comparison") or "is"
        if not column:
            continue
        said = where.setdefault(column, {})
        if word in _WITHOUT_VALUE:
            said[word] = True
        else:
            said[word] = _read(row.get("value", ""), word, kinds.get(column, ""))
    return {column: said["is"] if said.keys() == {"is"} else said for column, said in where.items()}


class TargetForm(forms.Form):
    """What is aimed at, from when to when."""

    from_ = forms.CharField(label=_("From"), required=False)
    to = forms.CharField(label=_("To, not including"), required=False)
    value = forms.FloatField(label=_("Value"), required=False)
    low = forms.FloatField(label=_("or low"), required=False)
    high = forms.FloatField(label=_("and high"), required=False)
    tolerance = forms.FloatField(label=_("Tolerance"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    why = forms.CharField(label=_("Why"), required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "unit", [("", _("who keeps it")), *units])
        for name in ("from_", "to"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})

    def as_data(self) -> Data:
        """The target as its YAML says it; empty for an empty row."""
        if not self.is_valid():
            return {}
        said = {("from" if name == "from_" else name): value for name, value in self.cleaned_data.items()}
        kept = {name: value for name, value in said.items() if value not in ("", None)}
        for name in ("from", "to"):
            if name in kept:
                kept[name] = day_or_text(kept[name])
        return {name: whole(value) for name, value in kept.items()}

    @staticmethod
    def initial_of(data: Mapping[str, Any]) -> Data:
        """The target a definition has now."""
        return {("from_" if name == "from" else name): value for name, value in data.items()}


def day_or_text(text: str) -> Any:
    """A day, or the text as it is, for the validator to name."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return text


def _read(text: str, word: str, kind: str) -> Any:
    if word in _WITH_SEVERAL:
        return [_scalar(one.strip(), kind) for one in text.split(",") if one.strip()]
    return _scalar(text.strip(), kind)


def _scalar(text: str, kind: str) -> Any:
    """A value as its column holds it; what does not fit stays text, for the validator to name."""
    if kind in _TEXTS:
        return text
    if kind == "yes_no" and text.casefold() in ("yes", "no", "true", "false"):
        return text.casefold() in ("yes", "true")
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return day_or_text(text)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_written, value)) if isinstance(value, (list, tuple)) else str(value)


def whole(value: Any) -> Any:
    """85 rather than 85.0, as a person would write it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
