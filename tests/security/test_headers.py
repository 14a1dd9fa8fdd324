"""What every answer tells a browser, whoever asks and whatever is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.record.orgs.models import Organization

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).parents[2] / "goldenthread" / "web" / "static" / "goldenthread"
NOBODY_ELSE = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.fixture
def clients() -> tuple[Client, Client]:
    Organization.objects.create(name="Riverbend", timezone="UTC")
    signed_in = Client()
    signed_in.force_login(User.objects.create_user("ana", name="Ana Ruiz"))
    return Client(), signed_in


@pytest.mark.parametrize("address", ["/", "/measures/", "/not/there/", "/accounts/login/", "/my-access/"])
def test_every_answer_says_what_a_browser_may_do(clients: tuple[Client, Client], address: str) -> None:
    for client in clients:
        answer = client.get(address)
        assert {one.strip() for one in answer["Content-Security-Policy"].split(";")} >= NOBODY_ELSE
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_no_other_origin_is_let_in(clients: tuple[Client, Client]) -> None:
    for client in clients:
        answer = client.get("/", headers={"origin": "https://elsewhere.example"})
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_no_folder_is_listed(clients: tuple[Client, Client]) -> None:
    for client in clients:
        assert client.get("/static/").status_code == 404
        assert client.get("/static/goldenthread/").status_code == 404


def test_trace_is_no_method(clients: tuple[Client, Client]) -> None:
    for client in clients:
        answer = client.trace("/measures/", headers={"x-secret": "said to nobody"})
        assert answer.status_code in (302, 404)
        assert b"said to nobody" not in answer.content


def test_no_script_keeps_anything_in_the_browser() -> None:
    scripts = list(STATIC.rglob("*.js"))
    assert scripts
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        for storage in ("localStorage", "sessionStorage", "indexedDB", "document.cookie"):
            assert storage not in text, script
