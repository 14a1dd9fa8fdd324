"""Turns any file a government has into typed rows and refused cells."""

from goldenthread.facts.intake.child import FOR_SCANS, FOR_WORKBOOKS, Limits, read_limited
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.propose import Proposal, propose
from goldenthread.facts.intake.reading import read
from goldenthread.facts.intake.report import Example, Reason, Report

__all__ = [
    "FOR_SCANS",
    "FOR_WORKBOOKS",
    "Example",
    "Limits",
    "Proposal",
    "Reason",
    "Report",
    "Unreadable",
    "propose",
    "read",
    "read_limited",
]
