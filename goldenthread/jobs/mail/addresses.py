"""The address somebody gets mail at, and the codes that stand in links of letters.

An address is the operator's word, or that of whoever opened a link sent to it while signed in. The codes are
signed and kept nowhere.
"""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage

from goldenthread.accounts.models import User
from goldenthread.jobs.mail.sending import post_of
from goldenthread.jobs.mail.server import MailServer
from goldenthread.jobs.refused import Refused

CONFIRMED_WITHIN = timedelta(days=1)
_ADDRESS = "goldenthread.mail-address"
_STOP = signing.Signer(salt="goldenthread.mail-stop")


def address_code(user: User, address: str) -> str:
    """What confirms, within ``CONFIRMED_WITHIN``, that mail to this address reaches this user."""
    return signing.dumps([user.pk, address], salt=_ADDRESS)


def address_confirmed(user: User, code: str) -> str | None:
    """The address that this code confirms for this user; None for any other code."""
    try:
        number, address = signing.loads(code, salt=_ADDRESS, max_age=CONFIRMED_WITHIN)
    except signing.BadSignature:
        return None
    return str(address) if number == user.pk else None


def stop_code(subscription: int) -> str:
    """What ends this one subscription, whenever it comes."""
    return _STOP.sign(str(subscription))


def subscription_to_stop(code: str) -> int | None:
    """The number of the subscription that this code ends; None for any other code."""
    try:
        return int(_STOP.unsign(code))
    except (signing.BadSignature, ValueError):
        return None


def write_at_once(address: str, subject: str, text: str) -> None:
    """Send a letter that somebody waits for. Refused where mail does not go there, or not now."""
    server: MailServer | None = settings.MAIL
    if server is None:
        raise Refused("No mail leaves from here. Ask whoever looks after the server to set it up.")
    if not server.goes_to(address):
        domains = ", ".join(sorted(server.domains))
        raise Refused(f"Mail from here goes to addresses at {domains} alone. Type one of those.")
    mail = EmailMessage(subject, text, server.sender, [address], headers={"Auto-Submitted": "auto-generated"})
    try:
        post_of(server).send_messages([mail])
    except (OSError, SMTPException) as error:
        raise Refused("The mail could not be sent right now. Try again in a few minutes.") from error
