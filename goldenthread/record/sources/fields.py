"""A column for definitions, and the plain data it holds."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.db import models

from goldenthread.definitions import Definition

_DAY = "!date"


def plain_data(definition: Definition) -> dict[str, Any]:
    """A definition in its canonical form: the keys of its YAML without those left at their defaults, as
    dicts, lists, text, numbers and days."""
    data: dict[str, Any] = _plain(definition.model_dump(by_alias=True, exclude_defaults=True))
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


class OrderedJSONField(models.TextField):
    """Plain data kept as JSON text, in the order in which a person wrote its keys, with days as days.

    PostgreSQL's jsonb, which Django's own field uses, sorts keys by length: a dumped source would list its
    columns in an order nobody chose. Nothing is ever looked up inside a definition, so text costs nothing.
    """

    # For the type checker: any plain data goes in and comes out.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return None if value is None else as_plain(value)

    def to_python(self, value: Any) -> Any:
        return as_plain(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else as_text(value)

    def value_to_string(self, obj: models.Model) -> str:
        return as_text(self.value_from_object(obj))


def as_plain(text: str) -> Any:
    """The plain data that a column holds as this text."""
    return json.loads(text, object_hook=_with_days)


def _with_days(entry: dict[str, Any]) -> Any:
    return datetime.date.fromisoformat(entry[_DAY]) if entry.keys() == {_DAY} else entry


def as_text(value: Any) -> str:
    """Plain data as a column holds it."""
    return json.dumps(value, ensure_ascii=False, default=_day_as_entry)


def _day_as_entry(value: Any) -> dict[str, str]:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return {_DAY: value.isoformat()}
    raise TypeError(f"Found {value!r} in a definition; wanted text, a number, a day, a list or a mapping.")
