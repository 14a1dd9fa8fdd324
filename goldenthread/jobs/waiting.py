"""What waits for one person, with what its words need, read with their scope of this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from goldenthread.accounts.models import User
from goldenthread.calc.formatting import format_day
from goldenthread.calc.periods import Grain
from goldenthread.facts.scope import Scope
from goldenthread.jobs.extracts.drifting import message_of
from goldenthread.record.access.models import Proposal
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import ROLES, Permission
from goldenthread.record.access.subjects import subject_of_user
from goldenthread.record.measures.models import Measure, TypedValue
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.record.notices.models import Notice
from goldenthread.record.notices.queries import open_for
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.record.reports.models import Report
from goldenthread.record.sources.models import Batch, Source

K = NoticeKind
_TYPED = frozenset({K.VALUE_DUE, K.VALUE_LATE, K.VALUE_RETURNED})
_OF_MEASURES = frozenset({K.MEASURE_WITHOUT_OWNER, K.MEASURE_STALE, K.REVIEW_DUE})
_OF_BATCHES = frozenset({K.BATCH_WAITING, K.BATCH_REFUSED, K.BATCH_STUCK})
_OF_USES = frozenset({K.USE_PROPOSED, K.USE_ANNOUNCED, K.USE_TO_REVIEW})
_PROPOSED = frozenset({K.GRANT_TO_CONFIRM, K.GRANT_REFUSED})
_TOGETHER = frozenset({K.MEASURE_WITHOUT_OWNER, K.MEASURE_STALE})


@dataclass(frozen=True)
class Item:
    """One thing that waits. ``key`` is its key or number; ``place`` is a unit's name, ``said`` what somebody
    or something said about it; ``counts`` are rows accepted and refused."""

    key: str
    title: str
    period: str = ""
    place: str = ""
    said: str = ""
    counts: tuple[int, int] | None = None


@dataclass(frozen=True)
class Waiting:
    """Things of one kind that are done together, and the first day on which one of them is due."""

    kind: NoticeKind
    items: tuple[Item, ...]
    due_on: date | None

    @property
    def first(self) -> Item:
        return self.items[0]


def waiting_for(user: User, rights: Rights, scope: Scope) -> tuple[Waiting, ...]:
    """Everything open, what is due first on top; things that are done on one page together. Ten queries at
    most.

    A notice about something that its receiver may no longer see is left out.
    """
    notices = list(open_for(user))
    known = _Known(notices, rights, scope)
    groups: dict[tuple[NoticeKind, str], list[tuple[Notice, Item]]] = {}
    for notice in notices:
        found = known.item(notice)
        if found is not None:
            item, group = found
            groups.setdefault((NoticeKind(notice.kind), group), []).append((notice, item))
    return tuple(
        Waiting(kind, tuple(item for _, item in pairs), min(_days(pairs), default=None))
        for (kind, _), pairs in groups.items()
    )


def _days(pairs: Sequence[tuple[Notice, Item]]) -> Iterable[date]:
    return (notice.due_on for notice, _ in pairs if notice.due_on is not None)


class _Known:
    """The objects that some notices name, fetched kind by kind."""

    def __init__(self, notices: Sequence[Notice], rights: Rights, scope: Scope) -> None:
        self.rights, self.scope = rights, scope
        ids = {kind: [one.object_id for one in notices if one.kind == kind] for kind in K}
        typed = [one.split(":") for kind in _TYPED for one in ids[kind]]
        named = [parts[0] for parts in typed] + [one for kind in _OF_MEASURES for one in ids[kind]]
        measures = Measure.objects.filter(key__in=named, retired_on=None)
        self.measures = {one.key: one for one in measures.select_related("unit", "owner", "deputy")}
        self.units = dict(
            Unit.objects.filter(key__in={parts[1] for parts in typed}).values_list("key", "name")
        )
        returned = TypedValue.objects.filter(measure__key__in=named).exclude(returned_why="")
        self.returned = {
            f"{key}:{unit}:{start}": why
            for key, unit, start, why in returned.values_list(
                "measure__key", "unit__key", "period_start", "returned_why"
            )
        }
        submitted = TypedValue.objects.filter(pk__in=ids[K.VALUE_TO_APPROVE])
        self.submitted = {str(one.pk): one for one in submitted.select_related("measure", "unit")}
        batches = Batch.objects.filter(pk__in=[one for kind in _OF_BATCHES for one in ids[kind]])
        self.batches = {str(one.pk): one for one in batches.select_related("source")}
        sources = Source.objects.filter(key__in=ids[K.EXTRACT_LATE], retired_on=None)
        self.sources = {one.key: one for one in sources}
        proposals = Proposal.objects.filter(pk__in=[one for kind in _PROPOSED for one in ids[kind]])
        self.proposals = {str(one.pk): one for one in proposals.select_related("user", "unit")}
        given = [one.split(":")[0] for one in ids[K.GRANT_ANNOUNCED]]
        self.users = {str(one.pk): one for one in User.objects.filter(pk__in=given).select_related("person")}
        both = {key for one in ids[K.DELEGATION_ANNOUNCED] for key in one.split(":")}
        self.people = dict(Person.objects.filter(key__in=both).values_list("key", "name"))
        self.places: dict[str, set[str]] = defaultdict(set)
        for key, unit in Post.objects.filter(person__key__in=both).values_list("person__key", "unit__key"):
            self.places[key].add(unit)
        of_uses = [one.split(":")[0] for kind in _OF_USES for one in ids[kind]]
        reports = Report.objects.filter(key__in=of_uses, retired_on=None)
        self.reports = {one.key: one for one in reports.select_related("unit")}
        self.calendar = orgs.fiscal_calendar()

    def item(self, notice: Notice) -> tuple[Item, str] | None:
        """What the notice is about, and what it is grouped by; None when it is not to be seen."""
        kind, which = NoticeKind(notice.kind), notice.object_id
        if kind in _TYPED:
            return self._owed(which)
        if kind in _OF_MEASURES:
            return self._measure(which, together=kind in _TOGETHER)
        if kind is K.VALUE_TO_APPROVE:
            return self._submitted(which)
        if kind in _OF_ACCESS:
            return _OF_ACCESS[kind](self, which)
        if kind in _OF_USES:
            return self._use(which)
        if not self.rights.may(Permission.LOAD_DATA):
            return None
        return self._source(which) if kind is K.EXTRACT_LATE else self._batch(which)

    def _owed(self, which: str) -> tuple[Item, str] | None:
        key, unit, start = which.split(":")
        measure = self.measures.get(key)
        if measure is None or unit not in self.units or not self._sees(measure, unit):
            return None
        label = self._label(date.fromisoformat(start), measure.frequency)
        said = self.returned.get(which, "")
        return Item(key, measure.title, period=label, place=self.units[unit], said=said), key

    def _measure(self, key: str, *, together: bool) -> tuple[Item, str] | None:
        measure = self.measures.get(key)
        keeper = self.rights.tree.top if measure is None or measure.unit is None else measure.unit.key
        if measure is None or keeper is None or not self._sees(measure, keeper):
            return None
        place = measure.unit.name if measure.unit else ""
        return Item(key, measure.title, place=place), "" if together else key

    def _submitted(self, which: str) -> tuple[Item, str] | None:
        value = self.submitted.get(which)
        if value is None or not self.rights.may(Permission.APPROVE_VALUES, value.unit.key):
            return None
        label = self._label(value.period_start, value.measure.frequency)
        return Item(
            value.measure.key, value.measure.title, period=label, place=value.unit.name
        ), value.unit.key

    def _batch(self, which: str) -> tuple[Item, str] | None:
        batch = self.batches.get(which)
        if batch is None:
            return None
        counts = (batch.accepted or 0, batch.rejected or 0)
        return Item(
            which, batch.source.title, place=batch.file_name, said=message_of(batch), counts=counts
        ), which

    def _to_confirm(self, which: str) -> tuple[Item, str] | None:
        one = self.proposals.get(which)
        if one is None or not self.rights.may(Permission.ADMINISTER, one.unit.key):
            return None
        return Item(which, one.user.name, place=one.unit.name, said=ROLES[one.role].name), which

    def _refused(self, which: str) -> tuple[Item, str] | None:
        one = self.proposals.get(which)
        if one is None or not self.rights.may(Permission.ADMINISTER, one.unit.key):
            return None
        return Item(which, one.user.name, place=ROLES[one.role].name, said=one.why), which

    def _given(self, which: str) -> tuple[Item, str] | None:
        """Its key is how addresses call the receiver, or nothing where that is the reader."""
        number, role, unit = which.split(":")
        user, watched = self.users.get(number), self.rights.units_with(Permission.SEE_ACCESS)
        place = unit or self.rights.tree.top
        if user is None or not (user.pk == self.rights.user_id or place in watched):
            return None
        key = "" if user.pk == self.rights.user_id else subject_of_user(user).key
        return Item(key, user.name, said=ROLES[role].name), which

    def _delegated(self, which: str) -> tuple[Item, str] | None:
        receiver, giver = which.split(":")
        if not {receiver, giver} <= self.people.keys():
            return None
        mine = self.rights.person in (receiver, giver)
        watched = self.rights.units_with(Permission.SEE_ACCESS)
        if not (mine or watched & self.places[giver]):
            return None
        return Item("" if mine else receiver, self.people[receiver], place=self.people[giver]), which

    def _use(self, which: str) -> tuple[Item, str] | None:
        key, _, day = which.partition(":")
        report = self.reports.get(key)
        keeper = report.unit.key if report and report.unit else self.rights.tree.top
        if report is None or keeper is None or not self.scope.sees_unit(keeper):
            return None
        if not day:
            return (Item(key, report.title), which) if self.rights.may(Permission.CONSULT, keeper) else None
        return Item(key, report.title, said=format_day(date.fromisoformat(day))), which

    def _source(self, key: str) -> tuple[Item, str] | None:
        source = self.sources.get(key)
        return (Item(key, source.title), key) if source else None

    def _sees(self, measure: Measure, unit: str) -> bool:
        """Whoever looks after a measure may be told of it, even from another part of the organization."""
        mine = self.rights.person_id is not None and self.rights.person_id in (
            measure.owner_id,
            measure.deputy_id,
        )
        return mine or self.scope.sees_unit(unit)

    def _label(self, start: date, frequency: str) -> str:
        return self.calendar.label(self.calendar.period_of(start, Grain(frequency)))


_OF_ACCESS: dict[NoticeKind, Callable[[_Known, str], tuple[Item, str] | None]] = {
    K.GRANT_TO_CONFIRM: _Known._to_confirm,
    K.GRANT_REFUSED: _Known._refused,
    K.GRANT_ANNOUNCED: _Known._given,
    K.DELEGATION_ANNOUNCED: _Known._delegated,
}
