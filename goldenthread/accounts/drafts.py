"""What was typed when a session ended, kept for a day so that nobody types it twice (WCAG 2.2.1).

A draft is no record: it belongs to whoever typed it, is read by nobody else, and goes by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from goldenthread.accounts.models import Draft, User
from goldenthread.accounts.rules import DRAFT
from goldenthread.accounts.sealing import Unreadable, seal, unseal

_PURPOSE = "draft"
_LONGEST = 500_000
_LONGEST_ADDRESS = 500

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Typed:
    """A draft as its owner sees it: where it was to be sent, and each field with what stood in it."""

    pk: int
    address: str
    kept_at: datetime
    fields: Fields


def keep(*, user: User, address: str, fields: Iterable[tuple[str, str]], now: datetime) -> bool:
    """Keep what was typed for an address, instead of what was kept for it before; False when there is
    nothing, or more than anybody types."""
    typed = [(name, text) for name, text in fields if "password" not in name and text]
    text = json.dumps(typed)
    if not typed or len(text) > _LONGEST or len(address) > _LONGEST_ADDRESS:
        return False
    kept = {"fields": seal(text, purpose=_PURPOSE), "kept_at": now}
    Draft.objects.update_or_create(user=user, address=address, defaults=kept)
    return True


def drafts_of(user: User, *, now: datetime) -> list[Typed]:
    """What is kept for this user, the latest first."""
    found = []
    for draft in Draft.objects.filter(user=user, kept_at__gt=now - DRAFT).order_by("-kept_at"):
        try:
            fields = json.loads(unseal(draft.fields, purpose=_PURPOSE))
        except Unreadable:
            continue
        found.append(
            Typed(draft.pk, draft.address, draft.kept_at, tuple((name, text) for name, text in fields))
        )
    return found


def drop(*, user: User, pk: int) -> None:
    """The owner no longer needs it."""
    Draft.objects.filter(user=user, pk=pk).delete()


def drop_old(*, now: datetime) -> None:
    """What nobody came back for goes."""
    Draft.objects.filter(kept_at__lte=now - DRAFT).delete()
