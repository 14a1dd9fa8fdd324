"""For whom a password alone is too little."""

from __future__ import annotations

from goldenthread.facts.scope import Scope
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import GUARDED as GRANTED_BY_TWO
from goldenthread.record.access.roles import Permission

GUARDED = GRANTED_BY_TWO | {Permission.SEE_ACCESS}
"""Opens others' personal records or their rights, publishes, audits or administers. Each other permission is
in ``UNGUARDED``."""

UNGUARDED = {
    Permission.SEE_RESULTS: "totals of units",
    Permission.LOAD_DATA: "workers are seen under pseudonyms",
    Permission.DEFINE_MEASURES: "definitions hold nothing personal",
    Permission.EDIT_FRAMEWORK: "services hold nothing personal",
    Permission.APPROVE_VALUES: "totals of units, for use inside",
    Permission.LOCK_VALUES: "totals of units, for use inside",
    Permission.STEWARD: "names who looks after a measure",
    Permission.CONSULT: "what staff said together, of a measure",
}
"""Why a password is enough for these."""


def needs_second_factor(rights: Rights, scope: Scope) -> bool:
    """Whether this person reads others' personal records, publishes, audits or administers."""
    if any(rights.may(permission) for permission in GUARDED):
        return True
    return scope.every_person or bool(scope.people - {rights.person})
