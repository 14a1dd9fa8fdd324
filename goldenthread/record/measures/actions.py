"""Writes to measures: their definitions, who looks after them, and what is noted on their charts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from goldenthread.definitions import DefinitionError
from goldenthread.record.answers import NotAllowed, SaveResult
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.framework.models import Element
from goldenthread.record.framework.queries import people_called
from goldenthread.record.measures import queries
from goldenthread.record.measures.checks import (
    Referents,
    Written,
    find_problems,
    references,
    remarks,
    repeated,
)
from goldenthread.record.measures.definition import (
    MeasureDefinition,
    as_data,
    same_computation,
    same_formula,
)
from goldenthread.record.measures.models import Annotation, Measure, MeasureVersion, Rebase
from goldenthread.record.measures.permissions import check_can_assign, check_can_define, check_can_mark
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources import queries as sources


@dataclass(frozen=True)
class Saved:
    """What saving a definition did.

    ``fields`` names the keys of the YAML that differ. ``formula_changed``: values can differ from those of
    the version before. ``needs_computing``: something is to be computed that is not stored yet. ``remarks``
    are sentences about what was saved as written and does not work yet.
    """

    measure: Measure
    result: SaveResult
    version: int
    fields: tuple[str, ...] = ()
    formula_changed: bool = False
    needs_computing: bool = False
    remarks: tuple[str, ...] = ()


def save_measure(
    written: Written, *, why: str = "", by: Actor, now: datetime.datetime, today: datetime.date
) -> Saved:
    """One measure; see ``save_measures``."""
    (saved,) = save_measures([written], why=why, by=by, now=now, today=today)
    return saved


@transaction.atomic
def save_measures(
    written: Sequence[Written], *, why: str = "", by: Actor, now: datetime.datetime, today: datetime.date
) -> tuple[Saved, ...]:
    """Create measures or make them what their definitions say, all or none; they may take values of each
    other.

    An unchanged definition writes no version; who and what it refers to is looked up anew all the same.
    Raises DefinitionError with every problem of every measure, and Denied without the right over the unit
    that is to keep one, or has kept it.
    """
    check_measures(written)
    known = _Known.of([one.definition for one in written])
    keepers = {one.definition.unit for one in written} | {
        row.unit.key if row.unit else None for row in known.measures.values()
    }
    check_can_define(by, keepers, today=today)
    return tuple(_save(one, known, why=why, by=by, now=now) for one in written)


def check_measures(written: Sequence[Written]) -> tuple[str, ...]:
    """Whether these measures could be saved together: their remarks, or DefinitionError with every
    problem."""
    known = referents([one.definition for one in written])
    problems = [problem for one in written for problem in find_problems(one, known)]
    problems.extend(repeated(written))
    if problems:
        raise DefinitionError(problems)
    return tuple(remark for one in written for remark in remarks(one.definition, known))


def referents(definitions: Sequence[MeasureDefinition]) -> Referents:
    """What these measures may refer to: the record, and each other."""
    measures = queries.references_by_measure()
    measures |= {definition.measure: references(definition) for definition in definitions}
    named = [name for one in definitions for name in (one.people.owner, one.people.deputy)]
    return Referents(
        sources=sources.definitions(),
        # Retired ones too: what measures serve is retired rather than removed, and they go on serving it.
        services=frozenset(Element.objects.values_list("key", flat=True)),
        units=frozenset(Unit.objects.values_list("key", flat=True)),
        people=people_called(named).keys(),
        measures=measures,
    )


@dataclass(frozen=True)
class _Known:
    """The rows that definitions refer to, by key."""

    measures: Mapping[str, Measure]
    services: Mapping[str, Element]
    units: Mapping[str, Unit]
    people: Mapping[str, Person]

    @classmethod
    def of(cls, definitions: Iterable[MeasureDefinition]) -> _Known:
        wanted = list(definitions)
        rows = Measure.objects.select_for_update(of=("self",)).select_related("current", "unit")
        units = {one.unit for one in wanted} | {target.unit for one in wanted for target in one.targets}
        names = [name for one in wanted for name in (one.people.owner, one.people.deputy)]
        return cls(
            measures={row.key: row for row in rows.filter(key__in={one.measure for one in wanted})},
            services={
                row.key: row
                for row in Element.objects.filter(key__in={one.serves for one in wanted} - {None})
            },
            units={row.key: row for row in Unit.objects.filter(key__in=units - {None})},
            people=people_called(names),
        )


def _save(written: Written, known: _Known, *, why: str, by: Actor, now: datetime.datetime) -> Saved:
    definition = written.definition
    data = as_data(definition)
    measure = known.measures.get(definition.measure)
    notes = remarks(
        definition, Referents({}, known.services.keys(), known.units.keys(), known.people.keys(), {})
    )
    if measure is None:
        measure = Measure(key=definition.measure, created_at=now)
        _set_columns(measure, definition, known)
        measure.save()
        version = _add_version(measure, definition, number=1, formula_changed=True, why=why, by=by, now=now)
        _record(Action.CREATED, measure, by=by, now=now, reason=why)
        return Saved(measure, SaveResult.CREATED, version.number, tuple(data), True, True, notes)
    assert measure.current is not None
    fields = _differing(measure.current.definition, data)
    if measure.retired_on is not None:
        fields = (*fields, "retired_on")
        measure.retired_on, measure.retired_why = None, ""
    _set_columns(measure, definition, known)
    if not fields:
        measure.save()
        return Saved(measure, SaveResult.UNCHANGED, measure.current.number, remarks=notes)
    before = queries.definition_of(measure.current)
    changed, computed = not same_formula(before, definition), not same_computation(before, definition)
    version = _add_version(
        measure,
        definition,
        number=measure.current.number + 1,
        formula_changed=changed,
        why=why,
        by=by,
        now=now,
    )
    _record(Action.CHANGED, measure, by=by, now=now, fields=fields, reason=why)
    return Saved(
        measure,
        SaveResult.CHANGED,
        version.number,
        fields,
        changed,
        computed or "retired_on" in fields,
        notes,
    )


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(key for key in {**old, **new} if old.get(key) != new.get(key))


def _set_columns(measure: Measure, definition: MeasureDefinition, known: _Known) -> None:
    people = definition.people
    measure.title = definition.title
    measure.service = known.services.get(definition.serves or "")
    measure.unit = known.units.get(definition.unit or "")
    measure.kind = definition.kind or ""
    measure.frequency = definition.frequency.value
    measure.lag_days = definition.lag_days
    measure.manual = definition.manual
    measure.owner = known.people.get(people.owner or "")
    measure.deputy = known.people.get(people.deputy or "")
    measure.next_review = people.next_review


def _add_version(
    measure: Measure,
    definition: MeasureDefinition,
    *,
    number: int,
    formula_changed: bool,
    why: str,
    by: Actor,
    now: datetime.datetime,
) -> MeasureVersion:
    version = MeasureVersion.objects.create(
        measure=measure,
        number=number,
        definition=as_data(definition),
        formula_from=definition.formula_from,
        formula_changed=formula_changed,
        written_at=now,
        written_by=by.key,
        why=why,
    )
    measure.current = version
    measure.save()
    return version


@transaction.atomic
def assign_owner(
    *,
    measure: Measure,
    owner: Person | None,
    deputy: Person | None,
    by: Actor,
    now: datetime.datetime,
    today: datetime.date,
) -> Saved:
    """Who looks after the measure from now on; a new version of its definition, with the same formula.

    Raises Denied without the right over the unit that keeps it.
    """
    check_can_assign(by, measure, today=today)
    assert measure.current is not None
    before = queries.definition_of(measure.current)
    people = before.people.model_copy(
        update={"owner": owner.key if owner else None, "deputy": deputy.key if deputy else None}
    )
    written = Written(before.model_copy(update={"people": people}))
    check_measures([written])
    return _save(written, _Known.of([written.definition]), why="", by=by, now=now)


@transaction.atomic
def retire_measure(
    *, measure: Measure, why: str, by: Actor, now: datetime.datetime, today: datetime.date
) -> None:
    """No longer computed or asked for from ``today``; its values stay readable. Saving its definition again
    brings it back. Raises Denied as ``assign_owner``."""
    check_can_assign(by, measure, today=today)
    if not why.strip():
        raise NotAllowed("Say why the measure is retired; whoever looks for it later will want to know.")
    if measure.retired_on is not None:
        raise NotAllowed(f"“{measure.title}” is retired since {measure.retired_on}.")
    takers = [key for key, taken in queries.references_by_measure().items() if measure.key in taken]
    if takers:
        raise NotAllowed(
            f"“{measure.title}” gives its values to {', '.join(takers)}. Change or retire those first."
        )
    measure.retired_on, measure.retired_why = today, why.strip()
    measure.save(update_fields=["retired_on", "retired_why"])
    _record(Action.ENDED, measure, by=by, now=now, reason=why.strip())


@transaction.atomic
def rebase(
    *,
    measure: Measure,
    unit: Unit | None,
    starts_on: datetime.date,
    what_happened: str,
    reason: str,
    by: Actor,
    now: datetime.datetime,
    today: datetime.date,
) -> Rebase:
    """Compute new limits from ``starts_on``, for one unit or for all. A person answers for it, with a reason;
    again for the same day, it replaces what was said before.

    Raises Denied for whoever may not define the measure.
    """
    check_can_mark(by, measure, today=today)
    if by.user_id is None:
        raise NotAllowed("Limits are re-set by a named person. Sign in, or act as somebody.")
    if not reason.strip() or not what_happened.strip():
        raise NotAllowed("Say what happened, in a few words for the chart, and why the limits are re-set.")
    decided, _ = Rebase.objects.update_or_create(
        measure=measure,
        unit=unit,
        starts_on=starts_on,
        defaults={
            "reason": reason.strip(),
            "what_happened": what_happened.strip(),
            "person_id": by.user_id,
            "decided_by": by.key,
            "decided_at": now,
        },
    )
    _record(Action.REBASED, measure, unit=unit, by=by, now=now, reason=reason.strip())
    return decided


@transaction.atomic
def withdraw_rebase(
    *, rebase: Rebase, reason: str, by: Actor, now: datetime.datetime, today: datetime.date
) -> None:
    """Back to the limits as if they had not been re-set. Raises Denied as ``rebase``."""
    check_can_mark(by, rebase.measure, today=today)
    if not reason.strip():
        raise NotAllowed("Say why the limits are not re-set after all.")
    rebase.delete()
    _record(
        Action.DELETED, rebase.measure, unit=rebase.unit, fields=("rebase",), by=by, now=now, reason=reason
    )


@transaction.atomic
def annotate(
    *,
    measure: Measure,
    unit: Unit | None,
    period_start: datetime.date,
    text: str,
    by: Actor,
    now: datetime.datetime,
    today: datetime.date,
) -> Annotation:
    """A few words on the chart: what happened in the period. Raises Denied as ``rebase``."""
    check_can_mark(by, measure, today=today)
    if not text.strip():
        raise NotAllowed("A note needs some words.")
    note = Annotation.objects.create(
        measure=measure,
        unit=unit,
        period_start=period_start,
        text=text.strip(),
        written_by=by.key,
        written_at=now,
    )
    _record(Action.CHANGED, measure, unit=unit, fields=("annotations",), by=by, now=now)
    return note


def _record(
    action: Action,
    measure: Measure,
    *,
    unit: Unit | None = None,
    fields: Sequence[str] = (),
    reason: str = "",
    by: Actor,
    now: datetime.datetime,
) -> None:
    of = unit or measure.unit
    record_event(
        by=by,
        action=action,
        kind="measure",
        object_id=measure.key,
        unit=of.key if of else "",
        fields=fields,
        reason=reason,
        now=now,
    )
