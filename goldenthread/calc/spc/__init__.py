"""Process behavior charts (XmR) and run charts."""

from goldenthread.calc.spc.behavior import (
    Capability,
    Meaning,
    Point,
    ProcessBehavior,
    Segment,
    WantedRange,
    analyze,
    capability,
)
from goldenthread.calc.spc.limits import Limits, TrendedLimits, compute_limits, compute_trended_limits
from goldenthread.calc.spc.rules import Rule, Settings, Side, Signal
from goldenthread.calc.spc.run_chart import RunChart, run_chart

__all__ = [
    "Capability",
    "Limits",
    "Meaning",
    "Point",
    "ProcessBehavior",
    "Rule",
    "RunChart",
    "Segment",
    "Settings",
    "Side",
    "Signal",
    "TrendedLimits",
    "WantedRange",
    "analyze",
    "capability",
    "compute_limits",
    "compute_trended_limits",
    "run_chart",
]
