"""Days as a command line takes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import click


class _Day(click.ParamType):
    """A day written 2026-07-01, as a date."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"Found “{value}”; wanted a day such as 2026-07-01.", param, ctx)


DAY = _Day()
