"""What the organization as it stands allows."""

from __future__ import annotations

from collections.abc import Iterable

from goldenthread.record.answers import NotAllowed
from goldenthread.record.orgs.snapshots import IdentifierSnapshot


def check_is_free(wanted: IdentifierSnapshot, held: Iterable[IdentifierSnapshot]) -> None:
    """An id names one person or unit at most on any day."""
    if wanted.days.is_empty:
        raise NotAllowed("The last day comes before the first; wanted at least one day.")
    for one in held:
        if (one.system, one.value) == (wanted.system, wanted.value) and not (one.days & wanted.days).is_empty:
            raise NotAllowed(
                f"{one} is {one.owner} already; wanted days on which it is nobody's, or a post for "
                f"{one.owner} on the days of these rows."
            )
