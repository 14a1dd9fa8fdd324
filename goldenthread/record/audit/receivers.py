"""Signing in and changes of accounts happen in rooms that cannot call this one; they send signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.accounts.queries import find_user
from goldenthread.accounts.signals import account_changed
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action


@receiver(account_changed)
def _account_changed(
    *, user: User, by: Actor, created: bool, fields: Sequence[str], now: datetime, **_: object
) -> None:
    action = Action.CREATED if created else Action.CHANGED
    record_event(by=by, action=action, kind="user", object_id=user.pk, fields=fields, now=now)


@receiver(user_logged_in)
def _signed_in(*, user: User, **_: object) -> None:
    _record_session(Actor.user(user.pk), Action.SIGNED_IN, user)


@receiver(user_logged_out)
def _signed_out(*, user: User | None, **_: object) -> None:
    if user is not None:
        _record_session(Actor.user(user.pk), Action.SIGNED_OUT, user)


@receiver(user_login_failed)
def _sign_in_failed(*, credentials: Mapping[str, Any], **_: object) -> None:
    # What was typed as a name may be a password, so only the id of an account that exists is kept.
    _record_failure(find_user(str(credentials.get("username", ""))))


@receiver(post_delete, sender=Authenticator)
@receiver(post_save, sender=Authenticator)
def _second_factor_changed(*, instance: Authenticator, created: bool = True, **_: object) -> None:
    # That one was used is told by the sign-in.
    if created:
        record_event(
            by=Actor.user(instance.user_id),
            action=Action.CHANGED,
            kind="user",
            object_id=instance.user_id,
            fields=(instance.type,),
            now=timezone.now(),
        )


@receiver(authentication_failed)
def _second_factor_failed(*, user: User, **_: object) -> None:
    _record_failure(user)


def _record_session(by: Actor, action: Action, user: User | None) -> None:
    record_event(by=by, action=action, kind="user", object_id=user.pk if user else "", now=timezone.now())


def _record_failure(user: User | None) -> None:
    # A stranger's deed also where somebody is signed in: before an open screen it may be anybody. Whom the
    # request acts for may not write a row of somebody else.
    with acting_for_system("a failed sign-in"):
        _record_session(Actor.stranger(), Action.SIGN_IN_FAILED, user)
