"""Import: an extract read, checked, split from its rejects and committed, against DuckDB's CSV to Parquet."""

from __future__ import annotations

import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import by_hand
from benchmarks.apart import apart
from benchmarks.figures import Figure
from benchmarks.generate import SOURCE, Extract, write_extract
from benchmarks.timing import against, interleaved, ratio, say, timed
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.intake import read_limited
from goldenthread.facts.intake.report import ACCEPTED
from goldenthread.facts.sources import SourceDefinition
from goldenthread.facts.store.log import Mode
from goldenthread.facts.store.table import FactTable

_GIGABYTE = 10**9


@dataclass(frozen=True)
class Trial:
    """One import: how long it took, and the most memory the reading child and its parent held, in bytes."""

    seconds: float
    child_peak: int
    parent_peak: int
    rows: int


def figures(folder: Path, *, extract: Extract, rounds: int, seed: int) -> list[Figure]:
    """The ratio and the peak; ValueError when a contender kept other rows than the extract has good ones."""
    file, rows = folder / "calls.csv", extract.rows
    say(f"Writing an extract of {rows:,} rows")
    write_extract(file, extract, seed=seed)
    trials: dict[str, list[Trial]] = {"goldenthread": [], "duckdb": []}

    def contender(name: str, target: str, wanted: int) -> float:
        trial: Trial = apart(target, file=file)
        if trial.rows != wanted:
            raise ValueError(f"Found {trial.rows:,} rows of {name}; wanted {wanted:,}.")
        trials[name].append(trial)
        return trial.seconds

    taken = interleaved(
        rounds,
        {
            "goldenthread": lambda: contender(
                "goldenthread", "importing:import_once", rows - extract.refused
            ),
            "duckdb": lambda: contender("duckdb", "importing:copy_once", rows - extract.unreadable),
        },
    )
    ours = trials["goldenthread"]
    child, parent = (max(getattr(one, name) for one in ours) for name in ("child_peak", "parent_peak"))
    size = file.stat().st_size
    speed = f"{rows / median(taken['goldenthread']):,.0f} rows a second of {size / rows:.0f} bytes"
    file.unlink()
    return [
        Figure(
            "import",
            f"{rows:,} rows, to DuckDB's read_csv to Parquet",
            ratio(taken["goldenthread"], taken["duckdb"]),
            "x",
            f"{against(taken['goldenthread'], taken['duckdb'])}; {speed}; {extract.refused:,} refused",
            at_most=1.3,
        ),
        Figure(
            "import",
            "most memory of the reading process",
            child / _GIGABYTE,
            "GB",
            f"resident set of the child; of the process that commits: {parent / _GIGABYTE:.2f} GB",
            at_most=1.5,
        ),
    ]


def import_once(file: Path) -> Trial:
    """What the product does with the rows of a file, in a process that did nothing before."""
    with tempfile.TemporaryDirectory(dir=file.parent) as place, EmbeddedEngine([Path(place)]) as engine:
        definition = SourceDefinition.model_validate(SOURCE)
        staged = Path(place) / "staged"

        def work() -> None:
            read_limited(file, definition, out=staged, timezone="America/Los_Angeles", batch=1)
            table = FactTable(Path(place) / "calls", engine)
            mode = Mode(definition.load)
            table.commit([staged / ACCEPTED], batch=1, mode=mode, key=definition.key, time=definition.time)

        seconds = timed(work)()
        commit = FactTable(Path(place) / "calls", engine).commit_of(1)
        assert commit is not None
        return _trial(seconds, commit.rows_added)


def copy_once(file: Path) -> Trial:
    """What DuckDB does with it, in a process that did nothing before."""
    with tempfile.TemporaryDirectory(dir=file.parent) as place:
        rows: list[int] = []
        target = Path(place) / "calls.parquet"
        seconds = timed(lambda: rows.append(by_hand.copy_to_parquet(file, target)))()
        return _trial(seconds, rows[0])


def _trial(seconds: float, rows: int) -> Trial:
    def peak(who: int) -> int:
        return resource.getrusage(who).ru_maxrss * 1024

    return Trial(seconds, peak(resource.RUSAGE_CHILDREN), peak(resource.RUSAGE_SELF), rows)
