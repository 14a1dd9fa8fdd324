"""What a wall must be like, and what its secret looks like."""

from __future__ import annotations

from datetime import datetime

from goldenthread.record.answers import NotAllowed
from goldenthread.record.walls.models import LONGEST_NAME, Wall

PREFIX = "gtw_"
"""How a secret of a wall begins, so that it is never taken for a token."""
LONGEST_DAYS = 366


def check_wall(name: str, days: int) -> None:
    """NotAllowed unless it has a name and an end."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise NotAllowed(f"Found a name of {len(name.strip())} characters; wanted 1 to {LONGEST_NAME}.")
    if not 1 <= days <= LONGEST_DAYS:
        raise NotAllowed(f"Found {days} days; wanted 1 to {LONGEST_DAYS}.")


def has_ended(wall: Wall, *, now: datetime) -> bool:
    """Whether it was taken down, or its time is over, or its maker's account is closed."""
    return wall.ended_at is not None or now >= wall.expires_at or not wall.maker.is_active
