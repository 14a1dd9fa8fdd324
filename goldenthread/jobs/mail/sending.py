"""Sending what is due."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from goldenthread.jobs.locks import Busy, one_at_a_time
from goldenthread.jobs.mail.letters import Letter, NothingToSendError, Writer
from goldenthread.jobs.mail.server import MailServer
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.queries import organization
from goldenthread.record.subscriptions import actions
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.queries import to_try

AT_ONCE = 50
"""How many letters go in one round: whoever sends them has other things to look after, too."""
_SECONDS = 20
_BY = Actor.job("mail")
_OF_THIS_LETTER = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
_COULD_NOT_BE_WRITTEN = "It could not be written; the log of the server says why."

_log = logging.getLogger(__name__)


def send_due(*, now: datetime) -> list[str]:
    """Send the letters whose time has come; what went wrong, as sentences for whoever looks after the server.

    Without a mail server nothing is due. One process at a time sends.
    """
    server: MailServer | None = settings.MAIL
    if server is None:
        return []
    due = to_try(now=now)[:AT_ONCE]
    try:
        with one_at_a_time("mail", wait_seconds=0):
            waiting = list(due)
            return _send(waiting, server, now=now) if waiting else []
    except Busy:
        return []


def post_of(server: MailServer) -> EmailBackend:
    """A connection to the mail server, not yet open; whom it meets there shows a certificate that holds."""
    return EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_ssl=server.tls,
        use_tls=server.start_tls,
        timeout=_SECONDS,
    )


def why_unusable(server: MailServer) -> str:
    """Why the mail server takes nothing right now, in a sentence; empty when it would. Nothing is sent."""
    post = post_of(server)
    try:
        post.open()
    except (OSError, SMTPException) as error:
        return _unusable(server, error)
    finally:
        post.close()
    return ""


def _unusable(server: MailServer, error: Exception) -> str:
    return f"The mail server {server.host} could not be used: {_words(error)}"


def _send(waiting: Sequence[Subscription], server: MailServer, *, now: datetime) -> list[str]:
    post, zone = post_of(server), organization().zone
    told: list[str] = []
    left = list(waiting)
    try:
        post.open()
        while left:
            told += _sent(left[0], post, server, now=now, zone=zone)
            del left[0]
    except (OSError, SMTPException) as error:
        problem = _unusable(server, error)
        for one in left:
            actions.note_failed(one, problem, now=now, zone=zone)
        told.append(problem)
    finally:
        post.close()
    return told


def _sent(
    one: Subscription, post: EmailBackend, server: MailServer, *, now: datetime, zone: ZoneInfo
) -> Iterator[str]:
    """What went wrong with this one. OSError and SMTPException where no other would go either."""
    try:
        letter = _letter(one, server, now=now)
    except NothingToSendError as why:
        actions.note_nothing_to_send(one, str(why), now=now, zone=zone)
        return
    except Exception:  # noqa: BLE001
        # A letter that cannot be written keeps no other from going.
        _log.exception("The mail of subscription %s could not be written.", one.pk)
        actions.note_failed(one, _COULD_NOT_BE_WRITTEN, now=now, zone=zone)
        yield f"Mail {one.pk}: {_COULD_NOT_BE_WRITTEN}"
        return
    try:
        post.send_messages([message(one, letter, server)])
    except _OF_THIS_LETTER as error:
        problem = f"The mail server refused it: {_words(error)}"
        actions.note_failed(one, problem, now=now, zone=zone)
        yield f"Mail {one.pk}: {problem}"
    else:
        actions.note_sent(one, by=_BY, now=now, zone=zone)


def _letter(one: Subscription, server: MailServer, *, now: datetime) -> Letter:
    address = one.owner.email
    if not one.owner.is_active:
        raise NothingToSendError("The account is closed.")
    if not address:
        raise NothingToSendError("There is no address to write to.")
    if not server.goes_to(address):
        raise NothingToSendError("Mail from here does not go to the domain of that address.")
    return cast("Writer", import_string(settings.LETTERS))(one, now=now)


def message(one: Subscription, letter: Letter, server: MailServer) -> EmailMessage:
    """The letter as it travels. Its number is the same however often it is sent, and says nothing."""
    number = salted_hmac("goldenthread.mail", f"{one.pk} {one.due_on}", algorithm="sha256").hexdigest()
    return EmailMessage(
        subject=letter.subject,
        body=letter.text,
        from_email=server.sender,
        to=[one.owner.email],
        headers={
            "Message-ID": f"<{number[:32]}@{server.sender_domain}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{letter.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _words(error: Exception) -> str:
    """What the server said, in one line that fits; a refusal of receivers without the address."""
    if isinstance(error, SMTPRecipientsRefused):
        said = " ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    else:
        said = str(error)
    return " ".join(said.split())[:120]
