"""Making and closing accounts, each with its row in the log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from goldenthread.accounts import actions, queries
from goldenthread.accounts.models import User
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BY = Actor.job("test")
PASSWORD = "seven lamps by the river"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """The real hasher takes half a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def create(username="ana", password=PASSWORD):
    return actions.create_user(
        username=username, name="Ana Ruiz", email="ana@EXAMPLE.org", password=password, by=BY, now=NOW
    )


def logged():
    return list(
        AuditEvent.objects.order_by("id").values_list("actor", "action", "kind", "object_id", "fields")
    )


def test_a_new_account():
    user = create()
    assert user.check_password(PASSWORD)
    assert user.email == "ana@example.org"
    assert queries.find_user("ana") == user
    assert queries.find_user("bo") is None
    assert logged() == [("job:test", "created", "user", str(user.pk), ["username", "name", "email"])]


def test_without_a_password_nobody_signs_in_with_one():
    assert not create(password=None).has_usable_password()


@pytest.mark.parametrize(
    ("username", "password"),
    [("ana", "short"), ("ana", "password1234"), ("riverbend-ana", "riverbend-ana"), ("", PASSWORD)],
)
def test_a_name_or_a_password_that_will_not_do(username, password):
    with pytest.raises(ValidationError):
        create(username, password)
    assert not User.objects.exists()
    assert not logged()


def test_a_name_that_is_taken():
    create()
    with pytest.raises(ValidationError, match="already exists"):
        create()


def test_a_new_password_ends_other_sessions():
    user = create()
    before = user.get_session_auth_hash()
    actions.set_password(user=user, password="eight lamps by the river", by=BY, now=NOW)
    assert user.get_session_auth_hash() != before
    assert user.check_password("eight lamps by the river")
    with pytest.raises(ValidationError):
        actions.set_password(user=user, password="short", by=BY, now=NOW)
    assert [row[4] for row in logged()][-1] == ["password"]


def test_an_invited_person_comes_by_an_identity_provider():
    user = create()
    actions.invite(user=user, by=BY, now=NOW)
    oneself = actions.Oneself(user.pk)
    begun = actions.begin_with_sign_on(
        user=user, issuer="https://city.example", subject="4711", by=oneself, now=NOW
    )
    assert begun == user
    assert queries.user_of_subject("https://city.example", "4711") == user
    assert not queries.find_user("ana").has_usable_password()
    assert [row[::4] for row in logged()][-2:] == [
        (f"user:{user.pk}", ["password", "invitation"]),
        (f"user:{user.pk}", ["sign_on"]),
    ]


def test_closing_and_opening():
    user = create()
    with pytest.raises(ValidationError, match="Nobody closes their own account"):
        actions.deactivate(user=user, by=Actor.user(user.pk), now=NOW)
    for _ in range(2):
        actions.deactivate(user=user, by=BY, now=NOW)
    assert not User.objects.get().is_active
    actions.reactivate(user=user, by=BY, now=NOW)
    assert User.objects.get().is_active
    assert [row[1] for row in logged()] == ["created", "changed", "changed"]
