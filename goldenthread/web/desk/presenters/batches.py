"""The list of files that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.record.sources.models import Batch, BatchState
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.web.desk.presenters.dataside import REFUSED, WAITING, sender_words
from goldenthread.web.desk.presenters.moments import moment_words
from goldenthread.web.desk.presenters.notices import count_words

S = BatchState
_TONES = {S.REFUSED: Tone.ERROR, S.WAITING: Tone.STRONG, S.UNDONE: Tone.QUIET, S.DISCARDED: Tone.QUIET}


@dataclass(frozen=True)
class BatchesPage:
    """One page of files, newest first; without a table ``nothing`` says what is missing."""

    title: str
    verdict: str
    table: Table | None
    nothing: str
    total: str
    newer: str
    older: str


def batches_page(
    batches: Sequence[Batch], names: Mapping[str, str], *, show: str, count: int, page: int, per_page: int
) -> BatchesPage:
    """``batches`` are those of this page, ``count`` those of all pages."""
    first = (page - 1) * per_page + 1
    here = f"{reverse('desk:batches')}?" + (f"show={show}&" if show else "")
    place = {"first": first, "last": first + len(batches) - 1, "count": format_number(count)}
    return BatchesPage(
        title=_title(show, count),
        verdict=_verdict(show, count),
        table=batches_table(batches, names, caption=_("Files, newest first")) if batches else None,
        nothing=_nothing(show),
        total=_("%(first)s to %(last)s of %(count)s") % place if count > per_page else "",
        newer=f"{here}page={page - 1}" if page > 1 else "",
        older=f"{here}page={page + 1}" if count > page * per_page else "",
    )


def batches_table(
    batches: Sequence[Batch], names: Mapping[str, str], *, caption: str, with_source: bool = True
) -> Table:
    """``with_source`` says which source each file is of."""
    columns = (
        Column(_("File")),
        *((Column(_("Source")),) if with_source else ()),
        Column(_("Batch"), number=True),
        Column(_("State")),
        Column(_("Rows"), number=True),
        Column(_("Refused"), number=True),
    )
    return Table(caption, columns, tuple(_row(one, names, with_source=with_source) for one in batches))


def state_words(batch: Batch) -> str:
    """Where a file stands, in a word or two."""
    return str(BatchState(batch.state).label)


def _row(batch: Batch, names: Mapping[str, str], *, with_source: bool) -> Row:
    came = ", ".join(filter(None, (moment_words(batch.received_at), sender_words(batch.received_by, names))))
    source = Cell(batch.source.title, href=reverse("desk:source", args=[batch.source.key]))
    refused = batch.rejected or 0
    return Row(
        (
            Cell(batch.file_name, href=reverse("desk:batch", args=[batch.pk]), below=came),
            *((source,) if with_source else ()),
            Cell(str(batch.pk), value=batch.pk),
            Cell(state_words(batch), tone=_TONES.get(S(batch.state), Tone.PLAIN)),
            Cell(_("Not read") if batch.rows is None else format_number(batch.rows), value=batch.rows),
            Cell(format_number(refused), value=refused, tone=Tone.ERROR if refused else Tone.QUIET),
        )
    )


def _title(show: str, count: int) -> str:
    number = {"count": count_words(count).capitalize()}
    if show == WAITING:
        return (
            ngettext("%(count)s file waits to be loaded", "%(count)s files wait to be loaded", count) % number
        )
    if show == REFUSED:
        return (
            ngettext("%(count)s file with refused rows", "%(count)s files with refused rows", count) % number
        )
    return ngettext("%(count)s file has come", "%(count)s files have come", count) % number


def _verdict(show: str, count: int) -> str:
    if not count:
        return ""
    if show == WAITING:
        return _(
            "Nothing of a waiting file counts yet. Look at what it would change, then load or discard it."
        )
    if show == REFUSED:
        return _("Each refused row has its reason. The other rows of the file can be loaded, or are.")
    return _("Each file is kept as it was received, and each load can be undone.")


def _nothing(show: str) -> str:
    if show == WAITING:
        return _("Nothing waits to be loaded.")
    return _("No row was refused.") if show == REFUSED else _("No file has come yet.")
