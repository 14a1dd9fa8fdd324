"""One file, from received to in every measure: what came of it, what it would change, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.formatting import format_number, format_value
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.sources import SourceDefinition
from goldenthread.jobs import tasks
from goldenthread.jobs.extracts.drifting import Proposed
from goldenthread.jobs.outlook import Placed, Stranger, Touched
from goldenthread.jobs.rejects import Mask, RefusedCell
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.sources.models import Batch, BatchState
from goldenthread.render.csv import csv_bytes
from goldenthread.render.tables import Table
from goldenthread.results.foretelling import LockedValue
from goldenthread.web.desk.presenters.batch_changes import (
    LockedShown,
    changes_table,
    changes_words,
    locked_shown,
)
from goldenthread.web.desk.presenters.batch_words import (
    alert_of,
    eyebrow_of,
    progress_words,
    remarks_of,
    title_of,
    verdict_of,
)
from goldenthread.web.desk.presenters.coverage import Coverage, coverage
from goldenthread.web.desk.presenters.parts import FigureFiles, Link
from goldenthread.web.desk.presenters.proposal import ProposalShown, proposal_shown
from goldenthread.web.desk.presenters.refusals import (
    Refusal,
    RefusedRow,
    refusals,
    refused_rows,
)
from goldenthread.web.templatetags.goldenthread import file_size

S = BatchState
STRANGERS_SHOWN = 8
_MOST_IN_A_WORKBOOK = 10_000
# Where it is said who they are: for (role, whether the source has ids of its own).
_FILES = {
    ("worker", True): "people_ids.csv",
    ("worker", False): "people.csv",
    ("unit", True): "unit_ids.csv",
    ("unit", False): "organization.yaml",
}


@dataclass(frozen=True)
class StepShown:
    """See components/step_indicator.html."""

    title: str
    state: str


@dataclass(frozen=True)
class Count:
    """See components/count_strip.html."""

    number: str
    words: str
    tone: str = ""


@dataclass(frozen=True)
class StrangerRow:
    """An id nobody can place; ``shown`` is empty for rows without one. ``match`` leads to where it can be
    said who it is, empty where it cannot."""

    shown: str
    rows: str
    like: str
    match: Link | None


@dataclass(frozen=True)
class Strangers:
    """The ids of one role that nobody can place."""

    title: str
    words: str
    rows: tuple[StrangerRow, ...]
    note: str
    with_likes: bool
    with_matches: bool


@dataclass(frozen=True)
class Days:
    """The days covered as components/figure.html takes them."""

    finding: str
    coverage: Coverage
    show_table: bool
    chart_href: str
    table_href: str
    files: FigureFiles


@dataclass(frozen=True)
class BatchPage:
    """Everything the page of one file shows, in its order. ``decision`` is ``load``, ``discard`` (no row can
    be loaded), ``again`` (to be read again by a changed definition), ``undo`` or nothing."""

    number: int
    source: str
    steps: tuple[StepShown, ...]
    eyebrow: str
    title: str
    verdict: str
    alert: str
    progress: str
    counts: tuple[Count, ...]
    refusals_title: str
    refusals: tuple[Refusal, ...]
    refused_link: tuple[Link, ...]
    first_refused: tuple[RefusedRow, ...]
    first_refused_words: str
    masked: bool
    strangers: tuple[Strangers, ...]
    days: Days | None
    remarks: tuple[str, ...]
    changes: Table | None
    changes_words: str
    locked: LockedShown | None
    changes_sentences: tuple[str, ...]
    decision: str
    can_be_discarded: bool
    proposal: ProposalShown | None
    load_words: str
    original: Link | None
    unmask: Link | None


@dataclass(frozen=True)
class Looked:
    """What was looked up for the page, apart from the batch itself."""

    definition: SourceDefinition
    mask: Mask
    refused: Sequence[RefusedCell]
    refused_size: int | None
    placed: Sequence[Placed]
    touched: Sequence[Touched]
    last_before: date | None
    names: Mapping[str, str]
    calendar: FiscalCalendar
    working: WorkingCalendar
    raw: bool
    proposed: Proposed | None
    may_unmask: bool


def batch_page(
    batch: Batch, looked: Looked, locked: Sequence[LockedValue], *, show_table: bool, today: date
) -> BatchPage:
    """``locked`` are the reported values it touches; ``show_table``: the days as a table instead of bars."""
    under_way = tasks.is_under_way(batch)
    days = days_of(batch, looked, show_table=show_table)
    steward = batch.source.steward.name if batch.source.steward else ""
    is_inventory = batch.source.kind == "inventory"
    return BatchPage(
        number=batch.pk,
        source=batch.source.key,
        steps=_steps(batch),
        eyebrow=eyebrow_of(batch, looked.names),
        title=title_of(batch),
        verdict=verdict_of(batch, looked.placed),
        alert=alert_of(batch),
        progress=progress_words(batch) if under_way else "",
        counts=_counts(batch, looked.placed, days),
        refusals_title=_("Cells that hold no number") if is_inventory else _("Why rows are refused"),
        refusals=refusals(
            batch.report.get("reasons", ()), looked.definition, mask=looked.mask, steward=steward
        ),
        refused_link=_refused_link(batch, looked.refused_size),
        first_refused=refused_rows(looked.refused),
        first_refused_words=_("%(shown)s of %(all)s")
        % {"shown": len(looked.refused), "all": format_number(_cells(batch))},
        masked=not looked.raw and looked.definition.worker is not None,
        strangers=tuple(_strangers(batch, looked, one) for one in looked.placed if one.strangers),
        days=days,
        remarks=remarks_of(batch),
        changes=changes_table(looked.touched, looked.calendar, today) if looked.touched else None,
        changes_words=changes_words(looked.touched),
        locked=locked_shown(locked, looked.calendar, waits=batch.state == S.WAITING),
        changes_sentences=tuple(batch.progress.get(tasks.CHANGES, ())),
        decision="" if under_way else _decision(batch),
        can_be_discarded=batch.state == S.WAITING,
        proposal=None if under_way else proposal_shown(looked.proposed),
        load_words=ngettext("Load %(count)s row", "Load %(count)s rows", batch.accepted or 0)
        % {"count": format_number(batch.accepted or 0)},
        original=Link(_("The file as received"), reverse("desk:batch_original", args=[batch.pk]))
        if looked.raw
        else None,
        unmask=Link(_("See who stands in this file"), reverse("desk:batch_workers", args=[batch.pk]))
        if looked.may_unmask
        else None,
    )


def days_of(batch: Batch, looked: Looked, *, show_table: bool) -> Days | None:
    """The days a file covers; None when its rows have none."""
    per_day = [(date.fromisoformat(day), count) for day, count in batch.report.get("rows_per_day", ())]
    if not per_day:
        return None
    found = coverage(
        per_day,
        last_before=looked.last_before,
        calendar=looked.calendar,
        working=looked.working,
        this_year=batch.received_at.year,
    )
    here = reverse("desk:batch", args=[batch.pk])
    return Days(
        finding=found.finding,
        coverage=found,
        show_table=show_table,
        chart_href=f"{here}#days",
        table_href=f"{here}?view=table#days",
        files=FigureFiles(
            csv=reverse("desk:batch_days_csv", args=[batch.pk]),
            size=len(csv_bytes(found.table)),
            xlsx=reverse("desk:batch_days_xlsx", args=[batch.pk]),
        ),
    )


def fits_a_workbook(batch: Batch) -> bool:
    """Whether the refused cells are few enough for a workbook, which is made in memory."""
    return _cells(batch) <= _MOST_IN_A_WORKBOOK


def _steps(batch: Batch) -> tuple[StepShown, ...]:
    titles = (_("Received"), _("Read"), _("Check"), _("Load"), _("Measures updated"))
    loading = batch.progress.get(tasks.QUEUED) == tasks.LOAD
    current = {
        S.RECEIVED: 1,
        S.READING: 1,
        S.REFUSED: 1,
        S.WAITING: 3 if loading else 2,
        S.LOADING: 3,
        S.LOADED: 4 if batch.computed_at is None else 5,
        S.DISCARDED: 2,
    }.get(S(batch.state))
    if current is None:
        return ()
    states = ["complete" if place < current else "" for place in range(len(titles))]
    if current < len(titles):
        states[current] = "current"
    return tuple(map(StepShown, titles, states))


def _counts(batch: Batch, placed: Sequence[Placed], days: Days | None) -> tuple[Count, ...]:
    if batch.rows is None:
        return ()
    accepted, rejected = batch.accepted or 0, batch.rejected or 0
    counts = [
        Count(format_number(batch.rows), ngettext("row read", "rows read", batch.rows)),
        Count(format_number(accepted), _share(_("accepted"), accepted, batch.rows)),
        Count(
            format_number(rejected), _share(_("refused"), rejected, batch.rows), "error" if rejected else ""
        ),
    ]
    for one in placed[:1]:
        strangers = len(one.strangers)
        if one.role == "worker":
            words = ngettext("worker unknown", "workers unknown", strangers)
        else:
            words = ngettext("unit unknown", "units unknown", strangers)
        counts.append(Count(format_number(strangers), words))
    if days is not None:
        counts.append(Count(days.coverage.covered, _("days covered")))
    return tuple(counts)


def _share(words: str, part: int, whole: int) -> str:
    """ "accepted, 99.5%"; a share that is not all or nothing is never written as if it were."""
    if part in (0, whole):
        return words
    share = format_value(100 * part / whole, "percent", 1)
    if share in ("0.0%", "100.0%"):
        share = _("under 0.1%") if 2 * part < whole else _("over 99.9%")
    return f"{words}, {share}"


def _cells(batch: Batch) -> int:
    return sum(reason["count"] for reason in batch.report.get("reasons", ()))


def _refused_link(batch: Batch, size: int | None) -> tuple[Link, ...]:
    count = _cells(batch)
    if not count or batch.state == S.DISCARDED:
        return ()
    words = ngettext(
        "%(count)s cell with its reason, CSV", "All %(count)s cells with reasons, CSV", count
    ) % {"count": format_number(count)}
    csv = Link(
        f"{words}, {file_size(size)}" if size is not None else words,
        reverse("desk:batch_rejects_csv", args=[batch.pk]),
    )
    if not fits_a_workbook(batch):
        return (csv,)
    return csv, Link("XLSX", reverse("desk:batch_rejects_xlsx", args=[batch.pk]))


def _strangers(batch: Batch, looked: Looked, placed: Placed) -> Strangers:
    rows = sum(one.rows for one in placed.strangers)
    is_worker = placed.role == "worker"
    nobody = _("no one like it") if is_worker else _("none like it")
    placement = looked.definition.worker if is_worker else looked.definition.unit
    has_ids = placement is not None and placement.system is not None
    seen = looked.raw or not is_worker
    note = ngettext(
        "Left as it is, its %(rows)s row counts for the whole organization and for no unit.",
        "Left as they are, their %(rows)s rows count for the whole organization and for no unit.",
        rows,
    ) % {"rows": format_number(rows)}
    note += " " + _("Once %(file)s says who they are, they count where they belong.") % {
        "file": _FILES[placed.role, has_ids]
    }
    return Strangers(
        title=_("Unknown workers") if is_worker else _("Unknown units"),
        words=_("%(unknown)s of %(all)s")
        % {"unknown": format_number(len(placed.strangers)), "all": format_number(placed.ids)},
        rows=tuple(
            StrangerRow(
                one.shown,
                format_number(one.rows),
                one.like or nobody,
                _match_link(batch, one) if seen and has_ids and one.shown else None,
            )
            for one in placed.strangers[:STRANGERS_SHOWN]
        ),
        note=note,
        with_likes=seen,
        with_matches=seen and has_ids,
    )


def _match_link(batch: Batch, stranger: Stranger) -> Link:
    """The address carries a pseudonym: the logs of servers hold no worker's id."""
    title = _("Match") if stranger.like else _("Choose")
    return Link(title, reverse("desk:batch_match", args=[batch.pk, pseudonym(stranger.shown)]))


def _decision(batch: Batch) -> str:
    if batch.state == S.LOADED:
        return "undo"
    if batch.state not in (S.WAITING, S.REFUSED):
        return ""
    if batch.source_version != batch.source.version:
        return "again"
    if batch.state == S.REFUSED:
        return ""
    return "load" if batch.accepted else "discard"
