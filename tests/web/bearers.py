"""Scripts that call with a token."""

from __future__ import annotations

from collections.abc import Sequence

from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from tests.record.tokens.county import token_for


class Script(Client):
    """Sends the token of ``owner`` with each request, as curl does: no cookies, no token of a form."""

    def __init__(self, owner: str, *purposes: str, sources: Sequence[str] = ()) -> None:
        user = User.objects.get(username=owner)
        self.token, self.secret = token_for(user, *purposes, sources=sources, now=timezone.now())
        super().__init__(enforce_csrf_checks=True, headers=bearer(self.secret))


def bearer(secret: str) -> dict[str, str]:
    """The header of a request with this token."""
    return {"Authorization": f"Bearer {secret}"}
