"""Requests of which nothing remains, and answers as the bytes that left."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

_DRAWN = re.compile(
    rb'(?<=name="csrfmiddlewaretoken" value=")\w+'
    rb'|(?<="challenge": ")[\w-]+'
    rb'|(?<=<code class="gt-code">)[A-Z2-7]{32}'
)
_WRITTEN_AT = re.compile(rb"<dcterms:(created|modified).*?</dcterms:\1>")
_WORKBOOK = "spreadsheetml"


@dataclass(frozen=True)
class Answered:
    """The status, every header, every byte of one answer, and the names of the cookies it sets."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    cookies: tuple[str, ...] = ()


def answered(response: HttpResponse) -> Answered:
    content = b"".join(response) if response.streaming else response.content
    headers = tuple(sorted(response.headers.items()))
    return Answered(response.status_code, headers, content, tuple(sorted(response.cookies)))


def without_chance(one: Answered) -> Answered:
    """The same without what is drawn anew for each answer: the token of a form, what a passkey is to sign,
    the key of an authenticator app; and without the moments at which a workbook says it was written, which
    decide how many bytes it has when packed."""
    if any(_WORKBOOK in value for _name, value in one.headers):
        parts = _parts(one.content)
        headers = tuple((name, value) for name, value in one.headers if name != "Content-Length")
        return replace(one, headers=headers, content=parts)
    return replace(one, content=_DRAWN.sub(b"", one.content))


def _parts(workbook: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as opened:
        parts = [name.encode() + opened.read(name) for name in sorted(opened.namelist())]
    return _WRITTEN_AT.sub(b"", b"".join(parts))


def ask(client: Client, method: str, address: str, **more: Any) -> Answered:
    """The answer to one request that is taken back."""
    with undone(client):
        return answered(getattr(client, method)(address, **more))


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Takes back what a request changed. No ``atomic``: the product writes down what it shows in a
    transaction of its own, and refuses to do so inside of another."""
    cookies, before = client.cookies.output(header=""), transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)
    client.cookies = SimpleCookie(cookies)
