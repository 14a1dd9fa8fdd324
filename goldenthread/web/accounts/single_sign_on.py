"""The addresses of OpenID Connect and SAML, and the pages for when they lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import add_query_params, serialize_request
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.socialaccount.providers.saml import views as saml
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from goldenthread.accounts import queries, single_sign_on
from goldenthread.record.acting import acting_for_system
from goldenthread.web.access import open_to_all
from goldenthread.web.accounts.methods import reads_and_sends
from goldenthread.web.rate_limits import Costly, counts

_TICKET = "ticket"
_TICKET_LASTS = 120
_LONGEST_ANSWER = 200_000


def _refuses_what_is_not_whole(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A provider that does not answer, or answers something that is none, signs nobody in.

    The libraries stop at it in a dozen ways of their own; a list of those would miss one.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            return view(request, **named)
        except Http404:
            raise
        except Exception as error:  # noqa: BLE001
            return single_sign_on.refuse(request, f"{type(error).__name__}: {error}", error)

    return guarded


def _store(key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _check_known(provider: str, protocol: str) -> None:
    known = settings.SINGLE_SIGN_ON.providers.get(provider)
    if known is None or known.protocol != protocol:
        raise Http404


@open_to_all
@require_GET
@_refuses_what_is_not_whole
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Off to the provider's own page, and back to where one wanted to go; with an invitation, to take that
    up."""
    if provider not in settings.SINGLE_SIGN_ON.providers:
        raise Http404
    secret = request.GET.get("invitation")
    if secret and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        # Whoever follows a link of somebody else sees first whose invitation it is.
        return redirect("invitation", secret=secret)
    if secret and queries.invited(secret, now=timezone.now()):
        single_sign_on.keep_invitation(request, secret)
    library = get_adapter().get_provider(request, provider)
    answer: HttpResponse = library.redirect(
        request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request)
    )
    return answer


@counts(Costly.SIGN_INS)
@open_to_all
@require_GET
@_refuses_what_is_not_whole
@acting_for_system("signing in")
def openid_return(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from there, with a code that this server exchanges itself; somebody else may be signed in here."""
    _check_known(provider_id, "openid_connect")
    answer: HttpResponse = openid.callback(request, provider_id)
    return answer


@counts(Costly.SIGN_INS)
@open_to_all
@csrf_exempt
@require_POST
def saml_return(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Back from there. The browser sends no cookie along with what another site posts, so what came is kept
    for as long as the next step takes; that one has the cookie, and looks whether this browser asked."""
    _check_known(organization_slug, "saml")
    if len(request.body) > _LONGEST_ANSWER:
        return single_sign_on.refuse(request, f"{organization_slug} answered {len(request.body)} bytes.")
    store = _store()
    store["request"] = serialize_request(request)
    store.set_expiry(_TICKET_LASTS)
    store.create()
    next_step = reverse("saml_finish_acs", kwargs={"organization_slug": organization_slug})
    return redirect(add_query_params(next_step, {_TICKET: store.session_key}))


@open_to_all
@require_GET
@_refuses_what_is_not_whole
@acting_for_system("signing in")
def saml_finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What came is looked at, once."""
    _check_known(organization_slug, "saml")
    # Where allauth looks for it before it looks for a cookie of its own, which would be one more to guard.
    request.saml_acs_session = _store(request.GET.get(_TICKET))  # type: ignore[attr-defined]
    answer: HttpResponse = saml.finish_acs(request, organization_slug)
    return answer


@open_to_all
@require_GET
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """What the provider has to know of this site, as SAML metadata."""
    _check_known(organization_slug, "saml")
    answer: HttpResponse = saml.metadata(request, organization_slug)
    return answer


@open_to_all
@reads_and_sends
def saml_sign_out(_request: HttpRequest, organization_slug: str) -> HttpResponse:  # noqa: ARG001
    """Named in the metadata; a provider ends no session here, since each ends within twelve hours."""
    raise Http404


@open_to_all
@require_GET
def unknown(request: HttpRequest) -> HttpResponse:
    """The provider knows who this is, and no account is bound to that."""
    told = request.session.get(single_sign_on.UNKNOWN)
    if told is None:
        raise Http404
    return render(request, "accounts/sign_on_unknown.html", told)


@open_to_all
@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    """The provider's word could not be taken."""
    return render(request, "accounts/sign_on_failed.html")
