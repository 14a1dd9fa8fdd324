"""How mail leaves, as the operator says it. Read by the settings, so nothing here imports Django's models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


@dataclass(frozen=True)
class MailServer:
    """``sender`` is what mail comes from, ``domains`` are those that it may go to, ``base`` is where this
    site is reached. On its way mail is encrypted from the first byte (``tls``), or once both sides have
    agreed (``start_tls``); in the clear to this same machine alone."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    start_tls: bool
    sender: str
    domains: frozenset[str]
    base: str

    @classmethod
    def parse(cls, *, url: str, sender: str, domains: str, base: str) -> MailServer:
        """ValueError names the variable that is not as it should be; ``url`` is not repeated, for it may hold
        a password."""
        parts = urlsplit(url)
        try:
            port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError):
            port = 0
        if not port or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(
                "GOLDENTHREAD_MAIL names no mail server. Wanted smtp://USER:PASSWORD@HOST:587, or "
                "smtps://USER:PASSWORD@HOST:465 where it is encrypted from the start."
            )
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
            start_tls=not tls and parts.hostname not in _LOOPBACK,
            sender=_sender(sender),
            domains=_domains(domains),
            base=_base(base),
        )

    @property
    def sender_domain(self) -> str:
        """The part behind the @."""
        return domain_of(parseaddr(self.sender)[1])

    def goes_to(self, address: str) -> bool:
        """Whether mail may leave for this address."""
        return domain_of(address) in self.domains


def domain_of(address: str) -> str:
    """What stands behind the last @ of an address, in small letters; empty without one."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def _sender(text: str) -> str:
    address = parseaddr(text)[1]
    if "\n" in text or "\r" in text or not _DOMAIN.fullmatch(domain_of(address)):
        raise ValueError(
            f"GOLDENTHREAD_MAIL_FROM is “{text}”; wanted an address such as "
            "Goldenthread <numbers@example.gov>."
        )
    return text


def _domains(text: str) -> frozenset[str]:
    found = [one.strip().lower() for one in text.split(",") if one.strip()]
    wrong = [one for one in found if not _DOMAIN.fullmatch(one)]
    if wrong or not found:
        raise ValueError(
            f"GOLDENTHREAD_MAIL_TO is “{text}”; wanted the domains that mail may go to, with commas between "
            "them, such as example.gov."
        )
    return frozenset(found)


def _base(text: str) -> str:
    parts = urlsplit(text)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(
            f"GOLDENTHREAD_ADDRESS is “{text}”; wanted where this site is reached, such as "
            "https://numbers.example.gov, for the links in mails."
        )
    return text.rstrip("/")
