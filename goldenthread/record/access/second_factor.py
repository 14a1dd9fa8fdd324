"""For whom a password alone is too little."""

from __future__ import annotations

from goldenthread.facts.scope import Scope
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import GUARDED, Permission

PASSWORD_IS_TOO_LITTLE = GUARDED | {Permission.SEE_ACCESS}
"""Opens others' personal records or their rights, publishes, audits or administers. Each other permission is
in ``PASSWORD_IS_ENOUGH``."""

PASSWORD_IS_ENOUGH = {
    Permission.SEE_RESULTS: "totals of units",
    Permission.LOAD_DATA: "workers are seen under pseudonyms",
    Permission.DEFINE_MEASURES: "definitions hold nothing personal",
    Permission.EDIT_FRAMEWORK: "services hold nothing personal",
    Permission.APPROVE_VALUES: "totals of units, for use inside",
    Permission.LOCK_VALUES: "totals of units, for use inside",
    Permission.STEWARD: "names who looks after a measure",
    Permission.CONSULT: "what staff said together, of a measure",
}
"""Why it is, for each of these."""


def needs_second_factor(rights: Rights, scope: Scope) -> bool:
    """Whether this person reads others' personal records, publishes, audits or administers."""
    if any(rights.may(permission) for permission in PASSWORD_IS_TOO_LITTLE):
        return True
    return scope.every_person or bool(scope.people - {rights.person})
