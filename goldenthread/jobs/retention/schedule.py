"""For how long each class of records is kept: what the workspace says, else a default to ask about.

Sources of the defaults: the retention periods that U.S. cities publish; the floor for personnel records is
29 CFR 1602.31 (two years).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

from django.conf import settings
from pydantic import NonNegativeInt, model_validator

from goldenthread.calc.retention import KeptFor
from goldenthread.definitions import Definition, DefinitionError, Problem, check, one_of, read_yaml

ASK = "Defaults, not advice. Ask your records officer."
PERSONNEL = 2
"""Years that a record about a personnel decision is kept at least."""
_FOUR_YEARS = [date(2024, 1, 1) + timedelta(days=day) for day in range(4 * 365 + 1)]
"""Every day there is, with the leap day: a time is shorter than another when it is for any of them."""


class RecordClass(StrEnum):
    """What has a time of its own to be kept for."""

    IMPORT_ORIGINALS = "import_originals"
    REJECTED_ROWS = "rejected_rows"
    NOTICES = "notices"
    AUDIT_LOG = "audit_log"
    WORKER_FACTS = "worker_facts"


SENTENCES = {
    RecordClass.IMPORT_ORIGINALS: "files as they were received, since they came",
    RecordClass.REJECTED_ROWS: "refused rows, and what else was read of a file, since it came",
    RecordClass.NOTICES: "what somebody was told or asked to do, since it was settled",
    RecordClass.AUDIT_LOG: "the audit log, by whole sealed months, since their end",
    RecordClass.WORKER_FACTS: "rows of single workers, by month, since its end; values of units stay",
}
"""What each class is, and from when its time runs."""


class KeptShape(Definition):
    """A time, such as ``{years: 2}``."""

    days: NonNegativeInt = 0
    months: NonNegativeInt = 0
    years: NonNegativeInt = 0

    @model_validator(mode="after")
    def _is_some_time(self) -> Self:
        if not (self.days or self.months or self.years):
            raise ValueError("a time, such as {days: 90} or {years: 7}")
        return self


class RetentionDefinition(Definition):
    """``retention.yaml``. A class that it does not name is kept for the default."""

    purge_daily: bool = False
    keep: dict[str, KeptShape] = {}


@dataclass(frozen=True)
class Schedule:
    """For how long each class is kept, and whether what is due goes each night by itself."""

    kept: Mapping[RecordClass, KeptFor]
    purge_daily: bool


def schedule() -> Schedule:
    """The schedule of this workspace. DefinitionError with the line that cannot stand."""
    file = settings.WORKSPACE.retention
    return read_schedule(file) if file.exists() else Schedule(_defaults(), purge_daily=False)


def read_schedule(file: Path) -> Schedule:
    """The schedule in a file; DefinitionError when it names no class there is, or a time below the floor."""
    located = read_yaml(file)
    definition = check(RetentionDefinition, located)
    kept = dict(_defaults())
    for name, given in definition.keep.items():
        line = located.line_of(("keep", name))
        if name not in list(RecordClass):
            raise DefinitionError(
                [Problem(str(file), line, f"keep.{name}", f"“{name}”", one_of(RecordClass, name))]
            )
        chosen = KeptFor(given.days, given.months, given.years)
        _check_floor(RecordClass(name), chosen, file=file, line=line)
        kept[RecordClass(name)] = chosen
    return Schedule(kept, definition.purge_daily)


def write_defaults(file: Path) -> None:
    """Write the defaults into a file that can be edited, unless it is there."""
    if file.exists():
        return
    lines = [
        f"# For how long records are kept before goldenthread purge lets go of them. {ASK}",
        "# A legal hold keeps whatever it may concern, however long.",
        "purge_daily: false  # true: each night, without being asked",
        "keep:",
        *(f"  {name}: {{{_written(kept)}}}  # {SENTENCES[name]}" for name, kept in _defaults().items()),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)


def _written(kept: KeptFor) -> str:
    return ", ".join(f"{unit}: {count}" for unit, count in asdict(kept).items() if count)


def _check_floor(name: RecordClass, chosen: KeptFor, *, file: Path, line: int | None) -> None:
    """The log and what somebody did are what a personnel decision is held to."""
    floors = {
        RecordClass.AUDIT_LOG: (
            max(PERSONNEL, settings.AUDIT_KEPT_YEARS),
            "29 CFR 1602.31, and GOLDENTHREAD_AUDIT_KEPT_YEARS",
        ),
        RecordClass.WORKER_FACTS: (PERSONNEL, "29 CFR 1602.31"),
    }
    if name not in floors:
        return
    least, by = floors[name]
    if any(chosen.until(day) < KeptFor(years=least).until(day) for day in _FOUR_YEARS):
        wanted = f"at least {least} years ({by})"
        raise DefinitionError([Problem(str(file), line, f"keep.{name}", "a shorter time", wanted)])


def _defaults() -> Mapping[RecordClass, KeptFor]:
    return {
        RecordClass.IMPORT_ORIGINALS: KeptFor(days=90),
        RecordClass.REJECTED_ROWS: KeptFor(days=30),
        RecordClass.NOTICES: KeptFor(years=2),
        RecordClass.AUDIT_LOG: KeptFor(years=max(PERSONNEL, settings.AUDIT_KEPT_YEARS)),
        RecordClass.WORKER_FACTS: KeptFor(months=25),
    }
