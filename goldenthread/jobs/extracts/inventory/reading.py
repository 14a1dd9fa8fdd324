"""A file and a mapping into what a load would make of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.intake.reading import REJECT_SCHEMA
from goldenthread.facts.intake.report import EXAMPLES, REJECTS, Example, Reason, Report
from goldenthread.facts.sources import SourceDefinition
from goldenthread.jobs.extracts.inventory.columns import TextOfFile, mapping_of, text_of
from goldenthread.jobs.extracts.inventory.interpreting import Interpreter
from goldenthread.jobs.extracts.inventory.rows import InventoryReading, InventoryRow, TroubledCell


def read_inventory(
    file: Path,
    definition: SourceDefinition,
    *,
    calendar: FiscalCalendar,
    timezone: str,
    out: Path,
    batch: int,
) -> InventoryReading:
    """Read an inventory; ``out`` then holds its text and, in rejects.parquet, every cell that is no number.

    The report counts rows: ``accepted`` ones are measures, ``rejected`` ones have no name, no frequency or no
    year. Its reasons count cells, also those whose words the definition explains. Raises Unreadable when
    the file as a whole cannot be read.
    """
    text = text_of(file, definition, out=out, timezone=timezone, batch=batch)
    reading = interpret(text, definition, calendar=calendar)
    _write_rejects(out / REJECTS, reading.cells)
    return reading


def interpret(
    text: TextOfFile, definition: SourceDefinition, *, calendar: FiscalCalendar
) -> InventoryReading:
    """What the text of an inventory means by its mapping; touches no file."""
    interpreter = Interpreter(mapping_of(definition), calendar, text.headers)
    for number, row in text.rows:
        interpreter.take(number, row)
    return InventoryReading(
        source=definition.source,
        rows=tuple(interpreter.rows),
        places=tuple(interpreter.places.values()),
        cells=tuple(interpreter.cells),
        remarks=tuple(interpreter.remarks),
        report=_report(text.report, interpreter.rows, interpreter.cells),
    )


def _report(text: Report, rows: Sequence[InventoryRow], cells: Sequence[TroubledCell]) -> Report:
    rejected = len({cell.row for cell in cells if cell.refuses_row})
    periods = [value.period for row in rows for value in row.values if value.value is not None]
    covered = (min(one.start for one in periods), max(one.last_day for one in periods)) if periods else None
    return replace(
        text,
        accepted=len(rows),
        # Rows that the reader of text refused, such as broken ones, never reached the mapping.
        rejected=text.rejected + rejected,
        period=covered,
        reasons=(*text.reasons, *_reasons(cells)),
    )


def _reasons(cells: Sequence[TroubledCell]) -> tuple[Reason, ...]:
    alike: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for cell in cells:
        alike[(cell.column, cell.reason)].append(Example(cell.row, cell.value))
    return tuple(
        Reason(column, reason, len(examples), tuple(examples[:EXAMPLES]))
        for (column, reason), examples in alike.items()
    )


def _write_rejects(path: Path, cells: Sequence[TroubledCell]) -> None:
    """Add the cells to what the reader of text refused."""
    found = [
        {"row": cell.row, "column": cell.column, "value": cell.value, "reason": cell.reason, "part": 0}
        for cell in cells
    ]
    earlier = pq.read_table(path).cast(REJECT_SCHEMA)
    pq.write_table(pa.concat_tables([earlier, pa.Table.from_pylist(found, schema=REJECT_SCHEMA)]), path)
