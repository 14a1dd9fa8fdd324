"""Formulas: a closed vocabulary, and the values of many sides for every unit and period at once."""

from goldenthread.facts.formulas.answers import NO_CATEGORY
from goldenthread.facts.formulas.checking import check_against, check_derived
from goldenthread.facts.formulas.compute import SourceFacts, WantedSide, compute_sides
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.timeline import YEAR_TO_DATE
from goldenthread.facts.formulas.vocabulary import Condition, Side, Word
from goldenthread.facts.formulas.whereabouts import Placement, Whereabouts

__all__ = [
    "NO_CATEGORY",
    "YEAR_TO_DATE",
    "Condition",
    "Derived",
    "Placement",
    "Side",
    "SourceFacts",
    "WantedSide",
    "Whereabouts",
    "Word",
    "check_against",
    "check_derived",
    "compute_sides",
]
