"""The audit log, as auditors read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.record.audit.actor import of_one_cell
from goldenthread.record.audit.models import AuditEvent
from goldenthread.render.tables import Cell, Column, Row, Table, Tone, Value
from goldenthread.web.desk.forms.audit import ACTION_WORDS
from goldenthread.web.desk.presenters.audit_words import (
    address_with,
    kind_words,
    role_words,
    who_words,
)
from goldenthread.web.desk.presenters.moments import full_moment

FILE_HEADER = (
    "seq",
    "at",
    "actor",
    "roles",
    "standing_in_for",
    "action",
    "kind",
    "object_id",
    "unit",
    "fields",
    "reason",
    "request",
    "previous",
    "hash",
)


@dataclass(frozen=True)
class AuditPage:
    """Rows of the log, newest first; without a table ``nothing`` says so. ``older`` and ``newest`` lead to
    the next and to the first page, ``csv`` to all rows asked for as a file."""

    verdict: str
    table: Table | None
    nothing: str
    older: str
    newest: str
    csv: str


def audit_page(
    events: Sequence[AuditEvent],
    names: Mapping[str, str],
    *,
    asked: Mapping[str, str],
    before: int | None,
    per_page: int,
) -> AuditPage:
    """``events`` may hold one more than a page does: then there is an older one. ``names`` are those of
    the people who acted, by key; ``asked`` is what the address asks for, by field."""
    here, shown = reverse("desk:audit"), events[:per_page]
    return AuditPage(
        verdict=_(
            "Who saw records about people, changed something, took a file along or was denied. A row is "
            "written once, and nobody can change it."
        ),
        table=_table(shown, names) if shown else None,
        nothing=_("No row is like that.") if asked or before else _("Nothing has been written down yet."),
        older=address_with(here, {**asked, "before": str(shown[-1].pk)}) if len(events) > per_page else "",
        newest=address_with(here, asked) if before else "",
        csv=address_with(reverse("desk:audit_csv"), asked),
    )


def file_rows(events: Iterable[AuditEvent]) -> Iterator[tuple[Value, ...]]:
    """The rows as a file carries them, each column of ``FILE_HEADER``."""
    for one in events:
        yield (
            one.seq,
            one.at,
            one.actor,
            one.roles,
            one.standing_in_for,
            one.action,
            one.kind,
            one.object_id,
            one.unit,
            ", ".join(one.fields),
            one.reason,
            one.request,
            one.previous,
            one.hash,
        )


def _table(events: Collection[AuditEvent], names: Mapping[str, str]) -> Table:
    columns = (
        Column(_("When")),
        Column(_("Who")),
        Column(_("What")),
        Column(_("Thing")),
        Column(_("Particulars")),
        Column(_("Row"), number=True),
    )
    rows = tuple(_row(one, names) for one in events)
    return Table(_("Rows of the audit log, newest first"), columns, rows)


def _row(one: AuditEvent, names: Mapping[str, str]) -> Row:
    roles = role_words(of_one_cell(one.roles), standing_in_for=of_one_cell(one.standing_in_for))
    below = f"{roles} · {one.actor}" if roles else one.actor
    unit = _("in %(unit)s") % {"unit": one.unit} if one.unit else ""
    waits = Cell(_("waits"), tone=Tone.QUIET)
    return Row(
        (
            Cell(full_moment(one.at), value=one.at),
            Cell(who_words(one.actor, names), below=below),
            Cell(str(ACTION_WORDS.get(one.action, one.action))),
            Cell(f"{kind_words(one.kind)} {one.object_id}".strip(), below=unit),
            Cell(", ".join(map(kind_words, one.fields)), below=one.reason),
            waits if one.seq is None else Cell(str(one.seq), value=one.seq),
        )
    )
