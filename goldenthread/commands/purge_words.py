"""What a purge comes to, in lines and as data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from goldenthread.jobs.retention.due import Plan
from goldenthread.jobs.retention.schedule import RecordClass


def sentences(plan: Plan, *, dry_run: bool) -> Iterator[str]:
    """A line for each class: how much goes, and how much which hold keeps."""
    due = Counter(one.of for one in plan.due)
    held: dict[RecordClass, Counter[str]] = defaultdict(Counter)
    for one, hold in plan.held:
        held[one.of][f"{hold.pk} ({hold.case})"] += 1
    would = "would go" if dry_run else "gone"
    for of in RecordClass:
        kept = "".join(f"; {count:,} kept by hold {hold}" for hold, count in held[of].items())
        yield f"{of}: {due[of]:,} {would}{kept}"


def as_data(plan: Plan) -> dict[str, object]:
    """The same with the ids of what it concerns."""
    return {
        "due": [{"class": one.of, "id": one.object_id} for one in plan.due],
        "held": [{"class": one.of, "id": one.object_id, "hold": hold.pk} for one, hold in plan.held],
    }
