"""Internal sources: the tables that the product fills by itself, and the definition each of them has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPED_VALUES = "typed_values"

INTERNAL: Mapping[str, Mapping[str, Any]] = {
    # Who typed a value is left out: the rows would be numbers about an employee.
    TYPED_VALUES: {
        "key": ["measure", "unit", "frequency", "period_start"],
        "time": "period_start",
        "unit": {"column": "unit"},
        "columns": {
            "measure": {"type": "category", "required": True},
            "unit": {"type": "text", "required": True},
            "frequency": {"type": "category", "required": True},
            "period_start": {"type": "date", "required": True},
            "period_end": {"type": "date", "required": True},
            "numerator": {"type": "number"},
            "denominator": {"type": "number"},
            "value": {"type": "number"},
            "typed_on": {"type": "date", "required": True},
            "handed_in_on": {"type": "date", "required": True},
            "due_on": {"type": "date", "required": True},
            "in_time": {"type": "yes_no", "required": True},
            "corrections": {"type": "number", "required": True},
            "from_file": {"type": "yes_no", "required": True},
        },
    }
}
"""The fields of each internal source that a definition does not say, by its key."""

WRITTEN = frozenset({"source", "title", "kind"})
"""The fields that the definition of an internal source may say."""


def completed(written: Mapping[str, Any]) -> dict[str, Any]:
    """The definition of an internal source with what the product knows of it; ValueError says what else is
    wanted."""
    key = str(written.get("source", ""))
    if key not in INTERNAL:
        raise ValueError(f"for kind: internal one of these sources: {', '.join(INTERNAL)}")
    if said := written.keys() - WRITTEN:
        raise ValueError(f"no {min(said)}, because the product itself says what is in “{key}”")
    return {**written, **INTERNAL[key]}
