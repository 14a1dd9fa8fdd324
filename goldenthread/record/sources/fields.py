"""A column for definitions."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class OrderedJSONField(models.TextField):
    """Plain data kept as JSON text, in the order in which a person wrote its keys.

    PostgreSQL's jsonb, which Django's own field uses, sorts keys by length: a dumped source would list its
    columns in an order nobody chose. Nothing is ever looked up inside a definition, so text costs nothing.
    """

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)
