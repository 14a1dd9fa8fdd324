"""The form that defines a measure: it writes the YAML that a file would hold, and one validator reads
both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from goldenthread.calc.direction import Better
from goldenthread.calc.periods import Grain
from goldenthread.web.desk.forms.measure_parts import (
    BLANK_ROWS,
    Choices,
    ConditionForm,
    Data,
    SideForm,
    TargetForm,
    condition_rows,
    day_or_text,
    listed,
    where_of,
    whole,
)

SIDES = ("numerator", "denominator")
_PEOPLE = ("owner", "deputy", "authored_by", "checked_by", "next_review")
_SHOWN = {"show_unit": "unit", "per": "per", "better": "better", "decimals": "decimals"}
_MOST_ROWS = 100
_CUTTABLE = ("text", "category", "yes_no")


@dataclass(frozen=True)
class Around:
    """What a measure may refer to: (key, name) pairs, and the columns of each source with their types."""

    sources: Choices
    columns: Mapping[str, Mapping[str, str]]
    services: Choices
    units: Choices
    measures: Choices = field(default_factory=tuple)


class MeasureForm(forms.Form):
    """Everything about a measure but its formula and its targets."""

    title = forms.CharField(label=_("Name"), required=False, max_length=300)
    measure = forms.CharField(
        label=_("Key"),
        required=False,
        help_text=_("For files and addresses, such as calls_answered_in_time. It never changes."),
    )
    why_it_matters = forms.CharField(
        label=_("Why it matters"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    description = forms.CharField(
        label=_("In words"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    serves = forms.ChoiceField(label=_("Serves"), required=False)
    unit = forms.ChoiceField(label=_("Kept by"), required=False)
    kind = forms.CharField(
        label=_("Kind"),
        required=False,
        widget=listed("kinds"),
        help_text=_("how_much, how_well, better_off, or a category of your own."),
    )
    manual = forms.BooleanField(label=_("People type its values; there is no extract"), required=False)
    approval = forms.BooleanField(label=_("Typed values are approved by somebody else"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False)
    show_unit = forms.CharField(
        label=_("Shown in"),
        required=False,
        widget=listed("shown-units"),
        help_text=_("percent, count, currency, days, or a word of your own."),
    )
    per = forms.FloatField(
        label=_("Times"), required=False, help_text=_("100 for a percent, 1000 for a rate per thousand.")
    )
    decimals = forms.IntegerField(label=_("Decimals"), required=False, min_value=0, max_value=6)
    better = forms.ChoiceField(
        label=_("Good is"),
        required=False,
        choices=[
            (Better.HIGHER, _("higher")),
            (Better.LOWER, _("lower")),
            (Better.IN_RANGE, _("inside a range")),
            (Better.NONE, _("neither way")),
        ],
    )
    frequency = forms.ChoiceField(
        label=_("How often"),
        required=False,
        choices=[
            (Grain.MONTH, _("every month")),
            (Grain.DAY, _("every day")),
            (Grain.WEEK, _("every week")),
            (Grain.QUARTER, _("every quarter")),
            (Grain.YEAR, _("every year")),
        ],
    )
    lag_days = forms.IntegerField(
        label=_("Days of grace"),
        required=False,
        help_text=_("After a period ends, how many days until its value is complete."),
    )
    minimum_denominator = forms.FloatField(
        label=_("Too few below"),
        required=False,
        help_text=_("With less than this below the line, a value is shown and not judged."),
    )
    breakdowns = forms.MultipleChoiceField(
        label=_("Broken down by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    strata = forms.ChoiceField(
        label=_("Units compared by their mix of"),
        required=False,
        help_text=_(
            "One of the columns it is broken down by. Each unit is then held against what its own cases "
            "would lead one to expect."
        ),
    )
    counts = forms.ChoiceField(
        label=_("What it counts"),
        required=False,
        choices=[("", _("not said yet")), ("people", _("people")), ("things", _("things"))],
        help_text=_("Small counts of people are hidden when they are published."),
    )
    caveats = forms.CharField(label=_("Caveat"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.CharField(label=_("Owner"), required=False, help_text=_("A person's id or sign-in name."))
    deputy = forms.CharField(label=_("Deputy"), required=False)
    authored_by = forms.CharField(label=_("Written by"), required=False)
    checked_by = forms.CharField(label=_("Checked by"), required=False)
    next_review = forms.CharField(
        label=_("Next review"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, around: Around, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, none, choices in (
            ("serves", _("nothing yet"), around.services),
            ("unit", _("the whole organization"), around.units),
            ("source", _("no source"), around.sources),
        ):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = [("", none), *choices]
        breakdowns = self.fields["breakdowns"]
        assert isinstance(breakdowns, forms.MultipleChoiceField)
        strata = self.fields["strata"]
        assert isinstance(strata, forms.ChoiceField)
        breakdowns.choices = [(column, column.replace("_", " ")) for column in columns]
        strata.choices = [("", _("nothing: as counted")), *breakdowns.choices]


class Editor:
    """A definition as forms. ``before`` is the plain data the forms start from; keys they do not show stay.

    ``posted`` None shows ``before``. ``mistakes`` are what no value could be made of, such as a letter
    where a number belongs; everything else is the validator's to say.
    """

    def __init__(self, before: Mapping[str, Any], around: Around, posted: QueryDict | None = None) -> None:
        self.before, self.around, self._posted = before, around, posted
        self.form = MeasureForm(
            posted, initial=self._initial(), around=around, columns=self._cuttable(), prefix="m"
        )
        self.sides = {
            name: SideForm(
                posted,
                initial=SideForm.initial_of(before.get(name, {})),
                sources=around.sources,
                optional=name == "denominator",
                prefix=name,
            )
            for name in SIDES
        }
        self.conditions = {
            name: self._rows(
                ConditionForm,
                f"{name}-where",
                condition_rows(before.get(name, {}).get("where", {})),
                columns=f"columns-{name}",
            )
            for name in SIDES
        }
        targets = [TargetForm.initial_of(one) for one in before.get("targets", [])]
        self.targets = self._rows(TargetForm, "targets", targets, units=around.units)

    @property
    def forms(self) -> tuple[forms.Form, ...]:
        """Every form, in reading order."""
        rows = (*self.conditions["numerator"], *self.conditions["denominator"], *self.targets)
        return (self.form, self.sides["numerator"], self.sides["denominator"], *rows)

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """The id and the sentence of every field that could not be read at all."""
        return [
            (form[name].id_for_label or form[name].auto_id, f"{form[name].label}: {error}")
            for form in self.forms
            if form.is_bound
            for name, errors in form.errors.items()
            for error in errors
        ]

    @property
    def pickers(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """For each side the columns of its source, and the measures whose values it can take."""
        measures = tuple(key for key, _name in self.around.measures)
        return tuple((name, (*self._columns_of(name), *measures)) for name in SIDES)

    def as_data(self) -> Data:
        """The definition as plain data, in the order a person would write it."""
        said = {name: whole(value) for name, value in _cleaned(self.form).items()}
        data: Data = {"measure": said.get("measure") or self.before.get("measure", "")}
        for name in ("title", "why_it_matters", "description", "serves", "kind", "unit", "source"):
            data[name] = said.get(name)
        data["manual"], data["approval"] = said.get("manual"), said.get("approval")
        for name in SIDES:
            data[name] = None if said.get("manual") else self._side(name)
        shown = {key: said.get(name) for name, key in _SHOWN.items()}
        data["show_as"] = {key: value for key, value in shown.items() if value not in ("", None)}
        for name in ("frequency", "lag_days", "breakdowns", "strata", "minimum_denominator"):
            data[name] = said.get(name)
        data["targets"] = [row for one in self.targets if (row := one.as_data())]
        data["counts"], data["caveats"] = said.get("counts"), said.get("caveats")
        people = {name: said.get(name) for name in _PEOPLE}
        if people["next_review"]:
            people["next_review"] = day_or_text(people["next_review"])
        data["people"] = {name: value for name, value in people.items() if value}
        untouched = {name: value for name, value in self.before.items() if name not in data}
        return {**{name: value for name, value in data.items() if value}, **untouched}

    def _side(self, name: str) -> Data | None:
        _cleaned(self.sides[name])
        side = self.sides[name].as_data()
        where = where_of([_cleaned(row) for row in self.conditions[name]], self._columns_of(name))
        return {**side, "where": where} if side and where else side

    def _initial(self) -> Data:
        before = self.before
        shown, people = before.get("show_as", {}), before.get("people", {})
        return {
            **{name: before[name] for name in MeasureForm.base_fields if name in before},
            **{name: shown.get(key, "") for name, key in _SHOWN.items()},
            **{name: people.get(name, "") for name in _PEOPLE},
        }

    def _rows(self, form: type[Any], prefix: str, filled: Sequence[Data], **kwargs: Any) -> list[Any]:
        """A form for each row, with some empty ones at the end."""
        if self._posted is None:
            rows = [
                form(initial=one, prefix=f"{prefix}-{place}", **kwargs) for place, one in enumerate(filled)
            ]
            empty = 0
        else:
            asked = self._posted.get(f"{prefix}-rows", "0")
            total = min(int(asked), _MOST_ROWS) if asked.isdecimal() else 0
            rows = [form(self._posted, prefix=f"{prefix}-{place}", **kwargs) for place in range(total)]
            empty = sum(not any(_holds(one, name) for name in one.fields) for one in rows)
        more = range(len(rows), len(rows) + max(0, BLANK_ROWS - empty))
        blank = [form(self._posted, prefix=f"{prefix}-{place}", **kwargs) for place in more]
        return [*rows, *blank]

    def _columns_of(self, side: str) -> Mapping[str, str]:
        own = self.before.get(side, {}).get("source")
        if self._posted is not None:
            own = self._posted.get(f"{side}-source")
        return self.around.columns.get(own or self._source(), {})

    def _source(self) -> str:
        found = self.before.get("source") if self._posted is None else self._posted.get("m-source")
        return found or ""

    def _cuttable(self) -> list[str]:
        columns = self.around.columns.get(self._source(), {})
        names = [name for name, kind in columns.items() if kind in _CUTTABLE]
        chosen = self.before.get("breakdowns", [])
        if self._posted is not None:
            chosen = self._posted.getlist("m-breakdowns")
        return [*names, *(one for one in chosen if one not in names)]


def _cleaned(form: forms.Form) -> Data:
    """What could be read of a form; asking for it reads it."""
    form.is_valid()
    return getattr(form, "cleaned_data", {})


def _holds(form: forms.Form, name: str) -> bool:
    """Whether somebody filled the field; a choice that stands there by itself is not filled in."""
    value = form.data.get(form.add_prefix(name), "")
    return bool(value.strip()) and name not in ("comparison", "unit")
