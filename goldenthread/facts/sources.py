"""What we expect of an extract: its columns, its key, its clock, and how it is loaded."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from goldenthread.definitions import Address, Definition
from goldenthread.facts import internal
from goldenthread.facts.inventory import InventoryMapping

ColumnType = Literal["text", "category", "number", "whole_number", "date", "datetime", "duration", "yes_no"]
DATED = ("date", "datetime")
MEASURED = ("number", "whole_number", "duration")
DURATION_FORMATS = ("h:mm:ss", "h:mm", "m:ss", "seconds", "minutes", "hours")
WORDS_FOR_MISSING = ("",)

_SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_FIRST_WORD = re.compile(r"(select|with)\b", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class AnyOf(Definition):
    """Names one column goes by in different layouts of the same extract; the first that exists is read."""

    any: tuple[str, ...] = Field(min_length=1)


class Column(Definition):
    """One typed column.

    ``from`` is the name in the file (default: the column's own name), a list of names whose cells are joined
    with a space, or ``{any: [...]}``. ``missing`` lists the words that mean "no value". ``invalid: missing``
    keeps a row whose cell cannot be read; the default refuses it. A duration is stored in seconds and is
    never negative unless ``minimum`` says so. ``fiscal_year_starts`` says that the year in a date is a fiscal
    year that starts in that month: with 7, JULY 2014 is July 2013. ``future: refuse`` refuses a row dated
    more than a day after its file came, which the source's time column does unless it says ``allow``."""

    type: ColumnType
    title: str | None = None
    required: bool = False
    from_: str | tuple[str, ...] | AnyOf | None = Field(default=None, alias="from")
    format: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    missing: tuple[str, ...] = WORDS_FOR_MISSING
    values: tuple[str, ...] = ()
    fiscal_year_starts: int | None = Field(default=None, ge=1, le=12)
    invalid: Literal["refuse", "missing"] = "refuse"
    timezone: str | None = None
    future: Literal["allow", "refuse"] | None = None

    @field_validator("format", "missing", "values", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        many = [value] if isinstance(value, str | int | float | bool) else value
        return [str(one) if isinstance(one, int | float) else one for one in many] if many else many

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return _zone(value)

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.format and self.type not in (*DATED, "duration"):
            raise ValueError(f"format only for a date, datetime or duration, this is {self.type}")
        if self.type == "duration" and (unknown := set(self.format) - set(DURATION_FORMATS)):
            raise ValueError(f"a duration format among {', '.join(DURATION_FORMATS)}, found {min(unknown)}")
        if self.type not in MEASURED and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"minimum and maximum only for numbers, this is {self.type}")
        if self.values and self.type not in ("text", "category"):
            raise ValueError(f"values only for text or category, this is {self.type}")
        if self.fiscal_year_starts and (self.type != "date" or not self.format):
            raise ValueError("fiscal_year_starts only for a date with a format, such as %B %Y")
        if self.future and self.type not in DATED:
            raise ValueError(f"future only for a date or datetime, this is {self.type}")
        if self.timezone and self.type != "datetime":
            raise ValueError(f"timezone only for a datetime, this is {self.type}")
        return self

    @property
    def lowest(self) -> float | None:
        return 0.0 if self.type == "duration" and self.minimum is None else self.minimum


class Placement(Definition):
    """The column that names a worker or a unit, and the system whose own ids it holds."""

    column: str
    system: str | None = None


class FileLayout(Definition):
    """What to assume of the file instead of finding out; ``skip_rows`` stand above ``header_rows``.

    ``decimal`` is what stands before the decimals of a number written as text; with a comma, 1.234,56 is a
    number and a dot groups thousands."""

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    decimal: Literal[".", ","] = "."
    skip_rows: int | None = Field(default=None, ge=0)
    header_rows: int | None = Field(default=None, ge=0)


class Check(Definition):
    """A rule between two dated columns of one row: the first may not lie before the second."""

    not_before: tuple[str, str]
    reason: str


class Arrival(Definition):
    """How often a new extract is expected, and after how many days of grace it is late."""

    every: Literal["day", "week", "month", "quarter", "year"]
    grace_days: int = Field(default=0, ge=0)


def _time_of_day(text: str) -> str:
    """``5:30`` as 05:30."""
    found = _TIME_OF_DAY.fullmatch(text)
    if found is None:
        raise ValueError("a time of day from 00:00 to 23:59, such as 05:30")
    return f"{int(found[1]):02}:{found[2]}"


def _reading(query: str) -> str:
    """One that asks, without the semicolon that ends it elsewhere."""
    query = query.strip().removesuffix(";").rstrip()
    if _FIRST_WORD.match(query) is None:
        raise ValueError("a query that begins with SELECT or WITH")
    return query


class Pull(Definition):
    """Where a source's file is fetched from, each day from ``at`` on, in the organization's time zone: an
    address, or a database that the operator named so, with the query whose rows are wanted."""

    address: Address | None = None
    database: str | None = None
    query: Annotated[str, AfterValidator(_reading)] | None = None
    at: Annotated[str, AfterValidator(_time_of_day)] = "00:00"

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.address is None) == (self.database is None) or (self.database is None) != (
            self.query is None
        ):
            raise ValueError("either an address, or a database together with a query")
        if self.database is not None and not _SLUG.fullmatch(self.database):
            raise ValueError(
                "database to be a name such as phones, which the operator gives an address and a password: "
                "definitions are no place for secrets"
            )
        return self

    @property
    def time_of_day(self) -> time:
        return time.fromisoformat(self.at)


class Wide(Definition):
    """Months across the columns: each listed column becomes a row of its own.

    ``columns`` maps a column of the file to what goes into the ``period`` column for it, or ``matching`` is
    a date format that the headers themselves are read with (``%b-%y`` reads ``Jan-25``). Cells land in
    ``value``. Both ``period`` and ``value`` are then declared under ``columns:`` like any other::

        layout: wide
        wide: {period: month, value: miles, matching: "%b-%y"}
        columns:
          measure: {type: text, from: Measure}
          month:   {type: date}
          miles:   {type: number, missing: ["", "No Data"]}

    With ``columns: {OCT: 2019-10-01, NOV: 2019-11-01}`` the values are read by the type of ``period``.
    """

    period: str
    value: str
    columns: dict[str, str] = {}
    matching: str | None = None

    @field_validator("columns", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.columns) == bool(self.matching):
            raise ValueError("either columns or matching")
        return self


class SourceDefinition(Definition):
    """One expected extract; docs/reference/definitions.md lists the whole vocabulary.

    An inventory has ``inventory:`` instead of ``columns:``; its rows are measures, not facts. An internal
    source is named and no more: the product fills it and knows its columns. ``pull`` is
    where a file is fetched each day, as if somebody had put it into the source's incoming folder.
    """

    source: str
    title: str | None = None
    kind: Literal["file", "internal", "inventory"] = "file"
    key: tuple[str, ...] = ()
    time: str | None = None
    worker: Placement | None = None
    unit: Placement | None = None
    load: Literal["append", "upsert", "replace_period"] = "append"
    timezone: str | None = None
    file: FileLayout = FileLayout()
    expected: Arrival | None = None
    pull: Pull | None = None
    layout: Literal["long", "wide"] = "long"
    wide: Wide | None = None
    columns: dict[str, Column] = {}
    inventory: InventoryMapping | None = None
    checks: tuple[Check, ...] = ()
    derived: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, value: Any) -> Any:
        is_internal = isinstance(value, dict) and value.get("kind") == "internal"
        return internal.completed(value) if is_internal else value

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = handler(self)
        if self.kind != "internal":
            return data
        return {key: one for key, one in data.items() if key in internal.WRITTEN}

    @field_validator("source")
    @classmethod
    def _slug(cls, value: str) -> str:
        if not _SLUG.fullmatch(value):
            raise ValueError("lowercase letters, digits and single underscores, starting with a letter")
        return value

    @field_validator("key", mode="before")
    @classmethod
    def _one_key(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("worker", "unit", mode="before")
    @classmethod
    def _column_alone(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str) else value

    @field_validator("pull", mode="before")
    @classmethod
    def _address_alone(cls, value: Any) -> Any:
        return {"address": value} if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return _zone(value)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.kind == "inventory") != (self.inventory is not None):
            raise ValueError("kind: inventory together with an inventory: block")
        if self.pull and self.pull.database and self.file != FileLayout():
            raise ValueError("no file: block, because the product itself writes down what a database answers")
        if bool(self.columns) == bool(self.inventory):
            raise ValueError("columns: with at least one column, or for kind: inventory none")
        for name in self.columns:
            if not _SLUG.fullmatch(name):
                raise ValueError(
                    f"column names of lowercase letters, digits and single underscores, found “{name}”"
                )
        for use, name in self._named_columns():
            if name not in self.columns:
                raise ValueError(
                    f"{use} to name one of the columns {', '.join(self.columns)}, found “{name}”"
                )
        dated = [("time", self.time)] if self.time else []
        dated += [("not_before", name) for check in self.checks for name in check.not_before]
        for use, name in dated:
            if self.columns[name].type not in DATED:
                raise ValueError(
                    f"{use} to name a date or datetime column, {name} is {self.columns[name].type}"
                )
        if self.load == "upsert" and not self.key:
            raise ValueError("a key, because load: upsert replaces rows by key")
        if self.load == "replace_period" and not self.time:
            raise ValueError("time, because load: replace_period replaces the days a file covers")
        if (self.layout == "wide") != (self.wide is not None):
            raise ValueError("layout: wide together with a wide: block")
        return self

    def refuses_future(self, name: str) -> bool:
        """Whether a column's cells may not lie after the day on which their file came."""
        return (self.columns[name].future or ("refuse" if name == self.time else "allow")) == "refuse"

    def _named_columns(self) -> list[tuple[str, str]]:
        named = [("key", name) for name in self.key]
        named += [("time", self.time)] if self.time else []
        named += [("worker", self.worker.column)] if self.worker else []
        named += [("unit", self.unit.column)] if self.unit else []
        named += [("not_before", name) for check in self.checks for name in check.not_before]
        if self.wide:
            named += [("wide.period", self.wide.period), ("wide.value", self.wide.value)]
        return named


def _zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("a time zone such as America/Los_Angeles") from error
    return name
