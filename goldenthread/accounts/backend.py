"""Who may come in by a password."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest


class PasswordBackend(AuthenticationBackend):
    """No password is the right one where single sign-on is the only door, whoever asks."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        if settings.SINGLE_SIGN_ON_ONLY:
            return None
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found
