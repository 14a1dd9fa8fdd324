"""What no answer tells, whoever asks; what every one does tell is in tests/web/test_headers.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.record.orgs.models import Organization

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).parents[2] / "goldenthread" / "web" / "static" / "goldenthread"


@pytest.fixture
def clients() -> tuple[Client, Client]:
    Organization.objects.create(name="Riverbend", timezone="UTC")
    signed_in = Client()
    signed_in.force_login(User.objects.create_user("ana", name="Ana Ruiz"))
    return Client(), signed_in


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
