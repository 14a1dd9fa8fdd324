"""The first one to sign in is invited on the machine, until an administrator can."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from goldenthread.accounts import actions, queries
from goldenthread.accounts.models import Invitation
from goldenthread.jobs.first_administrator import give_first_role, invite_first_administrator
from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.actor import Actor

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
TODAY = date(2026, 3, 1)
BY = Actor.job("test")
PASSWORD = "seven lamps by the river"


def invite() -> str | None:
    return invite_first_administrator(by=BY, now=NOW, today=TODAY)


def administers(username: str) -> bool:
    user = queries.find_user(username)
    assert user is not None
    return rights_of(user, today=TODAY).may(Permission.ADMINISTER)


def load_county(tmp_path) -> None:
    (tmp_path / "organization.yaml").write_text(
        "organization: Riverbend\nunits:\n  - {id: county, name: Riverbend County, kind: county}\n"
    )
    load_folder(tmp_path, by=BY, now=NOW)


def test_an_empty_workspace_invites_one_who_gets_the_role_with_the_first_units(tmp_path):
    secret = invite()
    assert secret is not None
    assert queries.invited(secret, now=NOW).username == "administrator"
    assert not administers("administrator")
    load_county(tmp_path)
    assert administers("administrator")


def test_each_start_makes_a_new_link_until_one_was_used(tmp_path):
    load_county(tmp_path)
    first, second = invite(), invite()
    assert first is not None
    assert second is not None
    assert administers("administrator")
    assert queries.invited(first, now=NOW) is None
    user = queries.invited(second, now=NOW)
    actions.begin_anew(user=user, password=PASSWORD, by=BY, now=NOW)
    assert invite() is None
    assert not Invitation.objects.exists()


def test_where_somebody_administers_already_nobody_is_invited(tmp_path):
    load_county(tmp_path)
    invite()
    user = queries.find_user("administrator")
    actions.set_password(user=user, password=PASSWORD, by=BY, now=NOW)
    assert invite() is None
    give_first_role(by=BY, now=NOW, today=TODAY)
    assert user.grants.count() == 1
