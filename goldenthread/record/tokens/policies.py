"""What a token must be like, and what ends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from goldenthread.record.answers import NotAllowed
from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.purposes import MEANINGS, Purpose

LONGEST_DAYS = 90
"""How long a token lasts at most."""


def check_token(name: str, purposes: Sequence[str], sources: Sequence[str], days: int) -> None:
    """NotAllowed unless it has a name, a purpose, the sources that go with it, and an end."""
    if not name.strip():
        raise NotAllowed("Found no name; wanted one that says which script uses it.")
    if not purposes or not set(purposes) <= set(MEANINGS):
        raise NotAllowed(
            f"Found the purposes {', '.join(purposes) or 'none'}; wanted some of: {', '.join(MEANINGS)}."
        )
    if any(MEANINGS[Purpose(one)].of_sources for one in purposes) is not bool(sources):
        raise NotAllowed("Sources go with sending extracts, and sending extracts with the sources it is for.")
    if not 1 <= days <= LONGEST_DAYS:
        raise NotAllowed(f"Found {days} days; wanted 1 to {LONGEST_DAYS}.")


def why_dead(token: Token, *, now: datetime) -> str:
    """Why it no longer opens anything, in a sentence; empty while it does."""
    if token.ended_at is not None:
        return f"This token was ended on {token.ended_at:%Y-%m-%d}."
    if now >= token.expires_at:
        return f"This token expired on {token.expires_at:%Y-%m-%d}. Its owner can make a new one."
    return "" if token.owner.is_active else "The account of this token is closed."
