"""What somebody may see: their rights, and what hangs below the services they are given."""

from __future__ import annotations

from datetime import date

from goldenthread.facts.scope import Scope
from goldenthread.record.access import scopes
from goldenthread.record.access.rights import Rights
from goldenthread.record.framework.queries import services_below


def scope_of(rights: Rights, *, today: date) -> Scope:
    """What the holder of these rights may see today; one query, or two with a service."""
    below = services_below(rights.seen_services())
    return scopes.scope_of(rights, services=frozenset().union(*below.values()), today=today)
