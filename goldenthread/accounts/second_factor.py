"""Something one has, beside the password one knows: passkeys, an authenticator app, recovery codes. allauth
keeps and checks them; this is what it asks of us, and what a session remembers of it."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.accounts.models import User
from goldenthread.accounts.sealing import seal, unseal

_PURPOSE = "second factor"
_SHOWN_BY = "second_factor_of"
_STANDING_ALONE = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What can be had without any other; recovery codes stand in for one of these."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes sealed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This does not show that it is you. Digits change every half minute, and a recovery code works "
            "once. Try again."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=_PURPOSE)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Goldenthread"}


def has_one(user: User) -> bool:
    """Whether the account has a second factor."""
    return bool(is_mfa_enabled(user, _STANDING_ALONE))


def is_last(authenticator: Authenticator) -> bool:
    """Whether the account would have no second factor without this one."""
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=_STANDING_ALONE)
    return not others.exclude(pk=authenticator.pk).exists()


def was_shown(request: HttpRequest) -> bool:
    """Whether the caller showed a second factor in this session, or set one up in it."""
    return was_shown_by(request.session, request.user)


def was_shown_by(session: SessionBase, user: User | AnonymousUser | None) -> bool:
    """Whether this user showed one in this session, or an identity provider vouched that they did."""
    return user is not None and user.pk is not None and session.get(_SHOWN_BY) == user.pk


def remember(session: SessionBase, user: User) -> None:
    """The session's owner has shown a second factor, here or to an identity provider that asks for one."""
    session[_SHOWN_BY] = user.pk


def forget(session: SessionBase) -> None:
    """The session's owner has none any more."""
    session.pop(_SHOWN_BY, None)


@receiver(authenticator_used)
def _used(*, request: HttpRequest, user: User, **_: object) -> None:
    remember(request.session, user)
