"""goldenthread token, as whoever runs the server types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from goldenthread.commands import token
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from tests.web.bearers import Script
from tests.web.desk.worlds import build_units

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db):
    build_units()


def run(*words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(token.command, list(map(str, words)))
    assert result.exit_code == code, result.output
    return result


def test_tokens_are_listed_without_their_secrets():
    ada, ana = Script("ada", "extracts", sources=["calls"]), Script("ana", "results")
    printed = run("list").stdout
    assert printed.index("ana") < printed.index("ada")
    assert "extracts calls; never used; expires " in printed
    (found,) = map(json.loads, run("list", "--user", "ana", "--json").stdout.splitlines())
    assert (found["token"], found["purposes"], found["ended"]) == (ana.token.pk, ["results"], None)
    assert ada.secret not in printed
    assert ada.token.digest not in printed


def test_one_is_ended_for_a_reason_and_opens_nothing():
    script = Script("ana", "results")
    number = script.token.pk
    said = run("end", number, "--reason", "It leaked.").stdout
    assert said == f"Token {number}, “nightly” of ana, is ended.\n"
    assert script.get("/measures/data.csv").status_code == 401
    (ended,) = AuditEvent.objects.filter(kind="token", action="revoked")
    assert (ended.actor, ended.reason) == (Actor.operator().key, "It leaked.")
    assert "already" in run("end", number).stdout
    assert "No tokens." in run("list").stdout
    assert "was ended on" in run("list", "--all").stdout


def test_what_is_not_there_is_said():
    assert "There is no token 7." in run("end", 7, code=1).output
    assert "There is no user “nobody”." in run("list", "--user", "nobody", code=2).output
