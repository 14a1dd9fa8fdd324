"""Sources and batches: what came, what was refused, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.render.charts.day_bars import DayBars, DayCount, draw_day_bars
from goldenthread.render.charts.values import Drawing
from goldenthread.render.tables import Cell, Column, Row, Table, Tone

_BUSY = (BatchState.RECEIVED, BatchState.READING, BatchState.LOADING)
_MOST_DAYS = 31


@dataclass(frozen=True)
class StepShown:
    """One step of a load; see components/step_indicator.html."""

    title: str
    state: str


@dataclass(frozen=True)
class Count:
    """See components/count_strip.html."""

    number: str
    words: str
    tone: str = ""


@dataclass(frozen=True)
class BatchPage:
    """Everything the page of one load shows."""

    number: int
    eyebrow: str
    title: str
    verdict: str
    steps: tuple[StepShown, ...]
    counts: tuple[Count, ...]
    reasons: Table | None
    refused: Table | None
    refused_href: str
    days: Drawing | None
    is_busy: bool
    busy_words: str
    can_load: bool
    load_words: str
    can_undo: bool
    source_title: str
    source_href: str


def sources_table(held: Sequence[Source]) -> Table:
    """Every source with its kind."""
    rows = tuple(
        Row((Cell(one.title, href=reverse("desk:source", args=[one.key])), Cell(one.key), Cell(one.kind)))
        for one in held
    )
    return Table(_("Sources"), (Column(_("Source")), Column(_("Name in files")), Column(_("Kind"))), rows)


def batch_table(batches: Sequence[Batch], *, caption: str) -> Table:
    """Loads, in the order given."""
    columns = (
        Column(_("Batch"), number=True),
        Column(_("Source")),
        Column(_("File")),
        Column(_("State")),
        Column(_("Accepted"), number=True),
        Column(_("Refused"), number=True),
        Column(_("Received")),
    )
    rows = tuple(
        Row(
            (
                Cell(str(one.pk), value=one.pk, href=reverse("desk:batch", args=[one.pk])),
                Cell(one.source.title),
                Cell(one.file_name),
                Cell(str(BatchState(one.state).label)),
                Cell(_amount(one.accepted), value=one.accepted),
                Cell(_amount(one.rejected), value=one.rejected),
                Cell(date_format(one.received_at, "F j, P")),
            )
        )
        for one in batches
    )
    return Table(caption, columns, rows)


def batch_page(batch: Batch, refused: Sequence[tuple[int | None, str, str, str]]) -> BatchPage:
    """The page of one load; ``refused`` are its first refused cells."""
    state = BatchState(batch.state)
    return BatchPage(
        number=batch.pk,
        eyebrow=f"{batch.source.title} · {batch.file_name}",
        title=_title(batch, state),
        verdict=_verdict(batch, state),
        steps=_steps(state),
        counts=_counts(batch),
        reasons=_reasons(batch),
        refused=_refused(refused) if refused else None,
        refused_href=reverse("desk:batch_refused", args=[batch.pk]),
        days=_days(batch),
        is_busy=state in _BUSY,
        busy_words=_("Working: %(rows)s rows so far") % {"rows": _amount(batch.progress.get("rows"))},
        can_load=state is BatchState.WAITING,
        load_words=_("Load %(rows)s rows") % {"rows": _amount(batch.accepted)},
        can_undo=state is BatchState.LOADED,
        source_title=batch.source.title,
        source_href=reverse("desk:source", args=[batch.source.key]),
    )


def _title(batch: Batch, state: BatchState) -> str:
    if state is BatchState.WAITING:
        if not batch.rejected:
            return _("Ready to load")
        words = ngettext("Ready to load, except %s row", "Ready to load, except %s rows", batch.rejected)
        return words % _amount(batch.rejected)
    return {
        BatchState.RECEIVED: _("Received"),
        BatchState.READING: _("Being read"),
        BatchState.REFUSED: _("This file cannot be loaded"),
        BatchState.LOADING: _("Being loaded"),
        BatchState.LOADED: _("Loaded as batch %s") % batch.pk,
        BatchState.DISCARDED: _("Discarded"),
        BatchState.UNDONE: _("Undone"),
    }[state]


def _verdict(batch: Batch, state: BatchState) -> str:
    if batch.message:
        return batch.message
    if batch.rows is None:
        return _("Nothing has changed yet.")
    counts = _("%(accepted)s of %(rows)s rows pass every check.") % {
        "accepted": _amount(batch.accepted),
        "rows": _amount(batch.rows),
    }
    if batch.rejected:
        counts += " " + _("%s are refused, each with a reason.") % _amount(batch.rejected)
    after = {
        BatchState.WAITING: _("Nothing has changed yet."),
        BatchState.UNDONE: _("The store is as if it had never come."),
        BatchState.DISCARDED: _("Nothing was loaded."),
    }.get(state, "")
    return f"{counts} {after}".rstrip()


def _steps(state: BatchState) -> tuple[StepShown, ...]:
    reached = {
        BatchState.RECEIVED: 0,
        BatchState.READING: 1,
        BatchState.REFUSED: 1,
        BatchState.WAITING: 2,
        BatchState.DISCARDED: 2,
        BatchState.LOADING: 3,
        BatchState.LOADED: 5,
        BatchState.UNDONE: 5,
    }[state]
    titles = (_("Received"), _("Read"), _("Check"), _("Load"), _("Measures updated"))
    return tuple(
        StepShown(title, "complete" if index < reached else "current" if index == reached else "")
        for index, title in enumerate(titles)
    )


def _counts(batch: Batch) -> tuple[Count, ...]:
    if batch.rows is None:
        return ()
    counts = [
        Count(_amount(batch.rows), _("rows read")),
        Count(_amount(batch.accepted), _("accepted")),
        Count(_amount(batch.rejected), _("refused"), "error" if batch.rejected else ""),
    ]
    if batch.period_start and batch.period_end:
        last = batch.period_end - timedelta(days=1)
        words = f"{date_format(batch.period_start, 'M j, Y')} – {date_format(last, 'M j, Y')}"
        counts.append(Count(_amount((batch.period_end - batch.period_start).days), _("days, %s") % words))
    return tuple(counts)


def _reasons(batch: Batch) -> Table | None:
    reasons = batch.report.get("reasons", [])
    if not reasons:
        return None
    columns = (
        Column(_("Rows"), number=True),
        Column(_("Reason")),
        Column(_("Column")),
        Column(_("For example")),
    )
    rows = tuple(
        Row(
            (
                Cell(_amount(one["count"]), value=one["count"]),
                Cell(one["reason"], tone=Tone.STRONG),
                Cell(one["column"]),
                Cell(_("row %s") % f"{one['examples'][0]['row']:,}"),
            )
        )
        for one in reasons
    )
    return Table(_("Why rows are refused"), columns, rows)


def _refused(refused: Sequence[tuple[int | None, str, str, str]]) -> Table:
    columns = (Column(_("Row"), number=True), Column(_("Column")), Column(_("Found")), Column(_("Wanted")))
    rows = tuple(
        Row((Cell(_amount(row), value=row), Cell(column), Cell(value, tone=Tone.CODE), Cell(reason)))
        for row, column, value, reason in refused
    )
    return Table(_("First refused rows"), columns, rows)


def _days(batch: Batch) -> Drawing | None:
    """Rows on each of the last days the file covers."""
    days = [(date.fromisoformat(day), count) for day, count in batch.report.get("rows_per_day", [])][
        -_MOST_DAYS:
    ]
    if len(days) < 2:
        return None
    bars = tuple(DayCount(date_format(day, "D j"), count) for day, count in days)
    finding = _("Rows on each of the last %(days)s days the file covers.") % {"days": len(bars)}
    return draw_day_bars(DayBars(finding, bars))


def _amount(number: int | None) -> str:
    return "0" if number is None else f"{number:,}"
