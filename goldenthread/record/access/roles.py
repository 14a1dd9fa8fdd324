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
    READ_AUDIT = "read_audit"
    ADMINISTER = "administer"


PERMISSION_WORDS = {
    Permission.SEE_RESULTS: "see results",
    Permission.SEE_WORKERS: "see the numbers of single workers",
    Permission.LOAD_DATA: "load data",
    Permission.SEE_RAW_DATA: "see files as they were received",
    Permission.DEFINE_MEASURES: "define measures",
    Permission.EDIT_FRAMEWORK: "edit the framework",
    Permission.APPROVE_VALUES: "approve values",
    Permission.LOCK_VALUES: "lock reported values",
    Permission.STEWARD: "look after measures",
    Permission.READ_AUDIT: "read the audit log",
    Permission.ADMINISTER: "administer accounts and units",
}
"""Each permission as it stands in a sentence after “may”."""

UNDIVIDED = frozenset({Permission.LOAD_DATA, Permission.SEE_RAW_DATA, Permission.READ_AUDIT})
"""Held over the whole organization or not at all: an extract has rows of any unit, and belongs to none; the
audit log has one chain."""


@dataclass(frozen=True)
class Role:
    """``sees_above``: it opens the results of its own unit and of every unit above that one."""

    key: str
    name: str
    sentence: str
    permissions: frozenset[Permission]
    sees_above: bool = False


P = Permission
ROLES = {
    role.key: role
    for role in (
        Role(
            "member",
            "Member",
            "Sees the results of the own unit and of the units above it.",
            frozenset(),
            sees_above=True,
        ),
        Role(
            "supervisor",
            "Supervisor",
            "Sees the results of the unit and all below it.",
            frozenset({P.SEE_RESULTS, P.SEE_WORKERS}),
            sees_above=True,
        ),
        Role(
            "director",
            "Director",
            "Leads a department: sees its results, approves its values and names owners for its measures.",
            frozenset({P.SEE_RESULTS, P.APPROVE_VALUES, P.EDIT_FRAMEWORK, P.STEWARD}),
            sees_above=True,
        ),
        Role(
            "analyst",
            "Analyst",
            "Defines measures, and loads extracts for the whole organization; sees workers only under "
            "pseudonyms.",
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
            "data_custodian",
            "Data custodian",
            "Sees extracts as they were received, and workers in them by their own ids; each look is logged.",
            frozenset({P.SEE_RAW_DATA}),
        ),
        Role(
            "auditor",
            "Auditor",
            "Reads the audit log: who saw, changed, took along or was denied what; does not thereby see "
            "results or personal records.",
            frozenset({P.READ_AUDIT}),
        ),
        Role(
            "administrator",
            "Administrator",
            "Looks after accounts, units and grants; does not thereby see results or personal records.",
            frozenset({P.ADMINISTER}),
        ),
    )
}
