"""Values that many tests need, made in one place."""

from __future__ import annotations

from goldenthread.facts.scope import Scope


def system_scope() -> Scope:
    """A scope that sees everything, as jobs use it; outside tests only `record/access` makes one."""
    return Scope(viewer="system", reason="a test", every_unit=True, every_person=True)
