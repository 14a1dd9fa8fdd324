"""Addresses of other machines, as a definition may name them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _safe(address: str) -> str:
    parts = urlsplit(address)
    on_this_machine = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and on_this_machine):
        raise ValueError("an address that begins with https://")
    if not parts.hostname:
        raise ValueError("an address that names a machine, such as https://data.example.gov/calls.csv")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address without a name or a password: definitions are no place for secrets")
    return address


Address = Annotated[str, AfterValidator(_safe)]
"""An address nobody on the way can read or change what comes from: https, or http on this machine."""
