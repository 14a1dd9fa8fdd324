"""The mail server of this installation, from the environment."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from goldenthread.config.secrets import secret
from goldenthread.jobs.mail.server import MailServer


def mail_server() -> MailServer | None:
    """None where no server is named: then no mail leaves."""
    url = secret("GOLDENTHREAD_MAIL")
    if url is None:
        return None
    try:
        return MailServer.parse(
            url=url,
            sender=os.environ.get("GOLDENTHREAD_MAIL_FROM", ""),
            domains=os.environ.get("GOLDENTHREAD_MAIL_TO", ""),
            base=os.environ.get("GOLDENTHREAD_ADDRESS", ""),
        )
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from None
