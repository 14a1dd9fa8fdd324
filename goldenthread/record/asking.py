"""Questions that every page asks: the ORM writes their SQL once, and only the values come with the asking.

Django takes five times as long to write the SQL of a small query as the database takes to answer it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, IntegerField, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

_Sql = tuple[str, list[Any]]


class Given(Expression):
    """In a question the place of a value; ``ask`` takes it by its name."""

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field or IntegerField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Sql:
        return "%s", [self]

    def fitting(self, value: Any) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(value, connection)


class GivenAll(Given):
    """The place of any number of values, for ``__in``: numbers or words."""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Sql:
        return "(SELECT value FROM json_each(%s))", [self]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Sql:
        return f"(SELECT unnest(%s::{self.output_field.db_type(connection)}[]))", [self]

    def fitting(self, value: Any) -> Any:
        each = [super(GivenAll, self).fitting(one) for one in value]
        return json.dumps(each) if connection.vendor == "sqlite" else each


class Question:
    """A query of values that differs from one asking to the next in nothing but the values given."""

    def __init__(self, write: Callable[[], QuerySet[Any, Any]]) -> None:
        self._write = write

    @cached_property
    def _written(self) -> tuple[str, tuple[Any, ...]]:
        return self._write().query.sql_with_params()

    def ask(self, **given: object) -> list[tuple[Any, ...]]:
        """The rows as the database has them; what it may say in several ways, ``worded`` makes text."""
        sql, values = self._written
        fitting = [one.fitting(given[one.name]) if isinstance(one, Given) else one for one in values]
        with connection.cursor() as cursor:
            cursor.execute(sql, fitting)
            return cursor.fetchall()


def worded(column: str) -> Cast:
    """A column of days, moments or definitions as text; ``day_of`` and ``moment_of`` read it."""
    return Cast(column, TextField())


@lru_cache(maxsize=10_000)
def day_of(text: str) -> date:
    """A day in words of the database. The same few thousand come again with every page."""
    return date.fromisoformat(text)


@lru_cache(maxsize=1_000)
def moment_of(text: str) -> datetime:
    """A moment in words of the database; SQLite keeps it in UTC and does not say so."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
