"""My numbers: what one owes, typed or pasted, handed in; and what waits for one's approval."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from goldenthread.jobs import owed as typed
from goldenthread.jobs import typing_in
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import NotAllowed
from goldenthread.record.orgs.queries import fiscal_calendar, organization
from goldenthread.results.overviews import coming_up
from goldenthread.web.access import actor, needs, rights, signed_in, today
from goldenthread.web.desk.forms.approvals import Decision
from goldenthread.web.desk.forms.numbers import NumbersForm
from goldenthread.web.desk.presenters import approvals as approvals_words
from goldenthread.web.desk.presenters import numbers as words
from goldenthread.web.desk.presenters.numbers import Part
from goldenthread.web.paging import number_in, page_asked

ROWS_ON_A_PAGE = 100
HANDED_IN_SHOWN = 15
APPROVED_DAYS = 60


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """Everything the caller owes. A POST saves, hands in, or fills rows from a pasted column."""
    anew = [one for text in request.GET.getlist("anew") if (one := number_in(text)) is not None]
    part = _owed(request, anew)
    if request.method == "POST":
        return _typed(request, part)
    return _numbers_page(request, part, NumbersForm(part.rows))


def _owed(request: HttpRequest, anew: list[int]) -> Part:
    """Who holds nothing today owes nothing: an owner whose post ended types no more values."""
    person = rights(request).person_id
    rows: tuple[typed.Owed, ...] = ()
    if person is not None and rights(request).holdings:
        zone = organization().zone
        rows = typed.owed_by(person, today=today(), calendar=fiscal_calendar(), zone=zone, anew=anew)
    last = max(1, ceil(len(rows) / ROWS_ON_A_PAGE))
    return Part(rows, min(page_asked(request), last), ROWS_ON_A_PAGE)


def _typed(request: HttpRequest, part: Part) -> HttpResponse:
    form = NumbersForm(part.rows, request.POST)
    wanted = request.POST.get("do", "save")
    if wanted.startswith("fill:"):
        return _filled(request, part, form, wanted.removeprefix("fill:"))
    if form.is_valid():
        try:
            outcome = _keep(request, form, submit=wanted == "submit")
        except typing_in.NotTaken as no:
            form.add_problems(no.problems)
        else:
            gone = set(request.POST.getlist("row")) - {one.place for one in part.rows}
            for sentence in (*outcome, *words.gone_words(gone)):
                messages.info(request, sentence)
            return redirect(f"{request.path}?page={part.number}" if part.number > 1 else request.path)
    return _numbers_page(request, part, form)


def _keep(request: HttpRequest, form: NumbersForm, *, submit: bool) -> list[str]:
    by, now = actor(request), timezone.now()
    drafts = [row.entry for row in form.rows if row.is_to_keep and not (submit and row.is_to_submit)]
    if not submit:
        return words.saved_words(typing_in.save_drafts(drafts, by=by, now=now) if drafts else 0)
    full = [row.entry for row in form.rows if row.is_to_submit]
    taken = typing_in.hand_in(full, by=by, now=now) if full else None
    if drafts:
        typing_in.save_drafts(drafts, by=by, now=now)
    return words.handed_in_words(taken)


def _filled(request: HttpRequest, part: Part, form: NumbersForm, measure: str) -> HttpResponse:
    """The page again with the pasted numbers in its rows, to be checked before anything is kept."""
    paste = form.pastes.get(measure)
    if paste is None:
        raise Http404
    rows = form.rows_of(measure)
    filled = paste.read(rows)
    if filled is None:
        return _numbers_page(request, part, form, open_paste=measure)
    data = request.POST.copy()
    for name, cell in {**filled, paste.add_prefix("column"): ""}.items():
        data[name] = cell
    again = NumbersForm(part.rows, data)
    again.is_valid()
    return _numbers_page(request, part, again, check=words.check_words(paste.measure, filled, rows))


def _numbers_page(
    request: HttpRequest,
    part: Part,
    form: NumbersForm,
    *,
    open_paste: str = "",
    check: str = "",
) -> HttpResponse:
    held = rights(request)
    handed_in = (
        typed.handed_in_by(held.person_id, calendar=fiscal_calendar(), at_most=HANDED_IN_SHOWN)
        if held.person_id is not None
        else ()
    )
    shown = words.numbers_page(
        part,
        form,
        handed_in,
        coming_up(held, today=today()),
        today=today(),
        may_approve=held.may(Permission.APPROVE_VALUES),
        is_known=held.person_id is not None,
        open_paste=open_paste,
        check=check,
    )
    return render(request, "desk/numbers.html", {"section": "numbers", "page": shown})


@needs(Permission.APPROVE_VALUES)
@require_http_methods(["GET", "HEAD", "POST"])
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for the caller's approval. A POST approves what is chosen, or returns one with a reason."""
    held = rights(request)
    units, calendar = held.units_with(Permission.APPROVE_VALUES), fiscal_calendar()
    waiting = typed.to_approve(units, calendar=calendar, reader=held.user_id)
    since = timezone.now() - timedelta(days=APPROVED_DAYS)
    approved = typed.approved_lately(units, since=since, calendar=calendar, reader=held.user_id)
    decision = Decision(waiting, approved, request.POST if request.method == "POST" else None)
    if request.method == "POST" and decision.is_valid():
        try:
            said = _decide(request, decision)
        except NotAllowed as no:
            decision.mistakes.append(approvals_words.refused(str(no)))
        else:
            for sentence in said:
                messages.success(request, sentence)
            return redirect(request.path)
    page = approvals_words.approvals_page(waiting, approved, decision, today=today())
    return render(request, "desk/approvals.html", {"section": "numbers", "page": page})


def _decide(request: HttpRequest, decision: Decision) -> list[str]:
    by, now = actor(request), timezone.now()
    if decision.returned is not None:
        computed = typing_in.send_back(decision.returned.pk, decision.why, by=by, now=now, today=today())
        return approvals_words.returned_words(decision.returned, computed=computed)
    computed = typing_in.approve(decision.chosen, by=by, now=now, today=today())
    return approvals_words.approved_words(len(decision.chosen), computed=computed)
