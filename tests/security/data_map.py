"""Which fields are personal, who sees them, and how long they live: the table, and its page.

``python -m tests.security.data_map`` writes the page anew after a change of the table.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "data-map.csv"
PAGE = TABLE.with_suffix(".md")

NOT_PERSONAL = "none"
CLASSES = {
    "secret": (
        "what lets somebody in",
        "hashed, or sealed with the key of the installation; in no export, log or dump; second lock",
    ),
    "directory": ("who somebody is, and where they work", "signed in; ids of other systems: second lock"),
    "rights": ("what somebody may do", "each change in the audit log, and announced where it is guarded"),
    "traces": (
        "what somebody did, or was told",
        "ids only; the audit log is chained, and nobody changes it; second lock",
    ),
    "work": ("whose work something is", "with the thing it belongs to"),
    "text": ("words that may hold anything", "sealed, or with stand-ins for ids of workers"),
    NOT_PERSONAL: ("nothing of a person", "by the rights on the thing"),
}

HEAD = """# Data map
Which data is personal, who sees it and how long it lives. Numbers of single workers are in no table: they are asked of the facts,
or of [tallies of their days](../adr/0018-tallies-are-kept-by-day-and-id.md) beside them, each time, with the [scope](../explanation/access.md) of that moment. The facts are rows of extracts in the store, outside the
tables; those that name a worker are kept for 25 months unless [`retention.yaml`](settings.md#retentionyaml) says otherwise, and
then [only values of units are left](../adr/0013-rows-of-workers-go-and-values-of-units-stand.md). The table is [data-map.csv](data-map.csv), and a test fails for
a field without an entry; `python -m tests.security.data_map` writes this page. How long is what the product does by itself: your
records officer decides, and [the operator](../how-to/operate.md) sets it.

## Classes
| class | what it is | what protects it |
|---|---|---|
"""  # noqa: E501

OUTSIDE = """
## Outside the database
| where | what it may hold | who sees it | how long |
|---|---|---|---|
| `uploads/` | extracts as received, accepted and refused rows, with ids of workers | data custodians, each look logged; others see stand-ins | files 90 days, what was read of them 30, unless `retention.yaml` says otherwise |
| `store/` | facts, with ids of workers | nobody but the product; whoever runs the machine | until the batch is undone or the facts are purged |
| `incoming/` | extracts that arrived | whoever runs the machine | until the operator removes them |
| `audit-heads/` | no personal data: numbers and hashes | whoever runs the machine | for good |
| the log of the server | errors, with numbers of things | whoever runs the machine | as the machine keeps logs |
"""  # noqa: E501


@dataclass(frozen=True)
class Entry:
    """Fields of one table that are alike."""

    table: str
    fields: tuple[str, ...]
    kind: str
    seen_by: str
    kept: str


def read() -> list[Entry]:
    """Every line of the table, tables in the order of the alphabet."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Entry(
                row["table"],
                tuple(row["fields"].split()),
                row["class"],
                row["who sees them"],
                row["how long"],
            )
            for row in csv.DictReader(file)
        ]


def rendered(entries: list[Entry]) -> str:
    """The page: tables with something personal, and the names of the others."""
    parts = [HEAD, *(f"| {name} | {what} | {how} |\n" for name, (what, how) in CLASSES.items())]
    parts.append(
        "\n## Fields\n| table | fields | class | who sees them | how long |\n|---|---|---|---|---|\n"
    )
    without = []
    for table, rows in groupby(entries, key=lambda entry: entry.table):
        personal = [entry for entry in rows if entry.kind != NOT_PERSONAL]
        parts += [_line(entry) for entry in personal]
        if not personal:
            without.append(f"`{table}`")
    parts.append(f"\nNothing of a person is in {', '.join(without)}.\n")
    return "".join([*parts, OUTSIDE])


def _line(entry: Entry) -> str:
    fields = ", ".join(entry.fields)
    return f"| `{entry.table}` | {fields} | {entry.kind} | {entry.seen_by} | {entry.kept} |\n"


if __name__ == "__main__":
    PAGE.write_text(rendered(read()), encoding="utf-8")
