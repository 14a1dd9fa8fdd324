"""A measure's definition in words."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from goldenthread.calc.direction import Better
from goldenthread.facts.formulas.vocabulary import Side
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure
from goldenthread.web.desk.presenters.service import Fact


def definition_facts(definition: MeasureDefinition, record: Measure) -> tuple[Fact, ...]:
    """What is counted, out of what, why, and who looks after it; what nobody wrote is left out."""
    better = {
        Better.HIGHER: _("Higher"),
        Better.LOWER: _("Lower"),
        Better.IN_RANGE: _("Inside the target range"),
        Better.NONE: _("Neither way"),
    }[definition.show_as.better]
    people = definition.people
    written = ", ".join(
        filter(None, (people.authored_by, people.checked_by and _("checked by %s") % people.checked_by))
    )
    facts = [
        (_("Counted"), _side(definition.numerator) if definition.numerator else _("Typed by hand")),
        (_("Out of"), _side(definition.denominator) if definition.denominator else ""),
        (_("Why it matters"), definition.why_it_matters),
        (_("Good is"), better),
        (_("Source"), definition.source or ""),
        (_("Caveat"), definition.caveats),
        (_("Owner"), record.owner.name if record.owner else _("Nobody yet")),
        (_("Written by"), written),
        (_("Next review"), date_format(people.next_review, "F j, Y") if people.next_review else ""),
        (
            _("Definition"),
            _("Version %(number)s") % {"number": record.current.number} if record.current else "",
        ),
    ]
    return tuple(Fact(term, text) for term, text in facts if text)


def _side(side: Side) -> str:
    """A numerator or denominator in words: “count of calls where wait_seconds is at most 60”."""
    what = (
        _("value of %s") % side.subject
        if side.word == "value_of"
        else f"{side.word.replace('_', ' ')} {side.subject}"
    )
    conditions = [
        f"{column} {' and '.join(_condition(word, value) for word, value in condition.said.items())}"
        for column, condition in side.where.items()
    ]
    return f"{what}, {_('where')} {'; '.join(conditions)}" if conditions else str(what)


def _condition(word: str, value: object) -> str:
    if word in ("missing", "present"):
        return _("is missing") if word == "missing" else _("is present")
    shown = ", ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
    return f"{word.replace('_', ' ')} {shown}"
