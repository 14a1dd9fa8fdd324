"""A measure's definition in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.calc.direction import Better
from goldenthread.calc.formatting import format_number
from goldenthread.facts.formulas.vocabulary import Condition, Side, Word
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure
from goldenthread.results.values import Series
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import target_words


@dataclass(frozen=True)
class DefinitionFact:
    """A term, what stands for it, and the amount it comes to; see components/definition_list.html."""

    term: str
    text: str
    href: str = ""
    strong: str = ""


def definition_facts(
    definition: MeasureDefinition,
    record: Measure,
    series: Series,
    *,
    names: Mapping[str, str],
    source_titles: Mapping[str, str],
    link_sources: bool,
) -> tuple[DefinitionFact, ...]:
    """What is counted, out of what, why, and who looks after it; what nobody wrote is left out. Amounts and
    the target are those of the latest period.

    ``names`` are those of people by the key they are written with.
    """
    people = definition.people
    written = ", ".join(
        filter(
            None,
            (
                names.get(people.authored_by or "", people.authored_by),
                people.checked_by
                and _("checked by %(name)s") % {"name": names.get(people.checked_by, people.checked_by)},
            ),
        )
    )
    source = definition.source or ""
    latest = series.latest
    facts = [
        DefinitionFact(
            _("Counted"),
            side_words(definition.numerator) if definition.numerator else _("Typed by hand"),
            strong=_amount(latest.numerator if latest else None),
        ),
        DefinitionFact(
            _("Out of"),
            side_words(definition.denominator) if definition.denominator else "",
            strong=_amount(latest.denominator if latest else None),
        ),
        DefinitionFact(_("In words"), definition.description),
        DefinitionFact(_("Why it matters"), definition.why_it_matters),
        DefinitionFact(_("Good is"), _good(definition)),
        DefinitionFact(_("Target"), _target(series)),
        DefinitionFact(
            _("Units compared"),
            _("by their mix of %(column)s") % {"column": _plain(definition.strata)}
            if definition.strata
            else "",
        ),
        DefinitionFact(
            _("Source"),
            source_titles.get(source, source),
            reverse("desk:source", args=[source]) if source and link_sources else "",
        ),
        DefinitionFact(_("Caveat"), definition.caveats),
        DefinitionFact(_("Owner"), _owners(record)),
        DefinitionFact(_("Written by"), written),
        DefinitionFact(_("Next review"), full_day(people.next_review) if people.next_review else ""),
    ]
    return tuple(fact for fact in facts if fact.text)


def side_words(side: Side) -> str:
    """A numerator or denominator: "Number of calls where wait seconds is at most 60"."""
    subject = _plain(side.subject)
    forms = {
        Word.COUNT: _("Number of %(subject)s"),
        Word.COUNT_DISTINCT: _("Number of different %(subject)s"),
        Word.SUM: _("Sum of %(subject)s"),
        Word.MEAN: _("Average %(subject)s"),
        Word.MEDIAN: _("Median %(subject)s"),
        Word.PERCENTILE: _("%(at)sth percentile of %(subject)s"),
        Word.MIN: _("Least %(subject)s"),
        Word.MAX: _("Greatest %(subject)s"),
        Word.OPEN: _("Open %(subject)s at the end of the period, from %(from)s until %(until)s"),
        Word.SPENT: _("Time of %(subject)s, from %(from)s until %(until)s"),
        Word.VALUE_OF: _("The latest value of %(subject)s"),
    }
    said = forms[side.word] % {
        "subject": subject,
        "at": f"{side.at:g}" if side.at else "",
        "from": _plain(side.from_ or ""),
        "until": _plain(side.until or ""),
    }
    conditions = [_condition(column, condition) for column, condition in side.where.items()]
    if not conditions:
        return said
    joined = _(" and ").join(conditions)
    return _("%(said)s where %(conditions)s") % {"said": said, "conditions": joined}


def _condition(column: str, condition: Condition) -> str:
    said = [
        _WORDS[word]() % {"value": _values(value)} if word in _WORDS else f"{word} {_values(value)}"
        for word, value in condition.said.items()
    ]
    told = f"{_plain(column)} {_(' and ').join(said)}"
    return _("%(told)s, or is missing") % {"told": told} if condition.or_missing else told


_WORDS = {
    "is": lambda: _("is %(value)s"),
    "not": lambda: _("is not %(value)s"),
    "in": lambda: _("is one of %(value)s"),
    "at_least": lambda: _("is at least %(value)s"),
    "at_most": lambda: _("is at most %(value)s"),
    "more_than": lambda: _("is more than %(value)s"),
    "less_than": lambda: _("is less than %(value)s"),
    "between": lambda: _("is between %(value)s"),
    "missing": lambda: _("is missing"),
    "present": lambda: _("is there"),
}


def _values(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return ", ".join(_values(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _amount(value: float | None) -> str:
    return "" if value is None else format_number(value)


def _good(definition: MeasureDefinition) -> str:
    better = {
        Better.HIGHER: _("Higher"),
        Better.LOWER: _("Lower"),
        Better.IN_RANGE: _("Inside the target range"),
        Better.NONE: _("Neither way"),
    }[definition.show_as.better]
    kinds = {
        "how_much": _("How much we did"),
        "how_well": _("How well we did it"),
        "better_off": _("Who is better off"),
    }
    kind = definition.kind or ""
    words = kinds.get(kind, _plain(kind).capitalize())
    return f"{better}. {words}." if words else f"{better}."


def _target(series: Series) -> str:
    """ "85%: Council target FY27"; nothing without one."""
    latest = series.latest
    if latest is None or latest.target is None:
        return ""
    return ": ".join(filter(None, (target_words(latest.target, series.measure), latest.target_why)))


def _owners(record: Measure) -> str:
    if record.owner is None:
        return _("Nobody yet")
    if record.deputy is None:
        return record.owner.name
    return _("%(owner)s, deputy %(deputy)s") % {"owner": record.owner.name, "deputy": record.deputy.name}
