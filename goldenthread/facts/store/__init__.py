"""Facts as loaded: one Delta Lake table for each source, changed by one atomic commit at a time."""

from goldenthread.facts.store.days import DayRanges
from goldenthread.facts.store.derived import DerivedTable
from goldenthread.facts.store.log import Commit, Mode, StoreError
from goldenthread.facts.store.table import FactTable

__all__ = ["Commit", "DayRanges", "DerivedTable", "FactTable", "Mode", "StoreError"]
