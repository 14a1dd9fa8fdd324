"""Every cookie that any address sets for anybody, with the settings of production, has every flag.

That these are the settings of production is shown in tests/web/accounts/test_sessions.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.web.asking import undone
from tests.web.callers import CALLERS
from tests.web.leaks.addresses import every_address
from tests.web.whole_county import client_of

pytestmark = pytest.mark.usefixtures("stopped_clock", "production")

SESSION, FORMS = "__Host-goldenthread", "__Host-goldenthread-csrf"


@pytest.fixture
def production(settings: Any) -> None:
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = SESSION, FORMS
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def test_every_cookie_of_every_address_has_every_flag(things: dict[str, str]) -> None:
    """By reading and by sending; each address by two of three."""
    every = every_address(things)
    asked = [
        (caller, [address for number, address in enumerate(every) if number % 3 != left_out])
        for left_out, caller in enumerate(("stranger", "member", "administrator"))
    ]
    found, wrong = set(), []
    for caller, addresses in asked:
        for name, lacking in cookies_of(caller, addresses):
            found.add(name)
            wrong += lacking
    assert not wrong, "\n".join(wrong)
    assert found == {SESSION, FORMS}


@pytest.mark.long
@pytest.mark.parametrize("caller", CALLERS)
def test_and_for_everybody(things: dict[str, str], caller: str) -> None:
    told = list(cookies_of(caller, every_address(things)))
    assert {name for name, _lacking in told} <= {SESSION, FORMS}
    assert told
    wrong = [one for _name, lacking in told for one in lacking]
    assert not wrong, "\n".join(wrong)


def cookies_of(caller: str, addresses: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """The name of each cookie that is set, and a sentence when a flag is missing."""
    client = client_of(caller)
    for address in addresses:
        for method in ("get", "post"):
            with undone(client):
                set_by = getattr(client, method)(address)
                for cookie in set_by.cookies.values():
                    # One that is taken away holds nothing that a script could read.
                    whole = (
                        cookie["secure"]
                        and (cookie["httponly"] or not cookie.value)
                        and (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
                    )
                    said = f"{caller}, {method.upper()} {address}: {cookie.OutputString()}"
                    yield cookie.key, [] if whole else [said]
