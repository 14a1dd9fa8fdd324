"""Making and closing accounts. Each change is announced inside its transaction, so that the audit log above
can write it down or stop it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from goldenthread.accounts import drafts
from goldenthread.accounts.models import Invitation, SignOn, User
from goldenthread.accounts.queries import digest_of
from goldenthread.accounts.rules import INVITATION, LONGEST_SESSION, PASSWORD_ALONE
from goldenthread.accounts.signals import account_changed


class Acting(Protocol):
    """Who acts; an ``Actor`` of the audit room, which stands above this one."""

    @property
    def key(self) -> str: ...

    @property
    def user_id(self) -> int | None: ...

    @property
    def roles(self) -> tuple[str, ...]: ...

    @property
    def standing_in_for(self) -> tuple[str, ...]: ...

    @property
    def request(self) -> str: ...


@dataclass(frozen=True)
class Oneself:
    """The owner of an account, acting before anything above this room knows who they are."""

    user_id: int
    roles: tuple[str, ...] = ()
    standing_in_for: tuple[str, ...] = ()
    request: str = ""

    @property
    def key(self) -> str:
        """As the audit log names a user."""
        return f"user:{self.user_id}"


@transaction.atomic
def create_user(
    *, username: str, name: str, email: str = "", password: str | None = None, by: Acting, now: datetime
) -> User:
    """A new account; without a password nobody can sign in to it with one.

    ValidationError when the name is taken or cannot be one, or the password is too weak.
    """
    # A space or a sign that is not seen would make two accounts that look like one.
    UnicodeUsernameValidator()(username)
    user = User(username=username, name=name, email=User.objects.normalize_email(email))
    if password is not None:
        validate_password(password, user)
    _put_password(user, password)
    user.full_clean(exclude=["password"])
    user.save()
    _announce(user, by=by, created=True, fields=("username", "name", "email"), now=now)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: Acting, now: datetime) -> None:
    """A new password; every session of the account ends. ValidationError when too weak."""
    validate_password(password, user)
    _put_password(user, password)
    _end_sessions(user)
    user.save(update_fields=["password", "password_is_short"])
    _announce(user, by=by, fields=("password",), now=now)


@transaction.atomic
def set_email(*, user: User, email: str, by: Acting, now: datetime) -> None:
    """Where to write to them from now on; nowhere, when it is empty. ValidationError for no address."""
    user.email = User.objects.normalize_email(email)
    user.clean_fields(exclude=["password"])
    user.save(update_fields=["email"])
    _announce(user, by=by, fields=("email",), now=now)


@transaction.atomic
def end_sessions(*, user: User, by: Acting, now: datetime) -> None:
    """Sign the account out wherever it is signed in, on the next request from there."""
    _end_sessions(user)
    _announce(user, by=by, fields=("sessions",), now=now)


@transaction.atomic
def deactivate(*, user: User, by: Acting, now: datetime) -> None:
    """Close an account: its next request finds nobody signed in. ValidationError when it is one's own."""
    if by.user_id == user.pk:
        raise ValidationError("Nobody closes their own account. Ask another administrator.")
    _set_active(user, False, by=by, now=now)


@transaction.atomic
def reactivate(*, user: User, by: Acting, now: datetime) -> None:
    """Open a closed account again; what it may do follows from the posts and grants of the day."""
    _set_active(user, True, by=by, now=now)


def _set_active(user: User, active: bool, *, by: Acting, now: datetime) -> None:
    if user.is_active != active:
        user.is_active = active
        # Opening the account again later must not bring old sessions back.
        _end_sessions(user)
        user.save(update_fields=["is_active"])
        _announce(user, by=by, fields=("is_active",), now=now)


@transaction.atomic
def invite(*, user: User, by: Acting, now: datetime) -> str:
    """A new invitation for the account, whose earlier ones no longer count; returns the secret of its link,
    which is kept nowhere."""
    Invitation.objects.filter(user=user).delete()
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(user=user, digest=digest_of(secret), expires_at=now + INVITATION)
    _announce(user, by=by, fields=("invitation",), now=now)
    return secret


@transaction.atomic
def begin_anew(*, user: User, password: str | None, by: Acting, now: datetime) -> None:
    """The invited person is here: what signed in until now no longer does, invitation and sessions included.

    Without a password there is none from now on; the caller adds what stands for it. ValidationError when it
    is too weak.
    """
    Invitation.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SignOn.objects.filter(user=user).delete()
    if password is not None:
        validate_password(password, user)
    _put_password(user, password)
    _end_sessions(user)
    user.save(update_fields=["password", "password_is_short"])
    _announce(user, by=by, fields=("password", "invitation"), now=now)


@transaction.atomic
def begin_with_sign_on(*, user: User, issuer: str, subject: str, by: Acting, now: datetime) -> User | None:
    """The invited person came by an identity provider: from now on the account signs in that way alone.

    None when issuer and subject are another account's already; the invitation then stays.
    """
    if SignOn.objects.filter(issuer=issuer, subject=subject).exclude(user=user).exists():
        return None
    begin_anew(user=user, password=None, by=by, now=now)
    bind(user=user, issuer=issuer, subject=subject, by=by, now=now)
    return user


@transaction.atomic
def bind(*, user: User, issuer: str, subject: str, by: Acting, now: datetime) -> None:
    """Let the account sign in as whom this identity provider calls ``subject``.

    ValidationError when that is another account's already.
    """
    bound, _made = SignOn.objects.get_or_create(issuer=issuer, subject=subject, defaults={"user": user})
    if bound.user_id != user.pk:
        raise ValidationError(
            f"“{subject}” of {issuer} signs in to the account {bound.user.username} already."
        )
    _announce(user, by=by, fields=("sign_on",), now=now)


@transaction.atomic
def forget_expired(*, now: datetime) -> None:
    """Sessions that are over, invitations that nobody used and drafts that nobody came back for go."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(created_at__lt=now - LONGEST_SESSION).delete()
    Invitation.objects.filter(expires_at__lte=now).delete()
    drafts.drop_old(now=now)


def _put_password(user: User, password: str | None) -> None:
    user.set_password(password)
    user.password_is_short = password is not None and len(password) < PASSWORD_ALONE


def _end_sessions(user: User) -> None:
    # Counted by the database: whoever ends them at the same time counts too.
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    UserSession.objects.filter(user=user).delete()


def _announce(user: User, *, by: Acting, created: bool = False, fields: Sequence[str], now: datetime) -> None:
    account_changed.send(sender=User, user=user, by=by, created=created, fields=fields, now=now)
