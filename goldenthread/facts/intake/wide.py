"""Turns months across the columns into rows, before anything is typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from goldenthread.facts.columns import ROW
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.headers import matching_form
from goldenthread.facts.intake.tables import TextTable, quoted, scan_name, scan_names
from goldenthread.facts.sources import SourceDefinition, Wide


def melted(table: TextTable, definition: SourceDefinition) -> TextTable:
    """The table with one row per cell of the listed columns; its last two columns are period and value.

    Raises Unreadable when none of the listed columns is in the file.
    """
    wide = definition.wide
    assert wide is not None
    periods = _periods(table.names, wide)
    if not periods:
        asked = f"that read like {wide.matching}" if wide.matching else ", ".join(wide.columns)
        raise Unreadable(
            f"The file has none of the period columns this source expects ({asked}). "
            f"Its columns are {', '.join(table.names)}."
        )
    kept = [index for index in range(len(table.names)) if index not in periods]
    pairs = ", ".join(
        f"{{'period': {quoted(text)}, 'value': {scan_name(index)}}}" for index, text in periods.items()
    )
    numbers = [ROW] if table.numbered else []
    cells = [f"{scan_name(old)} AS {scan_name(new)}" for new, old in enumerate(kept)] + numbers
    period, value = scan_names(len(kept) + 2)[-2:]
    inner = f"(SELECT {', '.join([*cells, f'unnest([{pairs}]) AS cell'])} FROM {table.relation})"
    carried = scan_names(len(kept)) + numbers
    outer = (
        f"(SELECT {', '.join([*carried, f'cell.period AS {period}', f'cell.value AS {value}'])} FROM {inner})"
    )
    names = (*(table.names[index] for index in kept), wide.period, wide.value)
    return replace(table, names=names, relation=outer, fan_out=len(periods))


def _periods(names: tuple[str, ...], wide: Wide) -> dict[int, str]:
    if wide.matching is None:
        places = {matching_form(name): index for index, name in reversed(list(enumerate(names)))}
        listed = {places.get(matching_form(name)): text for name, text in wide.columns.items()}
        return {index: text for index, text in listed.items() if index is not None}
    found = {}
    for index, name in enumerate(names):
        try:
            found[index] = dt.datetime.strptime(name.strip(), wide.matching).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return found
