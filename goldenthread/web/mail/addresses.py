"""Where one gets mail: read and changed by oneself, and confirmed from the letter that went there."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.accounts.actions import set_email
from goldenthread.accounts.limits import take
from goldenthread.jobs.mail.addresses import address_code, address_confirmed, write_at_once
from goldenthread.jobs.refused import Refused
from goldenthread.record.orgs.queries import organization
from goldenthread.web.access import actor, signed_in, user
from goldenthread.web.accounts.methods import reads_and_sends
from goldenthread.web.errors import too_many_requests
from goldenthread.web.mail.letters import link

LETTERS_AN_HOUR = "5/h/user"
"""How often one may have a letter sent to an address that nobody has confirmed yet."""


class AddressForm(forms.Form):
    """Where to write to. What is no address is said by the field."""

    use_required_attribute = False
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Type the address."),
            "invalid": gettext_lazy("Type an address such as name@example.gov."),
        },
    )


@signed_in
@reads_and_sends
def your_address(request: HttpRequest) -> HttpResponse:
    """Where the caller gets mail. A POST sends a letter to another address, which is used once the link in it
    is opened; or takes the address off."""
    account = user(request)
    if request.method == "POST" and "forget" in request.POST:
        set_email(user=account, email="", by=actor(request), now=timezone.now())
        messages.success(request, _("No mail is sent to you any more."))
        return redirect("mail_address")
    form = AddressForm(request.POST or None)
    sent_to = ""
    if request.method == "POST" and form.is_valid():
        if seconds := take(request, "mail-addresses", LETTERS_AN_HOUR):
            return too_many_requests(seconds)
        try:
            _ask_to_confirm(request, form.cleaned_data["email"])
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            sent_to, form = form.cleaned_data["email"], AddressForm()
    context = {"form": form, "address": account.email, "sent_to": sent_to, "server": settings.MAIL}
    return render(request, "mail/address.html", context)


@signed_in
@reads_and_sends
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The link of that letter: whoever it was for says that they are there. Http404 for everybody else."""
    account = user(request)
    address = address_confirmed(account, code)
    if address is None:
        raise Http404
    if request.method == "POST":
        set_email(user=account, email=address, by=actor(request), now=timezone.now())
        messages.success(request, _("From now on mail goes to %(address)s.") % {"address": address})
        return redirect("mail_address")
    return render(request, "mail/confirm.html", {"address": address})


def _ask_to_confirm(request: HttpRequest, address: str) -> None:
    account = user(request)
    here = " ".join(organization().name.split())
    where = link(reverse("mail_confirm", args=[address_code(account, address)]))
    text = _(
        "Somebody who signs in as %(username)s at %(organization)s wants to get mail at this address.\n\n"
        "If that is you, open this link within a day, on the device on which you sign in:\n%(link)s\n\n"
        "If not, do nothing, and nothing is sent here again.\n"
    ) % {"username": account.username, "organization": here, "link": where}
    write_at_once(address, _("Confirm your address · %(organization)s") % {"organization": here}, text)
