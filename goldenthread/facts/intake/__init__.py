"""Turns any file a government has into typed rows and refused cells."""

from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.reading import read
from goldenthread.facts.intake.report import Example, Reason, Report, reject_sentence

__all__ = ["Example", "Reason", "Report", "Unreadable", "read", "reject_sentence"]
