"""Roles in code: what each is called, what it is for, and which permissions it gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What may be done. Every permission is held over a unit and all below it."""

    SEE_RESULTS = "see_results"
    SEE_WORKERS = "see_workers"
    LOAD_DATA = "load_data"
    SEE_RAW_DATA = "see_raw_data"
    DEFINE_MEASURES = "define_measures"
    EDIT_FRAMEWORK = "edit_framework"
    APPROVE_VALUES = "approve_values"
    LOCK_VALUES = "lock_values"
    STEWARD = "steward"
    ADMINISTER = "administer"


@dataclass(frozen=True)
class Role:
    key: str
    name: str
    sentence: str
    permissions: frozenset[Permission]


P = Permission
ROLES = {
    role.key: role
    for role in (
        Role(
            "member",
            "Member",
            "Sees the results of the own unit and of the units above it, and the own numbers.",
            frozenset(),
        ),
        Role(
            "supervisor",
            "Supervisor",
            "Sees the results of the unit and all below it, and the numbers of its workers.",
            frozenset({P.SEE_RESULTS, P.SEE_WORKERS}),
        ),
        Role(
            "director",
            "Director",
            "Leads a department: sees its results, approves its values and names owners for its measures.",
            frozenset({P.SEE_RESULTS, P.APPROVE_VALUES, P.EDIT_FRAMEWORK, P.STEWARD}),
        ),
        Role(
            "analyst",
            "Analyst",
            "Loads extracts and defines measures; sees workers only under pseudonyms.",
            frozenset(
                {P.SEE_RESULTS, P.LOAD_DATA, P.DEFINE_MEASURES, P.EDIT_FRAMEWORK, P.LOCK_VALUES, P.STEWARD}
            ),
        ),
        Role(
            "executive",
            "Executive",
            "Sees the results of every unit below, and which measures nobody looks after.",
            frozenset({P.SEE_RESULTS, P.STEWARD}),
        ),
        Role(
            "administrator",
            "Administrator",
            "Looks after accounts, units and grants; does not thereby see results or personal records.",
            frozenset({P.ADMINISTER}),
        ),
    )
}
