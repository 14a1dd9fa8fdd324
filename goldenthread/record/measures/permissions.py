"""Who may do what with a measure and its typed values. Every check raises Denied with a sentence.

The operator of the machine and jobs are not asked; they load what files bring.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from goldenthread.record.access.permissions import check_may
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.models import Measure, TypedState, TypedValue
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Unit


def check_can_define(by: Actor, units: Iterable[str | None], *, today: datetime.date) -> None:
    """Write measures that these units keep; one that no unit keeps is the whole organization's."""
    top = orgs.top_unit()
    check_may(by, Permission.DEFINE_MEASURES, [unit or top for unit in units], today=today)


def check_can_assign(by: Actor, measure: Measure, *, today: datetime.date) -> None:
    """Name who looks after a measure, or retire it."""
    check_may(by, Permission.STEWARD, [_keeper(measure)], today=today)


def check_can_mark(by: Actor, measure: Measure, *, today: datetime.date) -> None:
    """Re-set limits and write notes on charts, as who defines the measure does."""
    check_may(by, Permission.DEFINE_MEASURES, [_keeper(measure)], today=today)


def check_can_type(by: Actor, measure: Measure) -> None:
    """Only the owner and the deputy type a measure's values."""
    if by.is_the_machine:
        return
    looking_after = [person for person in (measure.owner, measure.deputy) if person is not None]
    if by.user_id is None or not any(person.user_id == by.user_id for person in looking_after):
        names = " or ".join(person.name for person in looking_after) or "somebody: nobody looks after it yet"
        raise Denied(f"The values of “{measure.title}” are typed by {names}.")


def check_can_report(by: Actor, unit: Unit, *, today: datetime.date) -> None:
    """Lock a value of the unit as it was reported, or restate it."""
    check_may(by, Permission.LOCK_VALUES, [unit.key], today=today)


def check_can_decide(by: Actor, value: TypedValue, *, today: datetime.date) -> None:
    """Approve or return a value: whoever approves for its unit, and never who typed it."""
    if value.typed_by == by.key and value.state != TypedState.APPROVED:
        raise Denied("You typed this value, so somebody else approves it.")
    check_may(by, Permission.APPROVE_VALUES, [value.unit.key], today=today)


def _keeper(measure: Measure) -> str | None:
    return measure.unit.key if measure.unit else orgs.top_unit()
