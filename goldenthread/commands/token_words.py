"""A token as a line of text and as data; never its secret, which nobody has but its owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.policies import why_dead


def as_data(token: Token) -> dict[str, Any]:
    return {
        "token": token.pk,
        "owner": token.owner.username,
        "name": token.name,
        "purposes": token.purposes,
        "sources": token.sources,
        "made": token.made_at,
        "last_used": token.last_used_on,
        "expires": token.expires_at,
        "ended": token.ended_at,
    }


def as_text(token: Token, *, now: datetime) -> str:
    used = f"last used {token.last_used_on}" if token.last_used_on else "never used"
    ends = why_dead(token, now=now) or f"expires {token.expires_at:%Y-%m-%d}"
    about = f"{', '.join(token.purposes)} {', '.join(token.sources)}".strip()
    return f"{token.pk:>5}  {token.owner.username:<20} {token.name:<30} {about}; {used}; {ends}"
