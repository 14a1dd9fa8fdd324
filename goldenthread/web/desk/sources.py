"""Sources: which extracts are expected, each with its files, and how a new one is defined."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from goldenthread.definitions import DefinitionError
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.jobs import tasks
from goldenthread.jobs.extracts import importing, sourcing, supply
from goldenthread.jobs.looking_after import Somebody, people_of
from goldenthread.jobs.outlook import visible_measures_on
from goldenthread.jobs.refused import Refused
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import NotAllowed
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Source
from goldenthread.web.access import actor, needs, rights, scope, today
from goldenthread.web.desk.forms.sources import DefinitionForm, StewardForm, UploadForm
from goldenthread.web.desk.presenters.dataside import data_navigation
from goldenthread.web.desk.presenters.sources import columns_table, source_page, sources_page, takes_files_of
from goldenthread.web.uploads import refused_upload, takes_files

LATEST = 8


@needs(Permission.LOAD_DATA)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every extract that is expected, or with ``?show=late`` those that should be here."""
    late_only = request.GET.get("show") == "late"
    page = sources_page(
        supply.supplies(today=today(), now=timezone.now()),
        late_only=late_only,
        waiting=queries.waiting().count(),
        today=today(),
    )
    side = data_navigation("late" if late_only else "sources")
    return render(request, "desk/sources.html", {"section": "data", "side": side, "page": page})


@needs(Permission.LOAD_DATA)
@require_safe
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source: its latest files, what is expected of it, and a place to bring a file."""
    return _source_page(request, _found(key), UploadForm())


@takes_files
@needs(Permission.LOAD_DATA)
@require_POST
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Take a file and have it read; nothing of it is loaded."""
    found = _found(key)
    form = UploadForm(request.POST, request.FILES, refused=refused_upload(request))
    if not form.is_valid():
        return _source_page(request, found, form)
    file: TemporaryUploadedFile = form.cleaned_data["file"]
    try:
        received = importing.receive(
            key,
            Path(file.temporary_file_path()),
            by=actor(request),
            now=timezone.now(),
            file_name=file.name or "",
        )
    except (Refused, NotAllowed) as no:
        form.add_error("file", str(no))
        return _source_page(request, found, form)
    if received.already_loaded:
        messages.info(
            request,
            _("%(file)s is already loaded: it has the same bytes as batch %(batch)s. Nothing was changed.")
            % {"file": file.name, "batch": received.batch.pk},
        )
    else:
        tasks.queue_reading(received.batch)
    return redirect("desk:batch", received.batch.pk)


@takes_files
@needs(Permission.LOAD_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def source_new(request: HttpRequest) -> HttpResponse:
    """Begin a source with a file: the product proposes what its columns are."""
    if request.method != "POST":
        return _new_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES, refused=refused_upload(request))
    if form.is_valid():
        file: TemporaryUploadedFile = form.cleaned_data["file"]
        try:
            place, name = Path(file.temporary_file_path()), file.name or ""
            draft = sourcing.begin_draft(place, file_name=name, by=actor(request), now=timezone.now())
        except Unreadable as no:
            form.add_error("file", str(no))
        else:
            return redirect("desk:source_draft", draft.token)
    return _new_page(request, form)


@needs(Permission.LOAD_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def source_draft(request: HttpRequest, token: str) -> HttpResponse:
    """Correct what was proposed; a POST checks it, or saves it and has its first file read."""
    draft = sourcing.find_draft(token, by=actor(request))
    if draft is None:
        raise Http404
    form = DefinitionForm(request.POST if request.method == "POST" else None, text=draft.text)
    if form.is_valid() and request.POST.get("do") == "save":
        try:
            received = sourcing.finish_draft(
                draft, form.cleaned_data["text"], by=actor(request), now=timezone.now()
            )
        except (DefinitionError, NotAllowed, Refused) as no:
            form.refuse(no)
        else:
            messages.success(request, _("The source is saved, and its first file is being read."))
            return redirect("desk:batch", received.batch.pk)
    proposed = form.definition if form.is_valid() else sourcing.check_text(draft.text)
    context = {
        "section": "data",
        "side": data_navigation("sources"),
        "draft": draft,
        "form": form,
        "columns": columns_table(proposed),
        "checked": form.is_valid(),
    }
    return render(request, "desk/source_draft.html", context)


@needs(Permission.LOAD_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def source_edit(request: HttpRequest, key: str) -> HttpResponse:
    """The definition as YAML. ``?column=&missing=`` or ``&value=`` proposes one word more there."""
    found = _found(key)
    if request.method != "POST":
        asked = {name: request.GET.get(name, "") for name in ("column", "missing", "value")}
        text = sourcing.text_with(found, **asked)
        return _edit_page(
            request, found, DefinitionForm(key=key, text=text), proposed=_proposed_words(**asked)
        )
    form = DefinitionForm(request.POST, key=key)
    if form.is_valid():
        try:
            saved = sourcing.save_source(form.definition, by=actor(request), now=timezone.now())
        except NotAllowed as no:
            form.refuse(no)
        else:
            messages.success(request, _saved_words(saved.fields, reads_alike=saved.reads_alike))
            return redirect("desk:source", key)
    return _edit_page(request, found, form)


@needs(Permission.LOAD_DATA)
@require_POST
def source_steward(request: HttpRequest, key: str) -> HttpResponse:
    """Name the steward, or nobody."""
    found = _found(key)
    form = StewardForm(_people(request), request.POST)
    if not form.is_valid():
        return _edit_page(request, found, DefinitionForm(key=key, text=sourcing.text_of(found)), steward=form)
    supply.hand_to(found, form.cleaned_data["steward"], by=actor(request), now=timezone.now())
    messages.success(request, _("The steward is saved."))
    return redirect("desk:source", key)


@needs(Permission.LOAD_DATA)
@require_POST
def source_fetch(request: HttpRequest, key: str) -> HttpResponse:
    """Have its file fetched from where its definition says, without waiting for its time."""
    found = _found(key)
    if not takes_files_of(found) or queries.definition_of(found).pull is None:
        raise Http404
    actions.fetch_soon(source=found, by=actor(request), now=timezone.now())
    messages.success(request, _("It is fetched at the next look, within seconds while the watcher runs."))
    return redirect("desk:source", key)


@needs(Permission.LOAD_DATA)
@require_POST
def source_retire(request: HttpRequest, key: str) -> HttpResponse:
    """Expect no more files of a source. Saving its definition brings it back."""
    found = _found(key)
    if not takes_files_of(found):
        raise Http404
    supply.retire(found, by=actor(request), now=timezone.now(), today=today())
    messages.success(request, _("No more files are expected. What is loaded stays and counts."))
    return redirect("desk:source", key)


def _found(key: str) -> Source:
    found = queries.find_source(key)
    if found is None:
        raise Http404
    return found


def _source_page(request: HttpRequest, found: Source, form: UploadForm) -> HttpResponse:
    batches = list(queries.batches(found)[:LATEST])
    page = source_page(
        found,
        queries.definition_of(found),
        batches,
        supply.senders(batches),
        expectation=supply.expectation(found, today=today(), now=timezone.now()),
        measures=visible_measures_on(found, scope(request)),
        filled=supply.filled_of(found),
    )
    context = {"section": "data", "side": data_navigation("sources"), "page": page, "form": form}
    return render(request, "desk/source.html", context)


def _new_page(request: HttpRequest, form: UploadForm) -> HttpResponse:
    context = {"section": "data", "side": data_navigation("sources"), "form": form}
    return render(request, "desk/source_new.html", context)


def _edit_page(
    request: HttpRequest,
    found: Source,
    form: DefinitionForm,
    *,
    steward: StewardForm | None = None,
    proposed: str = "",
) -> HttpResponse:
    people = _people(request)
    held = found.steward.name if found.steward else ""
    context = {
        "section": "data",
        "side": data_navigation("sources"),
        "source": {"key": found.key, "title": found.title, "takes_files": takes_files_of(found)},
        "form": form,
        "steward": steward or StewardForm(people, steward=held),
        "people": people,
        "proposed": proposed,
    }
    return render(request, "desk/source_edit.html", context)


def _people(request: HttpRequest) -> tuple[Somebody, ...]:
    return people_of(rights(request).units_with(Permission.LOAD_DATA), today=today())


def _proposed_words(column: str, missing: str, value: str) -> str:
    if not column:
        return ""
    if missing:
        words = _("In %(column)s, “%(word)s” would mean that there is no value. Look at it below, then save.")
        return words % {"column": column, "word": missing}
    words = _("In %(column)s, “%(word)s” would be one more value. Look at it below, then save.")
    return words % {"column": column, "word": value}


def _saved_words(fields: tuple[str, ...], *, reads_alike: bool) -> str:
    if not fields:
        return _("Nothing differs from what was there.")
    if reads_alike:
        return _("The definition is saved.")
    return _("The definition is saved. Files that wait to be loaded are to be read again by it.")
