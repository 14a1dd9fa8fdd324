"""Every address is shut unless a view says for whom it is open, and a shut one tells nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.checks import run_checks
from django.test import Client

from goldenthread.accounts import actions as accounts
from goldenthread.record.access import actions as access
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Organization, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BY = Actor.job("test")


@pytest.fixture
def user():
    Organization.objects.create(name="Riverbend", timezone="Pacific/Kiritimati")
    return accounts.create_user(username="ana", name="Ana Ruiz", by=BY, now=NOW)


@pytest.fixture
def signed_in_client(user):
    client = Client()
    client.force_login(user)
    return client


def become_analyst(user):
    top = Unit.objects.create(key="county", name="County", kind="county")
    access.grant(
        user=user,
        role="analyst",
        unit=top,
        starts_on=date(2026, 3, 1),
        by=BY,
        now=NOW,
        today=date(2026, 3, 1),
    )


def bytes_of(response):
    return response.status_code, response.content, sorted(response.headers.items())


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
@pytest.mark.parametrize(
    "path", ["/whoami/", "/whoami", "/load/", "/silent/", "/no/such/thing/", "/units/north/", "/publicly/"]
)
def test_a_stranger_is_sent_to_sign_in_whether_the_address_exists_or_not(client, method, path):
    response = getattr(client, method)(path)
    assert response.status_code == 302
    assert response["Location"] == f"/?next={path.replace('/', '%2F')}"
    assert response.content == b""
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]


def test_the_redirect_keeps_no_cookie_and_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/whoami/")
    assert not response.cookies


def test_the_public_side_reads_no_session(signed_in_client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = signed_in_client.get("/public/report/")
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in response.get("Vary", "")


def test_a_view_below_the_public_side_must_be_open(signed_in_client):
    assert signed_in_client.get("/public/not-really/").status_code == 404


def test_what_was_seen_signed_in_is_kept_nowhere(signed_in_client):
    for path in ("/", "/whoami/", "/hidden/"):
        response = signed_in_client.get(path)
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("path", ["/hidden/", "/refuses/", "/silent/", "/load/", "/other/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_hidden_refused_silent_and_missing_look_the_same(signed_in_client, method, path):
    missing = getattr(signed_in_client, method)("/no/such/thing/")
    assert missing.status_code == 404
    assert bytes_of(getattr(signed_in_client, method)(path)) == bytes_of(missing)


def test_a_form_without_its_token_tells_nobody_that_it_exists(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    missing = client.post("/no/such/thing/")
    assert bytes_of(client.post("/load/")) == bytes_of(missing)
    assert bytes_of(client.post("/silent/")) == bytes_of(missing)
    become_analyst(user)
    response = client.post("/load/")
    assert response.status_code == 403
    assert b"The form was not sent" in response.content


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options", "trace"])
def test_a_method_that_an_address_does_not_take_finds_nothing(signed_in_client, user, method):
    become_analyst(user)
    missing = getattr(signed_in_client, method)("/no/such/thing/")
    assert bytes_of(getattr(signed_in_client, method)("/load/")) == bytes_of(missing)


def test_a_missing_slash_is_added_only_for_whoever_may_read_what_is_there(signed_in_client, user):
    missing = signed_in_client.get("/no/such")
    assert missing.status_code == 404
    assert bytes_of(signed_in_client.get("/edit")) == bytes_of(missing)
    assert bytes_of(signed_in_client.post("/whoami")) == bytes_of(signed_in_client.post("/no/such"))
    assert signed_in_client.get("/whoami?a=b")["Location"] == "/whoami/?a=b"
    assert Client().get("/accounts/login")["Location"] == "/accounts/login/"
    become_analyst(user)
    assert signed_in_client.get("/edit")["Location"] == "/edit/"


@pytest.mark.parametrize("path", ["/units/%00/", "/units/north/?q=%00", "/units/north/?%00"])
def test_nothing_is_named_with_a_nul(signed_in_client, path):
    assert bytes_of(signed_in_client.get(path)) == bytes_of(signed_in_client.get("/no/such/thing/"))


def test_a_right_opens_the_view_and_its_end_shuts_it(signed_in_client, user):
    become_analyst(user)
    assert signed_in_client.post("/load/").content == b"loaded"
    user.grants.update(ends_on=date(2026, 3, 2))
    assert signed_in_client.post("/load/").status_code == 404


def denials() -> list[tuple[str, str, list[str], int | None]]:
    return list(
        AuditEvent.objects.filter(action="denied", kind="address").values_list(
            "actor", "object_id", "fields", "seq"
        )
    )


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/load/"), ("get", "/hidden/"), ("get", "/refuses/"), ("get", "/silent/")]
)
def test_a_denial_is_in_the_chain_before_the_answer_leaves(signed_in_client, user, method, path):
    getattr(signed_in_client, method)(path)
    (denial,) = denials()
    assert denial[:3] == (f"user:{user.pk}", path, [method.upper()])
    assert denial[3] is not None


def test_what_never_was_an_address_is_no_denial(signed_in_client):
    for path in ("/no/such/thing/", "/whoami", "/whoami/"):
        signed_in_client.get(path)
    Client().get("/hidden/")
    assert denials() == []


def test_a_form_without_its_token_that_finds_nothing_is_a_denial(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.post("/load/")
    assert [path for _actor, path, _method, _seq in denials()] == ["/load/"]


def test_rows_of_one_request_share_its_number_and_say_the_roles_held(signed_in_client, user):
    become_analyst(user)
    for _twice in range(2):
        signed_in_client.get("/hidden/")
    first, second = AuditEvent.objects.filter(action="denied")
    assert first.roles == second.roles == "analyst"
    assert first.request
    assert first.request != second.request


def test_a_closed_account_is_out_at_its_next_request(signed_in_client, user):
    assert signed_in_client.get("/whoami/").status_code == 200
    accounts.deactivate(user=user, by=BY, now=NOW)
    assert signed_in_client.get("/whoami/").status_code == 302


def test_the_day_is_the_organizations_own(signed_in_client, user, monkeypatch):
    # Kiritimati is 14 hours ahead of UTC, so it is always tomorrow there for most of the day.
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 1, 11, tzinfo=UTC))
    assert signed_in_client.get("/whoami/").content.decode() == f"user:{user.pk} 2026-03-02 "


def test_startup_finds_views_that_say_nothing_or_are_open_elsewhere():
    found = [message for message in run_checks() if message.id.startswith("goldenthread")]
    assert [(message.id, message.msg) for message in found] == [
        ("goldenthread.E001", "/silent/ (tests.web.addresses.silent) does not say who may call it.")
    ]
