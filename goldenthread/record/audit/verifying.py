"""Whether the log is what it was: every row, and every signed head."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db.models import Max

from goldenthread.progress import Progress
from goldenthread.record.audit import heads
from goldenthread.record.audit.chain import BEGINNING, Mark, Place, Row, first_break
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent, AuditHead, AuditSeal
from goldenthread.record.audit.queries import chained, last_dropped_month, sealed_months, waiting_since

PLACED_WITHIN = timedelta(minutes=1)
"""How old a row may be that has no place in the chain; the watcher gives it one within seconds."""

_TOLD_EVERY = 10_000


@dataclass(frozen=True)
class Verdict:
    """``rows`` stand in the chain, the first of them is number ``first``; ``heads`` are outside the database.
    ``broken`` is the first place that is not as it was, as a sentence, or empty."""

    first: int
    rows: int
    heads: int
    broken: str

    @property
    def whole(self) -> bool:
        return not self.broken


class _Broken(Exception):
    """The text names the place."""


def verify(
    *, folder: Path, keys: Collection[str], now: datetime, progress: Progress | None = None
) -> Verdict:
    """Go over the whole log. ``keys`` are the public keys whose signatures count; heads stand in ``folder``.

    Rows that are added while it runs are not looked at.
    """
    outside: list[heads.Head] = []
    after = until = BEGINNING
    broken = ""
    try:
        # In this order: a line is written before its seal is committed, and after the row that it names.
        before = list(heads.read(folder))
        seals = list(AuditSeal.objects.order_by("id"))
        outside += _outside(folder, keys)
        after, until = _span()
        _check_seals(seals, outside)
        _check_remembered(before, seals)
        rows = _until(chained(after=after.seq), after, until, progress)
        found = first_break(rows, after=after, until=until, marks=_marks(outside, until))
        if found is not None:
            raise _Broken(found.sentence)
        _check_around(after, now)
    except (_Broken, heads.Unreadable) as error:
        broken = str(error)
    return Verdict(after.seq + 1, until.seq - after.seq, len(outside), broken)


def _span() -> tuple[Place, Place]:
    """The place before the first row that is left, and the last one."""
    before, end = last_dropped_month(), AuditHead.objects.first()
    return (
        Place(before.seq, before.hash) if before else BEGINNING,
        Place(end.seq, end.hash) if end else BEGINNING,
    )


def _outside(folder: Path, keys: Collection[str]) -> Iterator[heads.Head]:
    for head in heads.read(folder):
        if head.key not in keys:
            raise _Broken(
                f"The {head.words} is signed with the key {head.key}, which is not known here. "
                "If it was yours once, name it: --key"
            )
        if not head.is_signed:
            raise _Broken(f"The {head.words} was changed: its signature does not fit.")
        yield head


def _check_seals(seals: Collection[AuditSeal], outside: Collection[heads.Head]) -> None:
    """Each head that the database remembers stands outside, word for word."""
    signatures = {head.signature: head for head in outside}
    for row in seals:
        words = f"head of {row.month}" if row.month else f"head sealed {row.sealed_at:%Y-%m-%d %H:%M} UTC"
        head = signatures.get(row.signature)
        if head is None:
            raise _Broken(f"The {words} is not in the folder of the heads.")
        if (head.month, head.seq, head.hash) != (row.month, row.seq, row.hash):
            raise _Broken(f"The {words} says something else in the database than in the folder of the heads.")


def _check_remembered(outside: Sequence[heads.Head], seals: Collection[AuditSeal]) -> None:
    """The database remembers each head but the last, whose seal may have been cut off between the line and
    its commit; the next sealing remembers that one."""
    remembered = {row.signature for row in seals}
    for head in outside[:-1]:
        if head.signature not in remembered:
            raise _Broken(f"The {head.words} is in the folder of the heads, and no longer in the database.")


def _marks(outside: Collection[heads.Head], until: Place) -> dict[int, Mark]:
    """What the heads remember, by the number of the row. A head of a row that is not there breaks the chain,
    and so do two that remember a row differently."""
    last = max(outside, key=lambda head: head.seq, default=None)
    if last is not None and last.seq > until.seq:
        raise _Broken(
            f"The log ends with row {until.seq}, and the {last.words} was written about row {last.seq}: "
            f"row {until.seq + 1} is gone."
        )
    marks: dict[int, Mark] = {}
    for head in outside:
        mark = marks.setdefault(head.seq, Mark(head.hash, f"the {head.words}"))
        if mark.hash != head.hash:
            raise _Broken(f"Row {head.seq} is another one for {mark.where} than for the {head.words}.")
    return marks


def _until(rows: Iterator[Row], after: Place, until: Place, progress: Progress | None) -> Iterator[Row]:
    for row in rows:
        if row[0] > until.seq:
            return
        if progress is not None and row[0] % _TOLD_EVERY == 0:
            progress((row[0] - after.seq) / (until.seq - after.seq), f"row {row[0]:,}")
        yield row


def _check_around(after: Place, now: datetime) -> None:
    """What no row of the chain can tell: rows outside it, and months that went without a word."""
    # The last row is read first: a chain that grows meanwhile moves its head further.
    last = AuditEvent.objects.aggregate(last=Max("seq"))["last"] or after.seq
    end = AuditHead.objects.first()
    if last > (end.seq if end else 0):
        raise _Broken(f"The head of the chain was set back: it names row {end.seq if end else 0} of {last}.")
    if AuditEvent.objects.filter(seq__lte=after.seq).exists():
        raise _Broken(f"A row stands before row {after.seq + 1}, in a month that was dropped.")
    if waiting := waiting_since(now - PLACED_WITHIN):
        raise _Broken(f"Rows without a place in the chain: {waiting}. Place them: goldenthread audit seal")
    drops = AuditEvent.objects.filter(action=Action.DROPPED, kind="audit_month")
    told = set(drops.values_list("object_id", flat=True))
    for month in sealed_months().filter(dropped_at__gte=_first_moment(after)).order_by("seq"):
        if month.month not in told:
            raise _Broken(f"The rows of {month.month} are gone, and no row says who dropped them.")


def _first_moment(after: Place) -> datetime:
    """When the oldest row that is left happened; a drop before then was told of in a row that is gone."""
    first = AuditEvent.objects.filter(seq=after.seq + 1).first()
    return first.at if first else datetime.min.replace(tzinfo=UTC)
