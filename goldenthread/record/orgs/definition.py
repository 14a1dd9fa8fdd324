"""The shape of organization.yaml."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from goldenthread.definitions import Definition
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.enums import UnitKind
from goldenthread.record.orgs.keys import Key


class Weekday(StrEnum):
    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"

    @property
    def iso(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return list(Weekday).index(self) + 1


MONDAY_TO_FRIDAY = tuple(Weekday)[:5]


class ParentDefinition(Definition):
    """A unit that stood over another, and when."""

    unit: Key
    starts_on: date | None = Field(default=None, alias="from")
    ends_on: date | None = Field(default=None, alias="to")

    @property
    def days(self) -> Days:
        return Days(self.starts_on, self.ends_on)


class UnitDefinition(Definition):
    """Any part of the organization. ``parent`` holds always; ``parents`` each hold from when to when."""

    id: Key
    name: str = Field(default="", max_length=200)
    kind: UnitKind = UnitKind.TEAM
    parent: Key | None = None
    parents: tuple[ParentDefinition, ...] = ()
    starts_on: date | None = Field(default=None, alias="from")
    ends_on: date | None = Field(default=None, alias="to")

    @property
    def days(self) -> Days:
        return Days(self.starts_on, self.ends_on)


class HolidayDefinition(Definition):
    """A day on which the organization does not work."""

    date: date
    name: str = Field(default="", max_length=100)


class CalendarDefinition(Definition):
    """Which days are worked."""

    working_days: tuple[Weekday, ...] = Field(default=MONDAY_TO_FRIDAY, min_length=1)
    holidays: tuple[HolidayDefinition, ...] = ()


class OrganizationDefinition(Definition):
    """The government a workspace belongs to, its calendars, and its tree of units."""

    organization: str = Field(min_length=1, max_length=200)
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    timezone: str = Field(default="UTC", max_length=64)
    calendar: CalendarDefinition = CalendarDefinition()
    units: tuple[UnitDefinition, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("a time zone by its IANA name, such as America/Los_Angeles") from None
        return name
