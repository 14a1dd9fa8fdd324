"""Definitions in and out: a folder of YAML and CSV becomes the record, and the record becomes a folder.

A load is one transaction: either every file of the folder holds, or nothing changes. A dry run does the
same and rolls it back, so that what it tells is what a load would do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from goldenthread.definitions import DefinitionError, Problem, dump_yaml, read_yaml
from goldenthread.jobs import computing
from goldenthread.jobs.endings import Endings, endings, held
from goldenthread.jobs.first_administrator import give_first_role
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress
from goldenthread.record.answers import NotAllowed, SaveResult
from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.framework import queries as framework
from goldenthread.record.framework.definition import check_framework
from goldenthread.record.framework.loading import apply_framework
from goldenthread.record.measures import actions as measures
from goldenthread.record.measures import queries as measure_queries
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.orgs import actions as orgs
from goldenthread.record.orgs import dump as org_dump
from goldenthread.record.orgs import queries as org_queries
from goldenthread.record.orgs.files import read_table
from goldenthread.record.reports import actions as reports
from goldenthread.record.reports import queries as report_queries
from goldenthread.record.reports.checks import read_report
from goldenthread.record.sources import actions as sources
from goldenthread.record.sources import queries as source_queries
from goldenthread.record.sources.checks import read_source

ORGANIZATION_FILES = ("organization.yaml", "people.csv", "people_ids.csv", "unit_ids.csv")
_FRAMEWORK = "framework.yaml"
_FOLDERS = ("sources", "measures", "reports")


@dataclass(frozen=True)
class Loaded:
    """What a load changed, a sentence each, and what of it ends something."""

    sentences: tuple[str, ...]
    endings: Endings


class _RolledBack(Exception):
    """Ends a dry run."""


def load_folder(
    folder: Path,
    *,
    by: Actor,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
    then_compute: bool = True,
    by_itself: bool = False,
) -> Loaded:
    """Load what ``folder`` holds, then compute what that made outdated.

    Who loads facts next may leave the computing to one ``computing.catch_up`` at the end. ``by_itself``:
    nobody looks on, so that a file which ends too much at once is refused.
    DefinitionError with every problem of the first file that cannot stand, Refused where there is nothing to
    load; nothing is changed then.
    """
    _check_is_something(folder)
    sentences: list[str] = []
    try:
        with transaction.atomic():
            before = held(today=org_queries.organization().day_of(now))
            for sentence in _apply(folder, by=by, now=now):
                sentences.append(sentence)
                if progress:
                    progress(0, sentence)
            today = org_queries.organization().day_of(now)
            loaded = Loaded(tuple(sentences), endings(before, today=today))
            if by_itself and loaded.endings.are_sweeping:
                raise Refused(
                    f"{' '.join(loaded.endings.sentences)} If that is right, copy the file by its own name "
                    "into an empty folder and load it by hand: goldenthread load FOLDER"
                )
            if dry_run:
                raise _RolledBack
    except _RolledBack:
        return loaded
    if then_compute:
        computing.catch_up(by=by, now=now, progress=progress)
        refresh_notices(now=now)
    return loaded


def _check_is_something(folder: Path) -> None:
    files = (*ORGANIZATION_FILES, _FRAMEWORK)
    if any((folder / name).exists() for name in files) or any(_yaml_files(folder / one) for one in _FOLDERS):
        return
    wanted = ", ".join([*files, *(f"{one}/*.yaml" for one in _FOLDERS)])
    raise Refused(f"There is nothing to load in {folder}. Wanted at least one of these: {wanted}.")


def _apply(folder: Path, *, by: Actor, now: datetime) -> Iterator[str]:
    yield from _organization(folder, by=by, now=now)
    give_first_role(by=by, now=now, today=org_queries.organization().day_of(now))
    yield from _framework(folder, by=by, now=now)
    yield from _sources(folder, by=by, now=now)
    yield from _measures(folder, by=by, now=now)
    yield from _reports(folder, by=by, now=now)


def _organization(folder: Path, *, by: Actor, now: datetime) -> Iterator[str]:
    if (file := folder / "organization.yaml").exists():
        changes = orgs.apply_organization(read_yaml(file), by=by, now=now)
        computing.mark_organization(changes)
        yield from changes.sentences
    tables = (
        ("people.csv", ("person", "name", "unit"), orgs.apply_people),
        ("people_ids.csv", ("person", "system", "id"), orgs.apply_person_ids),
        ("unit_ids.csv", ("unit", "system", "id"), orgs.apply_unit_ids),
    )
    for name, required, apply in tables:
        if (file := folder / name).exists():
            changes = apply(read_table(file, required=required), by=by, now=now)
            computing.mark_organization(changes)
            yield from changes.sentences


def _framework(folder: Path, *, by: Actor, now: datetime) -> Iterator[str]:
    if (file := folder / _FRAMEWORK).exists():
        located = read_yaml(file)
        today = org_queries.organization().day_of(now)
        changes = apply_framework(check_framework(located), located=located, by=by, now=now, today=today)
        yield from (change.sentence for change in changes)


def _sources(folder: Path, *, by: Actor, now: datetime) -> Iterator[str]:
    for file in _yaml_files(folder / "sources"):
        located = read_yaml(file)
        definition = read_source(located)
        try:
            saved = sources.save_source(definition, by=by, now=now)
        except NotAllowed as error:
            raise DefinitionError(
                [Problem(str(file), None, "columns", str(error), "columns as they were")]
            ) from error
        if saved.result is not SaveResult.UNCHANGED:
            yield f"Source “{saved.source.title}” {saved.result}{_fields(saved.fields)}."
        computing.mark_source(saved.source.key, saved.fields)


def _measures(folder: Path, *, by: Actor, now: datetime) -> Iterator[str]:
    written = [read_measure(read_yaml(file)) for file in _yaml_files(folder / "measures")]
    today = org_queries.organization().day_of(now)
    saved = measures.save_measures(written, by=by, now=now, today=today)
    computing.mark_measures(one.measure.key for one in saved if one.needs_computing)
    for one in saved:
        if one.result is not SaveResult.UNCHANGED:
            yield f"Measure “{one.measure.title}” {one.result}{_fields(one.fields)}."
        yield from one.remarks


def _reports(folder: Path, *, by: Actor, now: datetime) -> Iterator[str]:
    written = [read_report(read_yaml(file)) for file in _yaml_files(folder / "reports")]
    today = org_queries.organization().day_of(now)
    for one in reports.save_reports(written, by=by, now=now, today=today):
        if one.result is not SaveResult.UNCHANGED:
            yield f"Report “{one.report.title}” {one.result}{_fields(one.fields)}."


def _fields(fields: Iterable[str]) -> str:
    named = ", ".join(fields)
    return f": {named}" if named else ""


def _yaml_files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]) if folder.is_dir() else []


def dump_folder(folder: Path, *, by: Actor, now: datetime) -> list[Path]:
    """Write every definition into ``folder`` in the form ``load_folder`` reads; the files written. That they
    were taken along, people and all, is in the audit log first.

    A table without rows gets no file: loaded, it would say that nobody has a post or an id.
    """
    record_look(by=by, action=Action.EXPORTED, kind="definitions", object_id="", now=now)
    texts: dict[str, str] = {}
    if (organization := org_dump.organization_yaml()) is not None:
        texts["organization.yaml"] = dump_yaml(organization)
        tables = {
            "people.csv": org_dump.people_csv(),
            "people_ids.csv": org_dump.people_ids_csv(),
            "unit_ids.csv": org_dump.unit_ids_csv(),
        }
        texts |= {name: text for name, text in tables.items() if len(text.splitlines()) > 1}
    texts[_FRAMEWORK] = dump_yaml(framework.dump())
    texts |= {f"sources/{key}.yaml": dump_yaml(data) for key, data in source_queries.dump().items()}
    texts |= {f"measures/{key}.yaml": dump_yaml(data) for key, data in measure_queries.dump().items()}
    texts |= {f"reports/{key}.yaml": dump_yaml(data) for key, data in report_queries.dump().items()}
    for name, text in texts.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
