"""The step between the password, or the word of an identity provider, and the session."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpResponse

from goldenthread.accounts import second_factor


class SecondFactorStage(AuthenticateStage):
    """Asks for a second factor where the account has one, unless a provider has asked already."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The page to answer with, if any, and whether signing in goes on."""
        if second_factor.was_shown_by(self.request.session, self.login.user):
            return None, True
        asked: tuple[HttpResponse | None, bool] = super().handle()
        return asked
