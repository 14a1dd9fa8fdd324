"""Every answer says what a browser may do with it: pages, files, errors, refusals, static files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.web.addresses import is_wall
from goldenthread.web.headers import PERMISSIONS
from tests.web.matrix import rows
from tests.web.whole_county import build_whole_county

pytestmark = pytest.mark.django_db

WANTED = {
    "Content-Security-Policy": None,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def lacks(response: HttpResponse) -> list[str]:
    """What the answer does not say, or says otherwise."""
    wrong = [name for name, value in WANTED.items() if response.get(name) != value and value]
    parts = (part.strip().partition(" ") for part in response.get("Content-Security-Policy", "").split(";"))
    policy = {name: value for name, _, value in parts}
    return wrong + [
        f"{name} {policy.get(name)}"
        for name in POLICY.keys() | policy.keys()
        if policy.get(name) != POLICY.get(name)
    ]


def test_every_address_says_it_to_everybody(client: Client, tmp_path: Path) -> None:
    things = build_whole_county(tmp_path)
    let_in = Client(raise_request_exception=False)
    let_in.force_login(User.objects.get(username="ada"))
    found, kinds = {}, set()
    for address in (row.at(things) for row in rows() if row.address != "/accounts/logout/"):
        for who, answered in (
            ("a stranger", client.get(address)),
            ("ada", let_in.get(address)),
            ("ada, sending", let_in.post(address)),
        ):
            kinds.add(answered.status_code)
            found[who, address] = lacks(answered)
            if is_wall(address):
                # A secret in the address is told to nobody, not even to us.
                assert answered["Referrer-Policy"] == "no-referrer"
                found[who, address].remove("Referrer-Policy")
    assert {place: missing for place, missing in found.items() if missing} == {}
    assert {200, 302, 404} <= kinds
    assert not kinds & set(range(500, 600))


@pytest.mark.parametrize(
    ("address", "options", "status"),
    [
        ("/no/such/thing/", {}, 302),
        ("/static/goldenthread/passkeys.js", {}, 200),
        ("/static/no-such-file.js", {}, 404),
        ("/health", {}, 404),
        ("/", {"headers": {"host": "elsewhere.example"}}, 400),
    ],
    ids=["missing", "static", "no static", "public", "strange host"],
)
def test_what_is_no_page_says_it_too(client: Client, address: str, options: dict, status: int) -> None:
    response = client.get(address, **options)
    response.close()
    assert response.status_code == status
    assert lacks(response) == []


def test_a_form_from_elsewhere_is_refused_with_it() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "ana"})
    assert response.status_code == 403
    assert lacks(response) == []


@pytest.mark.urls("tests.web.addresses")
def test_a_page_that_breaks_says_it() -> None:
    response = Client(raise_request_exception=False).get("/public/breaks/")
    assert response.status_code == 500
    assert lacks(response) == []


_PRODUCTION = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "goldenthread.config.settings"
import django
django.setup()
from django.test import Client
told = {}
for name, options in (("plain", {}), ("secure", {"secure": True})):
    response = Client(headers={"host": "localhost"}).get("/static/goldenthread/passkeys.js", **options)
    told[name] = [response.status_code, dict(response.headers)]
print(json.dumps(told))
"""


def test_production_leads_to_https_and_keeps_browsers_there(tmp_path) -> None:
    own = ("DATABASE_URL", "GOLDENTHREAD_PLAIN_HTTP")
    environment = {key: value for key, value in os.environ.items() if key not in own}
    done = subprocess.run(
        [sys.executable, "-c", _PRODUCTION],
        env={**environment, "GOLDENTHREAD_HOME": str(tmp_path), "GOLDENTHREAD_SECRET_KEY": "x" * 60},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["plain"][0] == 301
    assert told["plain"][1]["Location"].startswith("https://localhost/static/")
    assert told["secure"][0] == 200
    assert told["secure"][1]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    for _status, headers in told.values():
        assert headers.keys() >= WANTED.keys()
