"""Search, and help."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from goldenthread.results.searching import search as find
from goldenthread.web.access import rights, scope, signed_in
from goldenthread.web.desk.presenters.search import search_page
from goldenthread.web.rate_limits import Costly, counts

_LONGEST_QUERY = 200


@counts(Costly.SEARCHES)
@signed_in
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the words of ``?q=`` find, among what the caller may see."""
    query = request.GET.get("q", "").replace("\0", "")[:_LONGEST_QUERY]
    page = search_page(query, find(query, rights(request), scope(request)))
    return render(request, "desk/search.html", {"page": page})


@signed_in
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to read what the product shows."""
    return render(request, "desk/help.html")
