"""What an OpenID Connect provider, or somebody between, may say without anybody being signed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from goldenthread.accounts import actions
from goldenthread.accounts.models import User
from goldenthread.record.audit.models import AuditEvent
from tests.identity.hostile_openid import Provider, running_provider
from tests.web.accounts.people import BY, NOW, county, user_of
from tests.web.accounts.providers import Configure, configure, openid_file

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["configure", "county"]

FAILED, UNKNOWN = "/accounts/sign-on/failed/", "/accounts/sign-on/unknown/"


@pytest.fixture
def city(tmp_path: Path, configure: Configure) -> Iterator[Provider]:
    (tmp_path / "secret").write_text("sesame")
    with running_provider() as provider:
        configure(openid_file(provider.issuer, tmp_path / "secret"))
        actions.bind(user=user_of("ana"), issuer=provider.issuer, subject="w-4711", by=BY, now=NOW)
        yield provider


def begin(client: Client, query: str = "") -> dict[str, str]:
    """What the provider is sent."""
    answer = client.get(f"/accounts/sign-on/city/begin/{query}")
    return {key: values[0] for key, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def come_back(client: Client, state: str, *, provider: str = "city", **more: str) -> str:
    """Where an answer of the provider leads."""
    answer = client.get(f"/accounts/oidc/{provider}/return/", {"code": "x", "state": state} | more)
    assert answer.status_code == 302
    return str(answer["Location"])


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refused(client: Client, sent: dict[str, str], **more: str) -> bool:
    return come_back(client, sent["state"], **more) == FAILED and not is_in(client)


def test_a_right_answer_signs_in_whoever_is_bound(client, city):
    sent = begin(client)
    assert sent["code_challenge_method"] == "S256"
    assert set(sent["scope"].split()) == {"openid", "profile"}
    assert come_back(client, sent["state"]) == "/"
    assert client.get("/accounts/").context["username"] == "ana"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody-else"},
        {"exp": 1_700_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": "w-4711\0"},
        {"sub": "w" * 256},
    ],
)
def test_a_token_that_is_not_for_us_or_names_nobody(client, city, wrong):
    city.claims |= wrong
    assert refused(client, begin(client))


@pytest.mark.parametrize(
    "answer", ["", "no JSON", "{}", '{"access_token": "x", "id_token": "no.token.here"}']
)
@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_that_is_not_whole(client, city, answer, status):
    city.answer, city.status = answer, status
    assert refused(client, begin(client))


def test_without_an_id_token_the_page_of_user_details_does_not_stand_in(client, city):
    city.answer = json.dumps({"access_token": "x", "token_type": "Bearer"})
    assert refused(client, begin(client))


def test_a_claim_that_was_agreed_upon_and_is_missing_is_not_made_up(client, city, configure, tmp_path):
    configure(openid_file(city.issuer, tmp_path / "secret", more="  subject: oid\n"))
    assert refused(client, begin(client))
    city.claims["oid"] = "w-4711"
    assert come_back(client, begin(client)["state"]) == "/"


def test_metadata_of_another_issuer(client, city):
    sent = begin(client)
    city.calls_itself = "https://elsewhere.example"
    city.claims["iss"] = city.calls_itself
    assert client.get("/accounts/sign-on/city/begin/")["Location"] == FAILED
    assert refused(client, sent)


def test_metadata_that_stand_elsewhere(client, city):
    sent = begin(client)
    city.moved_to = "/elsewhere/.well-known/openid-configuration"
    assert client.get("/accounts/sign-on/city/begin/")["Location"] == FAILED
    assert refused(client, sent)


def test_a_provider_that_is_down(client, city, configure, tmp_path):
    sent = begin(client)
    with running_provider() as gone:
        configure(openid_file(gone.issuer, tmp_path / "secret"))
    assert client.get("/accounts/sign-on/city/begin/")["Location"] == FAILED
    assert refused(client, sent)


def test_whoever_cancels_there_is_not_in(client, city):
    assert refused(client, begin(client), error="access_denied")


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(client, city):
    sent = begin(client)
    stranger = Client()
    assert refused(stranger, sent)
    assert come_back(client, sent["state"]) == "/"
    client.post("/accounts/logout/")
    assert refused(client, sent)
    assert refused(client, {"state": "guessed"})


def test_the_answer_of_one_provider_counts_for_no_other(client, city, configure, tmp_path):
    with running_provider() as town:
        one = openid_file(city.issuer, tmp_path / "secret")
        other = openid_file(town.issuer, tmp_path / "secret", provider="town")
        configure(one + other.removeprefix("openid_connect:\n"))
        sent = begin(client)
        assert refused(client, sent, provider="town")
        town.claims["iss"] = city.issuer
        state = parse_qs(urlsplit(client.get("/accounts/sign-on/town/begin/")["Location"]).query)["state"][0]
        assert refused(client, {"state": state}, provider="town"), "one that says it is the other"


def test_an_address_of_mail_binds_nothing(client, city):
    User.objects.filter(username="ana").update(email="ana@city.example")
    city.claims |= {"sub": "w-0815", "email": "ana@city.example", "email_verified": True}
    assert come_back(client, begin(client)["state"]) == UNKNOWN
    assert not is_in(client)
    assert b"w-0815" in client.get(UNKNOWN).content


def test_nobody_is_led_elsewhere(client, city):
    sent = begin(
        client, "?next=https://elsewhere.example/&process=connect&scope=email&auth_params=prompt%3Dx"
    )
    assert set(sent["scope"].split()) == {"openid", "profile"}
    assert "prompt" not in sent
    assert come_back(client, sent["state"]) == "/"


def test_where_one_wanted_to_go(client, city):
    assert come_back(client, begin(client, "?next=/measures/%3Fkind%3Dhow_well")["state"]) == (
        "/measures/?kind=how_well"
    )


def test_a_link_of_somebody_else_takes_up_no_invitation(client, city):
    city.claims["sub"] = "w-0815"
    secret = actions.invite(user=user_of("new"), by=BY, now=NOW)
    link = f"/accounts/sign-on/city/begin/?invitation={secret}"
    answer: Any = client.get(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer["Location"] == f"/accounts/invitation/{secret}/"
    assert come_back(client, begin(client)["state"]) == UNKNOWN


def test_what_fails_is_in_the_log(client, city):
    city.claims["aud"] = "somebody-else"
    come_back(client, begin(client)["state"])
    row = AuditEvent.objects.latest("id")
    assert (row.actor, row.action, row.object_id) == ("stranger", "sign_in_failed", "")
