"""Making tokens, and what ends them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from goldenthread.accounts import actions as accounts
from goldenthread.accounts.models import User
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.tokens.actions import end_token, make_token, note_use
from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.policies import why_dead
from goldenthread.record.tokens.purposes import MEANINGS, Purpose, permissions_for
from goldenthread.record.tokens.queries import alive, token_with
from tests.record.access.county import NOW, TODAY, build_grant, build_person, build_units, build_user
from tests.record.tokens.county import token_for

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator()


@pytest.fixture(autouse=True)
def county(db):
    build_units()
    for name, role, unit in (
        ("ada", "analyst", "county"),
        ("aud", "auditor", "county"),
        ("adam", "administrator", "county"),
        ("una", "administrator", "works"),
        ("rex", "reader", "north"),
    ):
        build_grant(build_user(name), role, unit)
    build_person("mo", ("member", "roads"), user=build_user("mo"))
    build_user("new")


def user(name: str) -> User:
    return User.objects.get(username=name)


def rows(action: str) -> list[tuple[str, str]]:
    found = AuditEvent.objects.filter(kind="token", action=action)
    return list(found.values_list("actor", "object_id"))


def end(token: Token, by: Actor) -> None:
    end_token(token=token, by=by, now=NOW, today=TODAY)


def test_the_secret_is_kept_nowhere():
    token, secret = token_for(user("rex"), "results", now=NOW)
    assert token_with(secret) == token
    assert secret not in str(list(Token.objects.values_list()))
    assert secret not in str(list(AuditEvent.objects.values_list()))
    assert len(token.digest) == 64
    assert rows("created") == [(f"user:{token.owner_id}", str(token.pk))]


@pytest.mark.parametrize(
    ("name", "purposes", "sources", "days", "words"),
    [
        (" ", ["results"], [], 30, "Found no name"),
        ("nightly", [], [], 30, "Found the purposes none"),
        (
            "nightly",
            ["results", "everything"],
            [],
            30,
            "wanted some of: results, extracts, audit",
        ),
        ("nightly", ["results"], [], 0, "Found 0 days; wanted 1 to 90"),
        ("nightly", ["results"], [], 91, "Found 91 days; wanted 1 to 90"),
        ("nightly", ["extracts"], [], 30, "the sources it is for"),
        ("nightly", ["results"], ["calls"], 30, "the sources it is for"),
    ],
)
def test_what_cannot_be_made(name, purposes, sources, days, words):
    with pytest.raises(NotAllowed, match=words):
        token_for(user("ada"), *purposes, sources=sources, days=days, name=name, now=NOW)
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("owner", "purpose", "allowed"),
    [
        ("ada", "results", True),
        ("ada", "extracts", True),
        ("ada", "audit", False),
        ("aud", "results", True),
        ("aud", "audit", True),
        ("aud", "extracts", False),
        ("rex", "results", True),
        ("rex", "audit", False),
        ("mo", "results", True),
        ("mo", "extracts", False),
        ("adam", "results", False),
        ("adam", "audit", False),
        ("new", "results", False),
    ],
)
def test_a_token_is_for_what_its_owner_may_do(owner, purpose, allowed):
    def make() -> None:
        token_for(user(owner), purpose, sources=["calls"] if purpose == "extracts" else [], now=NOW)

    if allowed:
        make()
    else:
        with pytest.raises(Denied, match="so no token of yours does"):
            make()
    assert Token.objects.exists() is allowed


@pytest.mark.parametrize("by", [OPERATOR, Actor.job("watch"), Actor.stranger(), "adam"])
def test_nobody_makes_one_for_somebody_else(by):
    maker = Actor.user(user(by).pk) if isinstance(by, str) else by
    with pytest.raises(Denied, match="and by nobody else"):
        make_token(owner=user("rex"), name="x", purposes=["results"], days=1, by=maker, now=NOW, today=TODAY)


@pytest.mark.parametrize(
    ("owner", "by", "may"),
    [
        ("rex", "rex", True),
        ("rex", "adam", True),
        ("mo", "una", True),
        ("rex", "una", False),
        ("rex", "ada", False),
        ("rex", "aud", False),
    ],
)
def test_who_ends_one(owner, by, may):
    token, _secret = token_for(user(owner), "results", now=NOW)
    by_user = Actor.user(user(by).pk)
    if may:
        end(token, by_user)
        assert rows("revoked") == [(by_user.key, str(token.pk))]
    else:
        with pytest.raises(Denied):
            end(token, by_user)
    assert alive(now=NOW).exists() is not may


def test_the_operator_ends_one_and_what_is_over_stays_as_it_is():
    token, _secret = token_for(user("rex"), "results", now=NOW)
    end(token, OPERATOR)
    end(token, Actor.user(token.owner_id))
    token.refresh_from_db()
    assert token.ended_by == OPERATOR.key
    assert len(rows("revoked")) == 1


def test_it_ends_by_itself_to_the_moment():
    token, _secret = token_for(user("rex"), "results", days=90, now=NOW)
    last = NOW + timedelta(days=90)
    assert why_dead(token, now=last - timedelta(microseconds=1)) == ""
    assert "expired on 2026-05-30" in why_dead(token, now=last)
    assert alive(now=last - timedelta(microseconds=1)).exists()
    assert not alive(now=last).exists()


def test_a_closed_account_has_no_token_left_and_opening_it_brings_none_back():
    token, _secret = token_for(user("rex"), "results", now=NOW)
    other, _secret = token_for(user("ada"), "results", now=NOW)
    accounts.deactivate(user=user("rex"), by=OPERATOR, now=NOW)
    accounts.reactivate(user=user("rex"), by=OPERATOR, now=NOW)
    assert list(alive(now=NOW)) == [other]
    assert rows("revoked") == [(OPERATOR.key, str(token.pk))]


def test_an_account_begun_anew_has_none_and_a_new_password_leaves_them():
    rex = user("rex")
    token, _secret = token_for(rex, "results", now=NOW)
    accounts.set_password(user=rex, password="a long one for a script", by=Actor.user(rex.pk), now=NOW)
    assert list(alive(now=NOW)) == [token]
    accounts.invite(user=rex, by=OPERATOR, now=NOW)
    assert list(alive(now=NOW)) == [token]
    accounts.begin_anew(user=rex, password=None, by=Actor.user(rex.pk), now=NOW)
    assert not alive(now=NOW).exists()


def test_use_is_noted_once_a_day():
    token, _secret = token_for(user("rex"), "results", now=NOW)
    by = Actor.user(token.owner_id)
    for day in (TODAY, TODAY, TODAY + timedelta(days=1)):
        note_use(token, by=by, now=NOW, today=day)
    token.refresh_from_db()
    assert token.last_used_on == TODAY + timedelta(days=1)
    assert len(rows("used")) == 2


def test_each_purpose_opens_one_permission_and_never_workers_or_administration():
    never = {
        Permission.SEE_WORKERS,
        Permission.SEE_RAW_DATA,
        Permission.READ_PERSONAL_RECORDS,
        Permission.ADMINISTER,
        Permission.PUBLISH,
        Permission.SEE_ACCESS,
    }
    assert set(MEANINGS) == set(Purpose)
    assert permissions_for(Purpose).isdisjoint(never)
    assert permissions_for(["results", "a purpose of long ago"]) == {Permission.SEE_RESULTS}


@pytest.mark.parametrize(
    "wrong",
    ["expires_at = made_at", "ended_at = made_at", "ended_by = 'user:1'"],
)
def test_the_database_refuses_what_no_action_writes(wrong):
    token_for(user("rex"), "results", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE record_token SET {wrong}")
