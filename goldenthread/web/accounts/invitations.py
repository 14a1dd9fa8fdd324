"""Inviting somebody, and beginning with the link one was given."""

from __future__ import annotations

from allauth.account.models import Login
from allauth.account.utils import perform_login
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from goldenthread.accounts import actions, queries
from goldenthread.accounts.models import User
from goldenthread.accounts.single_sign_on import providers
from goldenthread.jobs.accounts import invite_newcomer
from goldenthread.jobs.refused import Refused
from goldenthread.record.access.roles import Permission
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actor import Actor
from goldenthread.web.access import actor, needs, open_to_all, today
from goldenthread.web.accounts.forms import FirstPasskeyForm, FirstPasswordForm, InviteForm
from goldenthread.web.accounts.methods import reads_and_sends
from goldenthread.web.accounts.only_door import reads_alone_by_single_sign_on
from goldenthread.web.accounts.passkeys import passkeys_work
from goldenthread.web.rate_limits import Costly, counts


@needs(Permission.ADMINISTER)
@reads_and_sends
def invite(request: HttpRequest) -> HttpResponse:
    """Make a link for somebody who has never signed in. It is shown this one time."""
    form = InviteForm(request.POST or None)
    link = None
    if request.method == "POST" and form.is_valid():
        try:
            secret = invite_newcomer(
                form.cleaned_data["username"],
                form.cleaned_data["name"],
                by=actor(request),
                now=timezone.now(),
                today=today(),
            )
        except Refused as refusal:
            form.add_error("username", str(refusal))
        else:
            link = request.build_absolute_uri(reverse("invitation", kwargs={"secret": secret}))
    return render(request, "accounts/invite.html", {"form": form, "link": link})


@counts(Costly.SIGN_INS, only_sent=True)
@open_to_all
@reads_alone_by_single_sign_on
@reads_and_sends
@sensitive_post_parameters("password1", "password2")
@acting_for_system("signing in")
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose a password or a passkey, by a link that counts once; somebody else may be signed in there."""
    with transaction.atomic():
        user = queries.invited(secret, now=timezone.now(), to_use=request.method == "POST")
        if user is None:
            return render(request, "accounts/invitation_over.html")
        with_passkey = "credential" in request.POST
        password = FirstPasswordForm(data=None if with_passkey else request.POST or None, user=user)
        passkey = FirstPasskeyForm(data=request.POST if with_passkey else None, user=user)
        if with_passkey and passkey.is_valid():
            return _with_passkey(request, user, passkey)
        if password.is_valid():
            return _with_password(request, user, password)
    context = {
        "password": password,
        "passkey": passkey,
        "username": user.username,
        "name": user.name,
        "secret": secret,
        "providers": providers(),
        "providers_only": settings.SINGLE_SIGN_ON_ONLY,
    }
    if passkeys_work(request) and not settings.SINGLE_SIGN_ON_ONLY:
        context["options"] = auth.begin_registration(user, passwordless=True)
    return render(request, "accounts/invitation.html", context)


def _with_password(request: HttpRequest, user: User, form: FirstPasswordForm) -> HttpResponse:
    password = form.cleaned_data["password1"]
    logout(request)
    actions.begin_anew(user=user, password=password, by=Actor.user(user.pk), now=timezone.now())
    answer: HttpResponse = perform_login(request, user, email_verification="none")
    return answer


def _with_passkey(request: HttpRequest, user: User, form: FirstPasskeyForm) -> HttpResponse:
    logout(request)
    actions.begin_anew(user=user, password=None, by=Actor.user(user.pk), now=timezone.now())
    passkey = auth.WebAuthn.add(user, form.cleaned_data["name"], form.cleaned_data["credential"]).instance
    answer: HttpResponse = perform_passwordless_login(request, passkey, Login(user=user))
    return answer
