"""Tokens: one's own, made and ended; and those of others, ended by an administrator."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.record.access.subjects import subject_of_user
from goldenthread.record.sources.queries import titles_of_live_sources
from goldenthread.record.tokens import actions
from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.permissions import may_end, open_purposes
from goldenthread.record.tokens.policies import why_dead
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.record.tokens.queries import tokens, tokens_of
from goldenthread.web.access import actor, rights, signed_in, today, user
from goldenthread.web.desk.forms.tokens import TokenForm
from goldenthread.web.desk.presenters.parts import Link
from goldenthread.web.desk.presenters.tokens import end_page, purpose_words, tokens_page


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The caller's tokens, and when each was last used."""
    found = list(tokens_of(user(request)))
    may_make = bool(open_purposes(rights(request)))
    page = tokens_page(found, now=timezone.now(), may_make=may_make)
    return render(request, "desk/tokens.html", {"page": page})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a token, by whoever has just shown who they are. Its secret is shown this one time."""
    purposes = open_purposes(rights(request))
    if not purposes:
        raise Http404
    return _new(request, purposes)


@reauthentication_required
def _new(request: HttpRequest, purposes: tuple[Purpose, ...]) -> HttpResponse:
    form = TokenForm(purposes, titles_of_live_sources(), request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "desk/token_new.html", {"form": form})
    token, secret = actions.make_token(
        owner=user(request), by=actor(request), now=timezone.now(), today=today(), **form.cleaned_data
    )
    context = {"token": token, "secret": secret, "purposes": purpose_words(token)}
    return render(request, "desk/token_made.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a token, by its owner or an administrator. Http404 for everybody else, and for one that is over."""
    found = tokens().filter(pk=number).first()
    if found is None or why_dead(found, now=timezone.now()) or not _may_end(request, found):
        raise Http404
    back = _back(request, found)
    if request.method == "POST":
        actions.end_token(token=found, by=actor(request), now=timezone.now(), today=today())
        messages.success(request, _("The token “%(name)s” is ended.") % {"name": found.name})
        return redirect(back.href)
    return render(request, "desk/question.html", {"page": end_page(found, back=back)})


def _may_end(request: HttpRequest, found: Token) -> bool:
    return found.owner_id == request.user.pk or may_end(rights(request), found.owner, today=today())


def _back(request: HttpRequest, found: Token) -> Link:
    if found.owner_id == request.user.pk:
        return Link(_("My tokens"), reverse("desk:tokens"))
    subject = subject_of_user(found.owner)
    return Link(subject.name, reverse("desk:access_subject", args=[subject.key]))
