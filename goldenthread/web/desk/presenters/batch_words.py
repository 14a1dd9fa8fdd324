"""One file in sentences: its title, what came of it, how far the work on it is, and what else was noticed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.jobs import tasks
from goldenthread.jobs.extracts.drifting import is_held
from goldenthread.jobs.outlook import Placed
from goldenthread.record.sources.models import Batch, BatchState
from goldenthread.web.desk.presenters.dataside import sender_words
from goldenthread.web.desk.presenters.moments import moment_words
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.refusals import refused_words
from goldenthread.web.templatetags.goldenthread import file_size

S = BatchState


def progress_words(batch: Batch) -> str:
    """What goes on, and how far it is."""
    asked = batch.progress.get(tasks.QUEUED)
    if batch.state == S.READING:
        rows = batch.progress.get("rows")
        if rows:
            return _("Reading: %(rows)s rows so far") % {"rows": format_number(rows)}
        return _("Reading the file")
    if batch.state == S.LOADING:
        return _("Loading the rows")
    if asked == tasks.UNDO:
        return _("Taking the batch back")
    if batch.state == S.LOADED:
        return _("Computing the measures it touches")
    if asked == tasks.LOAD:
        return _("Waiting for its turn to be loaded")
    return _("Waiting for its turn to be read")


def eyebrow_of(batch: Batch, names: Mapping[str, str]) -> str:
    """Of which source, which file, and when and how it came."""
    received = _("received %(moment)s %(sender)s") % {
        "moment": moment_words(batch.received_at),
        "sender": sender_words(batch.received_by, names),
    }
    return f"{batch.source.title} · {batch.file_name}, {file_size(batch.size)} · {received.strip()}"


def title_of(batch: Batch) -> str:
    """The page in a few words."""
    accepted, rejected = batch.accepted or 0, batch.rejected or 0
    match S(batch.state):
        case S.RECEIVED | S.READING:
            return _("Reading the file")
        case S.REFUSED:
            return _("This file cannot be loaded")
        case S.WAITING if not accepted:
            return _("No row of this file can be loaded")
        case S.WAITING if not rejected:
            return _("Ready to load")
        case S.WAITING:
            return ngettext(
                "Ready to load, except %(count)s row", "Ready to load, except %(count)s rows", rejected
            ) % {"count": format_number(rejected)}
        case S.LOADING:
            return _("Being loaded")
        case S.LOADED:
            return ngettext("%(count)s row is loaded", "%(count)s rows are loaded", accepted) % {
                "count": format_number(accepted)
            }
        case S.DISCARDED:
            return _("Discarded, and nothing of it was loaded")
        case _:
            return _("Taken back")


def verdict_of(batch: Batch, placed: Sequence[Placed]) -> str:
    """What came of the file, and what has changed."""
    match S(batch.state):
        case S.REFUSED:
            return batch.message
        case S.WAITING:
            return f"{_check_words(batch, placed)} {_('Nothing has changed yet.')}"
        case S.LOADED:
            return _loaded_words(batch)
        case S.UNDONE:
            return _("It counts in no measure. The file is kept, and can be brought again.")
        case S.DISCARDED:
            return _("The file is kept as it was received, and can be brought again.")
        case _:
            return _("Nothing has changed yet. You can leave this page; the work goes on.")


def _check_words(batch: Batch, placed: Sequence[Placed]) -> str:
    rows, accepted, rejected = batch.rows or 0, batch.accepted or 0, batch.rejected or 0
    if not rejected:
        said = ngettext("The one row passes every check", "All %(rows)s rows pass every check", rows)
        return f"{said % {'rows': format_number(rows)}}{_unknown_words(placed)}."
    passing = ngettext(
        "%(accepted)s of %(rows)s rows passes every check.",
        "%(accepted)s of %(rows)s rows pass every check.",
        accepted,
    ) % {"accepted": format_number(accepted), "rows": format_number(rows)}
    return f"{passing} {refused_words(rejected)}{_unknown_words(placed)}."


def _unknown_words(placed: Sequence[Placed]) -> str:
    """ ", and two workers are unknown"."""
    unknown = [(one.role, len(one.strangers)) for one in placed if one.strangers]
    said = ""
    for role, count in unknown:
        if role == "worker":
            words = ngettext("%(count)s worker is unknown", "%(count)s workers are unknown", count)
        else:
            words = ngettext("%(count)s unit is unknown", "%(count)s units are unknown", count)
        said += _(", and %(words)s") % {"words": words % {"count": count_words(count)}}
    return said


def _loaded_words(batch: Batch) -> str:
    said = []
    if batch.loaded_at is not None:
        # "2:55 p.m." brings its own period.
        said.append(_("Loaded %(moment)s.") % {"moment": moment_words(batch.loaded_at).removesuffix(".")})
    if batch.rejected:
        said.append(f"{refused_words(batch.rejected)}.")
    if batch.rows_replaced:
        said.append(
            ngettext(
                "%(count)s earlier row gave way.", "%(count)s earlier rows gave way.", batch.rows_replaced
            )
            % {"count": format_number(batch.rows_replaced)}
        )
    if batch.computed_at is not None:
        said.append(_("Every measure it touches is up to date."))
    return " ".join(said)


def alert_of(batch: Batch) -> str:
    """What went wrong the last time somebody tried, or what stands in the way."""
    failed = str(batch.progress.get(tasks.FAILED, ""))
    if failed or batch.state != S.WAITING:
        return failed
    if batch.source_version != batch.source.version:
        return _(
            "The definition of the source changed after this file was read. Have it read again, and look at "
            "what then comes of it."
        )
    if is_held(batch):
        return _("This file differs from the definition of its source, and nothing loads it by itself.")
    return batch.message


def remarks_of(batch: Batch) -> tuple[str, ...]:
    """What else the reading noticed."""
    report = batch.report
    said = []
    if count := report.get("blank_rows"):
        said.append(
            ngettext("%(count)s blank row was left out.", "%(count)s blank rows were left out.", count)
            % {"count": format_number(count)}
        )
    if count := report.get("mended_rows"):
        words = ngettext(
            "%(count)s row had stray quotes and could be read in one way only.",
            "%(count)s rows had stray quotes and could be read in one way only.",
            count,
        )
        said.append(words % {"count": format_number(count)})
    if names := report.get("missing_columns"):
        said.append(_("Columns the file does not have: %(names)s.") % {"names": ", ".join(names)})
    if names := report.get("extra_columns"):
        said.append(_("Columns of the file that nobody asked for: %(names)s.") % {"names": ", ".join(names)})
    if count := report.get("skipped_times", 0) + report.get("repeated_times", 0):
        words = ngettext(
            "%(count)s time fell into the hour that the clock skips or repeats; it was moved forward, or "
            "taken as the first.",
            "%(count)s times fell into the hour that the clock skips or repeats; they were moved forward, or "
            "taken as the first.",
            count,
        )
        said.append(words % {"count": format_number(count)})
    return tuple(said)
