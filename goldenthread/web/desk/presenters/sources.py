"""Which extracts are expected, and one of them with its columns, files and steward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_day, format_number
from goldenthread.facts.sources import AnyOf, Column, Placement, SourceDefinition
from goldenthread.jobs.extracts.supply import Expectation, Supply
from goldenthread.jobs.internal_sources import Filled
from goldenthread.record.sources.models import Batch, Source
from goldenthread.record.sources.queries import Fetching, Lateness
from goldenthread.render import tables
from goldenthread.render.tables import Cell, Row, Table, Tone
from goldenthread.web.desk.presenters.batches import batches_table, state_words
from goldenthread.web.desk.presenters.fetching import failed_words, fetched_words
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import Link


@dataclass(frozen=True)
class Term:
    """A word and what it stands for; see components/definition_list.html."""

    term: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Action:
    """Something to do in the head of a page; see components/page_head.html."""

    title: str
    href: str
    icon: str = ""
    boxed: bool = False


@dataclass(frozen=True)
class SourcesPage:
    """Every source, or only the late ones; without a table ``nothing`` says what is missing. ``failed`` has a
    sentence for each that could not be fetched."""

    title: str
    verdict: str
    failed: tuple[str, ...]
    table: Table | None
    nothing: str
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class SourcePage:
    """One source. ``takes_files`` is false for what the product fills by itself and what is retired;
    ``has_files`` for the first alone;
    ``is_fetched``: from another machine, and ``failed`` says that it could not be."""

    key: str
    eyebrow: str
    title: str
    verdict: str
    actions: tuple[Action, ...]
    takes_files: bool
    is_fetched: bool
    failed: str
    batches: Table | None
    has_files: bool
    all_batches: tuple[Link, ...]
    expected: tuple[Term, ...]
    columns: Table | None
    measures: tuple[Link, ...]
    measures_words: str


def sources_page(supplies: Sequence[Supply], *, late_only: bool, waiting: int, today: date) -> SourcesPage:
    """``waiting`` counts the files that wait to be loaded."""
    late = [one for one in supplies if one.late]
    shown = (
        sorted(late, key=lambda one: one.late.expected_on if one.late else today) if late_only else supplies
    )
    caption = _("Late extracts, the latest first") if late_only else _("Sources, by title")
    return SourcesPage(
        title=_sources_title(len(supplies), len(late)),
        verdict=_sources_verdict(len(supplies), waiting),
        failed=tuple(words for one in shown if one.fetching and (words := failed_words(one.fetching))),
        table=_supplies_table(shown, caption) if shown else None,
        nothing=_("Every extract that is expected by now is here.") if late_only and supplies else "",
        actions=(Action(_("New source"), reverse("desk:source_new"), "add", boxed=True),),
    )


def source_page(
    source: Source,
    definition: SourceDefinition,
    batches: Sequence[Batch],
    names: Mapping[str, str],
    *,
    expectation: Expectation,
    measures: Sequence[tuple[str, str]],
    filled: Filled | None,
) -> SourcePage:
    """``batches`` are the latest few; ``measures`` are keys and titles of those that count its rows;
    ``filled`` is what the product put into it, where no files come."""
    edit = Action(_("Edit definition"), reverse("desk:source_edit", args=[source.key]), "edit", boxed=True)
    return SourcePage(
        key=source.key,
        eyebrow=_kind_words(source),
        title=source.title,
        verdict=_filled_sentence(filled)
        if filled
        else _source_verdict(source, batches, expectation, len(measures)),
        actions=(edit,),
        takes_files=takes_files_of(source),
        is_fetched=expectation.fetching is not None,
        failed=failed_words(expectation.fetching) if expectation.fetching else "",
        batches=batches_table(batches, names, caption=_("Latest files"), with_source=False)
        if batches
        else None,
        has_files=filled is None,
        all_batches=(Link(_("All files"), f"{reverse('desk:batches')}?source={source.key}"),),
        expected=_expected(source, definition, expectation.fetching),
        columns=columns_table(definition),
        measures=tuple(Link(title, reverse("desk:measure", args=[key])) for key, title in measures),
        measures_words=ngettext("%(count)s measure", "%(count)s measures", len(measures))
        % {"count": len(measures)},
    )


def takes_files_of(source: Source) -> bool:
    """Whether files of it are taken: the product fills some by itself, and some are no longer expected."""
    return source.kind != "internal" and source.retired_on is None


def columns_table(definition: SourceDefinition) -> Table | None:
    """The columns that are read of a file; None for an inventory, whose rows are measures."""
    if not definition.columns:
        return None
    columns = (
        tables.Column(_("Column")),
        tables.Column(_("Type")),
        tables.Column(_("In the file")),
        tables.Column(_("What it may hold")),
    )
    rows = (_column_row(name, column, definition) for name, column in definition.columns.items())
    return Table(_("Columns that are read"), columns, tuple(rows))


def late_words(late: Lateness) -> str:
    """ "3 days late"."""
    return ngettext("%(days)s day late", "%(days)s days late", late.days_late) % {
        "days": format_number(late.days_late)
    }


def _sources_title(count: int, late: int) -> str:
    if not count:
        return _("No extract is expected yet")
    if not late:
        return _("Every expected extract is here")
    return ngettext("%(count)s extract is late", "%(count)s extracts are late", late) % {
        "count": count_words(late).capitalize()
    }


def _sources_verdict(count: int, waiting: int) -> str:
    if not count:
        return _("Bring a file, and the product proposes what its columns are; you correct it.")
    said = ngettext("%(count)s source feeds the measures.", "%(count)s sources feed the measures.", count) % {
        "count": count_words(count).capitalize()
    }
    if waiting:
        said += " " + (
            ngettext("%(count)s file waits to be loaded.", "%(count)s files wait to be loaded.", waiting)
            % {"count": count_words(waiting).capitalize()}
        )
    return said


def _supplies_table(supplies: Sequence[Supply], caption: str) -> Table:
    columns = (
        tables.Column(_("Source")),
        tables.Column(_("Last file")),
        tables.Column(_("Rows loaded"), number=True),
        tables.Column(_("Steward")),
        tables.Column(_("Expected")),
    )
    return Table(caption, columns, tuple(map(_supply_row, supplies)))


def _supply_row(one: Supply) -> Row:
    last = Cell(_("No file yet"), tone=Tone.QUIET)
    rows = one.rows
    if one.filled is not None:
        last, rows = Cell(_("Filled by the product"), below=_latest_words(one.filled)), one.filled.rows
    if one.last is not None:
        day = format_day(localdate(one.last.received_at))
        last = Cell(day, href=reverse("desk:batch", args=[one.last.pk]), below=state_words(one.last))
    return Row(
        (
            Cell(one.source.title, href=reverse("desk:source", args=[one.source.key])),
            last,
            Cell(format_number(rows), value=rows),
            Cell(one.steward or _("Nobody"), tone=Tone.PLAIN if one.steward else Tone.QUIET),
            _expected_cell(one),
        )
    )


def _expected_cell(one: Supply) -> Cell:
    if one.late is not None:
        due = _("Expected %(day)s") % {"day": format_day(one.late.expected_on)}
        return Cell(late_words(one.late), tone=Tone.WORSE, below=due)
    if one.filled is not None:
        return Cell(_("At every change"), tone=Tone.QUIET)
    arrival = one.source.definition.get("expected")
    if arrival is None:
        return Cell(_("When it comes"), tone=Tone.QUIET)
    return Cell(_every(arrival["every"]))


def _latest_words(filled: Filled) -> str:
    if filled.latest is None:
        return _("Nothing yet")
    return _("Latest %(day)s") % {"day": format_day(filled.latest)}


def _filled_sentence(filled: Filled) -> str:
    said = _("The product fills it by itself, at every change of the record, and takes no files for it.")
    if filled.latest is None:
        return said + " " + _("It holds nothing yet.")
    rows = ngettext("It holds %(rows)s row", "It holds %(rows)s rows", filled.rows) % {
        "rows": format_number(filled.rows)
    }
    return (
        said + " " + _("%(rows)s, the latest of %(day)s.") % {"rows": rows, "day": format_day(filled.latest)}
    )


def _every(grain: str) -> str:
    return {
        "day": _("Each day"),
        "week": _("Each week"),
        "month": _("Each month"),
        "quarter": _("Each quarter"),
        "year": _("Each year"),
    }[grain]


def _kind_words(source: Source) -> str:
    kinds = {"internal": _("Filled by the product itself"), "inventory": _("Measure inventory")}
    words = kinds.get(source.kind, _("Source of facts"))
    return f"{words} · {_('retired')}" if source.retired_on else words


def _source_verdict(source: Source, batches: Sequence[Batch], expectation: Expectation, measures: int) -> str:
    said = []
    if batches:
        last = {
            "day": format_day(localdate(batches[0].received_at)),
            "state": state_words(batches[0]).lower(),
        }
        said.append(_("The last file came %(day)s; it is %(state)s.") % last)
    else:
        said.append(_("No file has come yet."))
    late = expectation.late
    if source.retired_on is not None:
        said.append(
            _("No file is expected or taken since %(day)s; saving its definition changes that.")
            % {"day": format_day(source.retired_on)}
        )
    elif late is not None:
        said.append(_late_sentence(source, late, measures))
    elif expectation.by is not None:
        said.append(_("The next is expected by %(day)s.") % {"day": format_day(expectation.by)})
    return " ".join(said)


def _late_sentence(source: Source, late: Lateness, measures: int) -> str:
    steward = source.steward.name if source.steward else _("nobody")
    waits = ngettext("%(count)s measure waits", "%(count)s measures wait", measures) % {
        "count": count_words(measures)
    }
    return _("The next is %(late)s; its steward is %(steward)s, and %(waits)s for it.") % {
        "late": late_words(late),
        "steward": steward,
        "waits": waits,
    }


def _expected(source: Source, definition: SourceDefinition, fetching: Fetching | None) -> tuple[Term, ...]:
    arrival = definition.expected
    when = _("When it comes; it is never late")
    if source.retired_on is not None:
        when = _("No longer")
    elif arrival is not None:
        grace = ngettext("%(days)s day of grace", "%(days)s days of grace", arrival.grace_days) % {
            "days": arrival.grace_days
        }
        when = f"{_every(arrival.every)}, {grace}"
    loads = {
        "append": _("Each file adds rows"),
        "upsert": _("A row with a known key replaces the earlier one"),
        "replace_period": _("Each file replaces the days it covers"),
    }
    if definition.kind == "internal":
        return (
            Term(_("Expected"), _("At every change of the record; it is never late")),
            Term(_("Key"), ", ".join(definition.key)),
            Term(_("Time"), definition.time or _("None")),
            *_placements(definition),
        )
    terms = [
        Term(_("Steward"), source.steward.name if source.steward else _("Nobody yet")),
        Term(_("Expected"), when),
        Term(_("A new file"), loads[definition.load]),
        Term(_("Key"), ", ".join(definition.key) or _("None")),
        Term(_("Time"), definition.time or _("None")),
        *_placements(definition),
        Term(_("Folder"), f"incoming/{source.key}/"),
        *([Term(_("Fetched"), fetched_words(fetching))] if fetching else []),
    ]
    return tuple(terms)


def _placements(definition: SourceDefinition) -> list[Term]:
    def words(placement: Placement) -> str:
        if placement.system is None:
            return placement.column
        return _("%(column)s, ids of %(system)s") % {"column": placement.column, "system": placement.system}

    placed = ((_("Worker"), definition.worker), (_("Unit"), definition.unit))
    return [Term(term, words(placement)) for term, placement in placed if placement is not None]


def _column_row(name: str, column: Column, definition: SourceDefinition) -> Row:
    uses = [
        (name in definition.key, _("key")),
        (name == definition.time, _("time")),
        (definition.worker is not None and name == definition.worker.column, _("worker")),
        (definition.unit is not None and name == definition.unit.column, _("unit")),
    ]
    used = ", ".join(words for is_so, words in uses if is_so)
    return Row(
        (
            Cell(name, below=used),
            Cell(column.type.replace("_", " ")),
            Cell(_in_file(name, column)),
            Cell(_holds(column)),
        )
    )


def _in_file(name: str, column: Column) -> str:
    if column.from_ is None:
        return name
    if isinstance(column.from_, AnyOf):
        return _(" or ").join(column.from_.any)
    return column.from_ if isinstance(column.from_, str) else " + ".join(column.from_)


def _holds(column: Column) -> str:
    said = [_("required")] if column.required else []
    if column.values:
        said.append(_("one of %(values)s") % {"values": ", ".join(column.values[:8])})
    if column.minimum is not None:
        said.append(_("%(number)s or more") % {"number": f"{column.minimum:g}"})
    if column.maximum is not None:
        said.append(_("%(number)s or less") % {"number": f"{column.maximum:g}"})
    said += [_("as %(format)s") % {"format": one} for one in column.format]
    words = [word for word in column.missing if word]
    if words:
        said.append(_("no value: %(words)s") % {"words": ", ".join(words)})
    return "; ".join(said)
