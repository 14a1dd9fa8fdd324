"""Finding walls."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from goldenthread.accounts.queries import digest_of
from goldenthread.record.tokens.minting import is_whole
from goldenthread.record.walls.models import Wall
from goldenthread.record.walls.permissions import may_show
from goldenthread.record.walls.policies import PREFIX, has_ended


def wall_up(secret: str, *, now: datetime, today: date) -> Wall | None:
    """The wall of this secret, as long as it is up and its maker sees what it shows; None otherwise, and
    nobody can tell why."""
    if not is_whole(secret, PREFIX):
        return None
    wall = walls().filter(digest=digest_of(secret)).first()
    if wall is None or has_ended(wall, now=now) or not may_show(wall.maker, wall.unit.key, today=today):
        return None
    return wall


def walls_of(unit: str, *, now: datetime) -> QuerySet[Wall]:
    """Those of a unit that nobody took down and whose time is not over, the newest first."""
    return walls().filter(unit__key=unit, ended_at=None, expires_at__gt=now, maker__is_active=True)


def walls() -> QuerySet[Wall]:
    """Every wall there ever was, the newest first."""
    return Wall.objects.select_related("unit", "maker").order_by("-pk")
