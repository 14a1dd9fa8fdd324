"""``python -m benchmarks``: measures, and prints the table of docs/reference/performance.md."""

from __future__ import annotations

import json
import shlex
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks.figures import Figure, as_table
from benchmarks.machine import machine
from benchmarks.sections import BY_NAME, SECTIONS, sections

QUICK_ROWS, FULL_ROWS = 200_000, 10_000_000


def _sections(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
    wanted = value.split(",")
    if unknown := [one for one in wanted if one not in SECTIONS + BY_NAME]:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(SECTIONS + BY_NAME)}.")
    return wanted


@click.command()
@click.option("--rows", type=click.IntRange(1_000), help=f"Facts to generate (default {FULL_ROWS:_}).")
@click.option("--quick", is_flag=True, help=f"A trial, no figures: {QUICK_ROWS:_} facts of a small county.")
@click.option(
    "--only",
    default=",".join(SECTIONS),
    show_default=True,
    callback=_sections,
    help=f"Which sections, and {', '.join(BY_NAME)}.",
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(3), help="Interleaved rounds.")
@click.option("--seed", default=2026, show_default=True)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write them there, too."
)
def main(
    rows: int | None, quick: bool, only: list[str], rounds: int, seed: int, json_file: Path | None
) -> None:
    """Measure Goldenthread against hand-written limits, in a temporary folder that is removed again."""
    # Ended like this, too, it takes its folder away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    rows = rows or (QUICK_ROWS if quick else FULL_ROWS)
    started, of = datetime.now(UTC), machine()
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="goldenthread-benchmarks-") as place:
        for of_section in sections(Path(place), only, rows=rows, rounds=rounds, seed=seed, quick=quick):
            found += of_section
    command = shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])
    click.echo(f"{started:%Y-%m-%d %H:%M} UTC, {command}")
    click.echo(", ".join(f"{name} {value}" for name, value in of.items()) + "\n")
    click.echo(as_table(found))
    if json_file is not None:
        told = {"started": started.isoformat(), "command": command, "machine": of}
        figures = [figure.as_dict() for figure in found]
        json_file.write_text(json.dumps({**told, "figures": figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
