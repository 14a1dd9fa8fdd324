"""Accounts from the operator's side: made, given rights, taken back; all of it or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goldenthread.accounts import queries
from goldenthread.accounts.models import User
from goldenthread.accounts.providers import Provider, SingleSignOn
from goldenthread.jobs.accounts import Kept, Wish, keep_account
from goldenthread.jobs.refused import Refused
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.framework.models import Element
from goldenthread.record.notices.models import Notice
from tests.record.access.county import NOW, TODAY, build_person, build_units

pytestmark = pytest.mark.django_db

BY = Actor("operator:test")


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """The real hasher takes half a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def keep(wish: Wish, username: str = "ana") -> Kept:
    return keep_account(username, wish, by=BY, now=NOW, today=TODAY)


def user() -> User:
    return User.objects.get(username="ana")


def test_a_new_account_comes_with_a_link_and_no_password():
    build_units()

    kept = keep(Wish(name="Ana Ruiz", role="analyst"))

    assert queries.invited(kept.invitation, now=NOW) == user()
    assert not user().has_usable_password()
    assert user().name == "Ana Ruiz"
    assert rights_of(user(), today=TODAY).may(Permission.LOAD_DATA, "roads")
    assert kept.sentences == (
        "Account ana is new.",
        "ana is now analyst over County and all below it.",
    )
    assert set(AuditEvent.objects.values_list("actor", "action")) == {
        ("operator:test", "created"),
        ("operator:test", "granted"),
        ("operator:test", "changed"),
    }


@pytest.mark.parametrize(
    "wish",
    [
        Wish(invite=True),
        Wish(closed=True),
        Wish(closed=False),
        Wish(unlink=True),
        Wish(role="director", revoke=True),
    ],
)
def test_what_is_for_an_account_there_is_makes_none(wish):
    build_units()

    with pytest.raises(Refused, match="There is no account ana"):
        keep(wish)
    assert not User.objects.filter(username="ana").exists()


def test_a_closed_account_gets_no_link_until_it_is_open_again():
    build_units()
    keep(Wish())
    keep(Wish(closed=True))

    with pytest.raises(Refused, match="closed, so that a link would open nothing"):
        keep(Wish(invite=True))
    again = keep(Wish(invite=True, closed=False))
    assert queries.invited(again.invitation, now=NOW) == user()


def test_a_role_over_a_part_and_taken_back_again():
    build_units()
    keep(Wish(role="director", unit="works", reason="Acts for Bo."))

    assert rights_of(user(), today=TODAY).may(Permission.APPROVE_VALUES, "roads")
    assert not rights_of(user(), today=TODAY).may(Permission.APPROVE_VALUES, "north")
    again = keep(Wish(role="director", unit="works"))
    assert (again.invitation, again.sentences) == (None, ("ana is director over Works already.",))

    keep(Wish(role="director", unit="works", revoke=True))
    assert not rights_of(user(), today=TODAY).may(Permission.APPROVE_VALUES, "roads")
    with pytest.raises(Refused, match="nothing to take back"):
        keep(Wish(role="director", unit="works", revoke=True))


def test_a_role_has_days_and_ends_on_one_to_come():
    build_units()
    day = timedelta(days=1)
    kept = keep(Wish(role="director", unit="works", starts_on=TODAY + day, ends_on=TODAY + 9 * day))
    assert kept.sentences[1] == (
        "ana will from 2026-03-02 on be director over Works and all below it, until 2026-03-10."
    )
    assert not rights_of(user(), today=TODAY).may(Permission.APPROVE_VALUES)
    assert rights_of(user(), today=TODAY + day).may(Permission.APPROVE_VALUES, "roads")
    taken = keep(Wish(role="director", unit="works", revoke=True, on=TODAY + 3 * day))
    assert taken.sentences == ("ana will from 2026-03-04 on no longer be director over Works.",)
    assert rights_of(user(), today=TODAY + 2 * day).may(Permission.APPROVE_VALUES)
    assert not rights_of(user(), today=TODAY + 3 * day).may(Permission.APPROVE_VALUES)


def test_a_role_over_a_service():
    build_units()
    Element.objects.create(key="phone", level="outcome", name="Phone service")
    kept = keep(Wish(role="reader", service="phone"))
    assert kept.sentences[1] == "ana is now reader over the service Phone service."
    assert rights_of(user(), today=TODAY).seen_services() == {"phone"}
    assert keep(Wish(role="reader", service="phone")).sentences == (
        "ana is reader over Phone service already.",
    )
    keep(Wish(role="reader", service="phone", revoke=True))
    assert not rights_of(user(), today=TODAY).holdings


def test_what_the_operator_gives_alone_is_announced():
    build_units()
    keep(Wish(role="auditor"), "otto")
    keep(Wish(role="hr"))
    told = Notice.objects.filter(kind="grant_announced").values_list("receiver__username", "object_id")
    number = user().pk
    assert {name for name, which in told if which == f"{number}:hr:county"} == {"ana", "otto"}


def test_a_person_brings_a_name_and_the_rights_of_posts():
    build_units()
    build_person("w01", ("supervisor", "north"))

    kept = keep(Wish(person="w01"))

    assert user().name == "W01"
    assert rights_of(user(), today=TODAY).may(Permission.SEE_WORKERS, "north")
    assert kept.sentences[1] == "ana is W01 and holds what that person's posts bring."


def test_an_account_without_a_right_is_told_so():
    assert "holds no right yet" in keep(Wish()).sentences[-1]


def test_a_new_link_replaces_the_old_one_and_both_end_after_a_week():
    first = keep(Wish()).invitation
    second = keep(Wish(invite=True)).invitation

    assert queries.invited(first, now=NOW) is None
    assert queries.invited(second, now=NOW + timedelta(days=6)) == user()
    assert queries.invited(second, now=NOW + timedelta(days=7)) is None


def test_a_closed_account_opens_again():
    keep(Wish())
    assert keep(Wish(closed=True)).sentences == ("Account ana is closed.",)
    assert not user().is_active
    assert "Account ana is open." in keep(Wish(closed=False)).sentences
    assert user().is_active


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Wish(role="analyst", unit="moon"), "There is no unit “moon”"),
        (Wish(unit="works"), "Add --role ROLE"),
        (Wish(revoke=True), "Add --role ROLE"),
        (Wish(on=TODAY), "Add --role ROLE"),
        (Wish(role="reader", service="moon"), "There is no service “moon”"),
        (Wish(role="reader", service="phone", unit="works"), "Leave out --unit or --service"),
        (Wish(role="reader", on=TODAY), "Add --revoke"),
        (Wish(role="reader", revoke=True, ends_on=TODAY), "To take it back later, say --on"),
        (Wish(person="nobody"), "There is no person “nobody”"),
        (Wish(email="not an address"), "valid email"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(wish: Wish, says: str):
    build_units()
    with pytest.raises(Refused, match=says):
        keep(wish)
    assert not User.objects.exists()


def test_without_units_a_role_has_no_place():
    with pytest.raises(Refused, match="goldenthread load FOLDER"):
        keep(Wish(role="analyst"))


def test_the_name_of_an_account_there_is_stays():
    keep(Wish(name="Ana Ruiz"))
    with pytest.raises(Refused, match="its name stays"):
        keep(Wish(name="Ana Roe"))
    assert user().name == "Ana Ruiz"


def test_a_link_to_the_wrong_person_is_taken_off():
    build_units()
    build_person("bo", ("director", "works"))
    build_person("bob", ("member", "north"))
    keep(Wish(person="bo"))
    with pytest.raises(Denied, match="linked already"):
        keep(Wish(person="bob"))

    assert keep(Wish(person="bob", unlink=True)).sentences == (
        "ana is no longer Bo.",
        "ana is Bob and holds what that person's posts bring.",
    )
    assert not rights_of(user(), today=TODAY).may(Permission.APPROVE_VALUES)
    keep(Wish(unlink=True))
    with pytest.raises(Refused, match="no link to take off"):
        keep(Wish(unlink=True))


@pytest.mark.parametrize("name", ["a b", "ana\n", "", "ana/x", "an\u200ba"])
def test_a_name_has_nothing_in_it_that_is_not_seen(name):
    build_units()
    with pytest.raises(Refused):
        keep(Wish(), username=name)
    assert not User.objects.exists()


def test_an_account_is_bound_to_one_subject_of_a_known_provider(settings):
    city = Provider("city", "City account", "https://city.example", "openid_connect", "sub", vouches=False)
    settings.SINGLE_SIGN_ON = SingleSignOn({"city": city}, {})
    kept = keep(Wish(sign_on="city:4711"))
    assert kept.invitation is None
    assert "ana signs in with City account as 4711." in kept.sentences
    assert queries.user_of_subject("https://city.example", "4711").username == "ana"
    with pytest.raises(Refused, match="the account ana already"):
        keep(Wish(sign_on="city:4711"), username="bo")
    for unknown in ("county:4711", "city", "city:"):
        with pytest.raises(Refused, match="wanted PROVIDER:SUBJECT"):
            keep(Wish(sign_on=unknown))
