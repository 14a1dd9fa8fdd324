"""Asking why, before records of somebody whom the caller does not lead are shown."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from goldenthread.record.access.purposes import Named, state_purpose, stated_purposes
from goldenthread.record.access.roles import Permission
from goldenthread.record.sources.models import Batch
from goldenthread.record.sources.queries import definition_of
from goldenthread.web.access import actor, rights
from goldenthread.web.desk.forms.purposes import PurposeForm
from goldenthread.web.desk.presenters.parts import Question


def purposes(request: HttpRequest, things: Collection[Named]) -> dict[Named, str] | None:
    """What the caller gave as the purpose for each of these; None until it was given for all of them."""
    stated = stated_purposes(things, by=actor(request), now=timezone.now())
    return stated if len(stated) == len(things) else None


def named_batch(batch: Batch) -> Named:
    """A file, as a look at its workers names it."""
    return Named("batch", str(batch.pk))


def why_raw(request: HttpRequest, batch: Batch) -> str | None:
    """For what purpose the caller sees this file as it was received; None for one who does not. Where it
    names no workers there is nobody to tell it to, and it is empty."""
    if not rights(request).may(Permission.SEE_RAW_DATA):
        return None
    if definition_of(batch.source).worker is None:
        return ""
    stated = purposes(request, (named_batch(batch),))
    return None if stated is None else stated[named_batch(batch)]


def ask_why(
    request: HttpRequest, things: Collection[Named], page: Question, *, section: str, then: str = ""
) -> HttpResponse:
    """The page that asks for the purpose; once it is said, on to ``then``, or to where the caller was
    going."""
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        state_purpose(things, form.cleaned_data["why"], by=actor(request), now=timezone.now())
        return redirect(then or request.get_full_path())
    return render(request, "desk/question.html", {"section": section, "page": page, "form": form})
