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
    READ_PERSONAL_RECORDS = "read_personal_records"
    CONSULT = "consult"
    PUBLISH = "publish"
    READ_AUDIT = "read_audit"
    SEE_ACCESS = "see_access"
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
    Permission.READ_PERSONAL_RECORDS: "read personal records for a stated purpose",
    Permission.CONSULT: "put on record what staff and their representatives said of a measure",
    Permission.PUBLISH: "publish results",
    Permission.READ_AUDIT: "read the audit log",
    Permission.SEE_ACCESS: "see what others can see, and why",
    Permission.ADMINISTER: "administer accounts and units",
}
"""Each permission as it stands in a sentence after “may”."""

UNDIVIDED = frozenset({Permission.LOAD_DATA, Permission.SEE_RAW_DATA, Permission.READ_AUDIT})
"""Held over the whole organization or not at all: an extract has rows of any unit, and belongs to none; the
audit log has one chain."""

GUARDED = frozenset(
    {
        Permission.SEE_WORKERS,
        Permission.SEE_RAW_DATA,
        Permission.READ_PERSONAL_RECORDS,
        Permission.PUBLISH,
        Permission.READ_AUDIT,
        Permission.ADMINISTER,
    }
)
"""What opens personal records, publishes, audits, or gives the rest: two administrators grant it together."""

OVER_SERVICES = frozenset({Permission.SEE_RESULTS})
"""What a role still gives when it is held over a service: a service has results, and no workers or values."""


@dataclass(frozen=True)
class Role:
    """``sees_above``: it opens the results of its own unit and of every unit above that one."""

    key: str
    name: str
    sentence: str
    permissions: frozenset[Permission]
    sees_above: bool = False

    @property
    def is_guarded(self) -> bool:
        """Whether it takes two administrators to grant it."""
        return not self.permissions.isdisjoint(GUARDED)

    @property
    def is_for_services(self) -> bool:
        """Whether it can be granted over a service: it gives there what it says, and nothing is lost."""
        return self.permissions != frozenset() and self.permissions <= OVER_SERVICES


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
            "reader",
            "Reader",
            "Sees the results of a unit and all below it, or of a service wherever its work is done.",
            frozenset({P.SEE_RESULTS}),
        ),
        Role(
            "publisher",
            "Publisher",
            "Sees results and publishes them, once a second person has approved.",
            frozenset({P.SEE_RESULTS, P.PUBLISH}),
        ),
        Role(
            "hr",
            "HR",
            "Reads personal records for a purpose that the person concerned can read; sees results and what "
            "each person can see.",
            frozenset({P.SEE_RESULTS, P.READ_PERSONAL_RECORDS, P.SEE_ACCESS}),
        ),
        Role(
            "auditor",
            "Auditor",
            "Sees results, reads the audit log, and sees what each person can see; changes nothing.",
            frozenset({P.SEE_RESULTS, P.READ_AUDIT, P.SEE_ACCESS}),
        ),
        Role(
            "labour_liaison",
            "Labor liaison",
            "Speaks for staff: sees results and what each person can see, and puts on record what staff "
            "said of a measure.",
            frozenset({P.SEE_RESULTS, P.CONSULT, P.SEE_ACCESS}),
        ),
        Role(
            "administrator",
            "Administrator",
            "Looks after accounts, units and grants; does not thereby see results, evaluations or anybody's "
            "numbers.",
            frozenset({P.ADMINISTER, P.SEE_ACCESS}),
        ),
    )
}
