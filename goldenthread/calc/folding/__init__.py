"""Which cells of few people are folded, and which others with them, so that no sum gives them away.

A cell is what one unit did in one period. ``FEWEST`` people must stand behind it, or it is folded into the
unit above. ``units`` closes the tree of one period: what is left of a visible unit when its visible parts are
taken away is at least two cells and at least ``FEWEST`` people. ``windows`` does the same along time.
"""

from goldenthread.calc.folding.cells import FEWEST, Cell, Column, Fold, Nesting
from goldenthread.calc.folding.units import closings, folded_splits, folded_units
from goldenthread.calc.folding.windows import Window, folded_windows

__all__ = [
    "FEWEST",
    "Cell",
    "Column",
    "Fold",
    "Nesting",
    "Window",
    "closings",
    "folded_splits",
    "folded_units",
    "folded_windows",
]
