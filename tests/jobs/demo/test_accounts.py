from __future__ import annotations

import json
import stat
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goldenthread.accounts.models import User
from goldenthread.jobs.demo.accounts import (
    DEMO_ROLES,
    WITHOUT_PASSWORD,
    create_accounts,
    leave_open,
    save_sign_ins,
)
from goldenthread.jobs.demo.generate import DEFINITIONS
from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.models import Delegation, Grant
from goldenthread.record.access.roles import ROLES
from goldenthread.record.audit.actor import Actor
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, Post

NOW = datetime(2026, 10, 13, 13, tzinfo=UTC)
BY = Actor.job("demo")


@pytest.fixture
def organization(county: Path, tmp_path: Path) -> None:
    for name in ("organization.yaml", "people.csv"):
        (tmp_path / name).write_bytes((county / DEFINITIONS / name).read_bytes())
    load_folder(tmp_path, by=BY, now=NOW)


def test_a_sign_in_for_each_role_a_supervisor_of_each_report_and_two_administrators_who_confirm_each_other():
    roles = [one.role for one in DEMO_ROLES]
    assert sorted(roles) == sorted([*ROLES, "administrator", "member", "supervisor", "supervisor"])


@pytest.mark.django_db
@pytest.mark.usefixtures("organization")
def test_each_account_is_its_person_and_holds_its_role():
    sign_ins = create_accounts(by=BY, now=NOW)

    for one, sign_in in zip(DEMO_ROLES, sign_ins, strict=True):
        user = User.objects.get(username=sign_in.username)
        assert user.check_password(sign_in.password)
        assert Person.objects.get(user=user).key == one.person
        posts = Post.objects.filter(person__key=one.person, unit__key=one.unit, role=one.role)
        place = {"service": one.service} if one.service else {"unit__key": one.unit}
        grants = Grant.objects.filter(user=user, role=one.role, **place)
        assert (posts.exists(), grants.exists()) == (not one.granted, one.granted)
    custodian = User.objects.get(username="chen.liu")
    held = Grant.objects.filter(user=custodian).values_list("role", flat=True)
    assert sorted(held) == ["analyst", "data_custodian"], "raw data is on the pages of who loads data"
    assert len({sign_in.password for sign_in in sign_ins}) == len(sign_ins)
    for person in WITHOUT_PASSWORD:
        assert not Person.objects.get(key=person).user.has_usable_password()


@pytest.mark.django_db
@pytest.mark.usefixtures("organization")
def test_one_administrator_has_something_to_confirm_and_somebody_stands_in():
    create_accounts(by=BY, now=NOW)

    leave_open(now=NOW)

    waiting = Notice.objects.filter(kind="grant_to_confirm", done_at=None)
    assert [one.receiver.username for one in waiting] == ["ben.whitefeather"]
    assert str(Delegation.objects.get().starts_on) == "2026-10-20"


@pytest.mark.django_db
@pytest.mark.usefixtures("organization")
def test_sign_ins_are_kept_from_other_users_of_the_machine(tmp_path: Path):
    sign_ins = create_accounts(by=BY, now=NOW)
    file = tmp_path / "demo-accounts.json"

    save_sign_ins(file, sign_ins)

    assert json.loads(file.read_text()) == [asdict(one) for one in sign_ins]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
