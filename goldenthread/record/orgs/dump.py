"""The organization written back as the files it can be loaded from: loading a dump changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from goldenthread.record.orgs import queries
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.definition import MONDAY_TO_FRIDAY, Weekday
from goldenthread.record.orgs.files import PEOPLE_COLUMNS, PERSON_ID_COLUMNS, UNIT_ID_COLUMNS
from goldenthread.record.orgs.snapshots import IdentifierSnapshot, UnitSnapshot


def organization_yaml() -> dict[str, Any] | None:
    """The content of organization.yaml; None before the first load."""
    held = queries.organization_snapshot()
    if held is None:
        return None
    written: dict[str, Any] = {
        "organization": held.name,
        "fiscal_year_starts": held.fiscal_year_starts,
        "timezone": held.timezone,
    }
    weekdays = [day for day in Weekday if day.iso in held.working_days]
    if tuple(weekdays) != MONDAY_TO_FRIDAY or held.holidays:
        written["calendar"] = {
            "working_days": [day.value for day in weekdays],
            "holidays": [{"date": day, "name": name} for day, name in held.holidays],
        }
    return {**written, "units": [_unit(unit) for unit in held.units.values()]}


def _unit(unit: UnitSnapshot) -> dict[str, Any]:
    written: dict[str, Any] = {"id": unit.key, "name": unit.name, "kind": unit.kind}
    match unit.parents:
        case ():
            pass
        case ((parent, Days(start=None, end=None)),):
            written["parent"] = parent
        case several:
            written["parents"] = [{"unit": parent, **_from_to(days)} for parent, days in several]
    return {**written, **_from_to(unit.days)}


def _from_to(days: Days) -> dict[str, Any]:
    return {key: day for key, day in (("from", days.start), ("to", days.end)) if day}


def people_csv() -> str:
    """The text of people.csv."""
    return _csv(
        PEOPLE_COLUMNS,
        (
            (
                person.key,
                person.name,
                post.unit if post else "",
                post.role.value if post else "",
                post.days.start if post else None,
                post.days.end if post else None,
                person.email,
                person.classification,
                post.supervisor if post else None,
            )
            for person in queries.people_snapshot().values()
            for post in (person.posts or (None,))
        ),
    )


def people_ids_csv() -> str:
    """The text of people_ids.csv."""
    return _identifiers(PERSON_ID_COLUMNS, queries.identifiers("person"))


def unit_ids_csv() -> str:
    """The text of unit_ids.csv."""
    return _identifiers(UNIT_ID_COLUMNS, queries.identifiers("unit"))


def _identifiers(columns: Sequence[str], identifiers: Iterable[IdentifierSnapshot]) -> str:
    return _csv(
        columns, ((one.owner, one.system, one.value, one.days.start, one.days.end) for one in identifiers)
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
