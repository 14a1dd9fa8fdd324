"""What writes letters and what sends them agree on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from goldenthread.record.subscriptions.models import Subscription


@dataclass(frozen=True)
class Letter:
    """Plain text; ``stop`` is the address at which one click ends this mail."""

    subject: str
    text: str
    stop: str


class NothingToSendError(Exception):
    """There is no letter for this receiver today; the message says why in a sentence."""


class Writer(Protocol):
    """Writes the letter of a subscription as its receiver may read it now; NothingToSendError where there is
    none."""

    def __call__(self, subscription: Subscription, *, now: datetime) -> Letter: ...
