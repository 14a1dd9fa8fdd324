"""Finding accounts, and what belongs to one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from goldenthread.accounts import sessions
from goldenthread.accounts.models import Invitation, SignOn, User


@dataclass(frozen=True)
class Passkey:
    """A passkey of an account, by the name its owner gave it."""

    pk: int
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class SignedInAt:
    """One browser in which an account is signed in. ``browser`` is what it says of itself."""

    browser: str
    address: str
    since: datetime
    is_this: bool


@dataclass(frozen=True)
class SecondFactors:
    """What an account can show beside its password. ``app_since``: None without an authenticator app;
    ``codes_left``: None where there never were recovery codes."""

    passkeys: tuple[Passkey, ...]
    app_since: datetime | None
    codes_left: int | None


def find_user(username: str) -> User | None:
    """The account of that name, open or closed."""
    return User.objects.filter(username=username).first()


def digest_of(secret: str) -> str:
    """What is kept of a secret that is random and long: enough to know it again, and no more."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invited(secret: str, *, now: datetime, to_use: bool = False) -> User | None:
    """Whom the link with this secret invites; None when it was used, is too old, or its account is closed.

    ``to_use``, inside a transaction: of two who use one link at once, the second waits here and then finds it
    gone.
    """
    found = Invitation.objects.filter(digest=digest_of(secret), expires_at__gt=now)
    held = found.select_for_update() if to_use else found
    return next((one.user for one in held if one.user.is_active), None)


def user_of_subject(issuer: str, subject: str) -> User | None:
    """The open account bound to what this identity provider calls somebody."""
    return User.objects.filter(sign_ons__issuer=issuer, sign_ons__subject=subject, is_active=True).first()


def sign_ons_of(user: User) -> list[str]:
    """The issuers by which the account signs in."""
    return list(SignOn.objects.filter(user=user).order_by("issuer").values_list("issuer", flat=True))


def with_a_way_in() -> QuerySet[User]:
    """The open accounts that somebody can sign in to: by a password, a passkey or an identity provider."""
    passkeys = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.WEBAUTHN)
    sign_ons = SignOn.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(
        ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | Exists(passkeys) | Exists(sign_ons),
        is_active=True,
    )


def has_way_in(user: User) -> bool:
    """Whether somebody could sign in to the account, or did before."""
    return user.last_login is not None or with_a_way_in().filter(pk=user.pk).exists()


def second_factors(user: User) -> SecondFactors:
    """Everything the account has, passkeys by age."""
    passkeys, app_since, codes_left = [], None, None
    for one in Authenticator.objects.filter(user=user).order_by("created_at"):
        if one.type == Authenticator.Type.WEBAUTHN:
            passkeys.append(Passkey(one.pk, one.wrap().name, one.created_at, one.last_used_at))
        elif one.type == Authenticator.Type.TOTP:
            app_since = one.created_at
        else:
            codes_left = len(one.wrap().get_unused_codes())
    return SecondFactors(tuple(passkeys), app_since, codes_left)


def signed_in_at(user: User, *, this: str | None, now: datetime) -> list[SignedInAt]:
    """Where the account is signed in, the latest first; ``this`` is the key of the session that asks."""
    known = UserSession.objects.filter(user=user).order_by("-created_at")
    keys = [one.session_key for one in known]
    alive = {
        one.session_key
        for one in Session.objects.filter(session_key__in=keys, expire_date__gt=now)
        if not sessions.is_over(one.get_decoded(), now=now)
    }
    return [
        SignedInAt(one.user_agent, one.ip, one.created_at, one.session_key == this)
        for one in known
        if one.session_key in alive
    ]
