"""Each person is told of every look at records about them, and of no other."""

from __future__ import annotations

import pytest

from goldenthread.accounts.models import User
from goldenthread.jobs.looking_at_people import actors_called, called, looks_at, named_in, record_listing
from goldenthread.record.access.purposes import Named
from goldenthread.record.audit.actions import Happening, record_event, record_look, record_looks
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.queries import Wanted
from goldenthread.record.orgs.models import Person, PersonIdentifier
from goldenthread.record.sources.models import Batch, Source
from tests.record.audit.logs import at
from tests.web.desk.worlds import build_units

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county():
    build_units()


def user(name: str) -> User:
    return User.objects.get(username=name)


def by(name: str, *roles: str) -> Actor:
    return Actor.user(user(name).pk, roles=roles)


def seen_by(name: str) -> list[tuple[str, str, str]]:
    return [(one.name, one.action, one.kind) for one in looks_at(user(name), before=None, at_most=100)]


def test_a_look_at_a_person_is_told_with_name_and_roles():
    record_look(by=by("sam", "supervisor"), action=Action.VIEWED, kind="person", object_id="ana", now=at(1))
    (look,) = looks_at(user("ana"), before=None, at_most=10)
    assert (look.name, look.roles, look.at, look.action) == ("Sam Okafor", ("supervisor",), at(1), "viewed")


def test_a_list_of_records_is_told_to_each_who_stands_in_it():
    looks = [Happening(Action.LISTED, "person", key) for key in ("ana", "dora")]
    record_looks(looks, by=by("eli", "director"), now=at(1))
    assert seen_by("ana") == seen_by("dora") == [("Eli Novak", "listed", "person")]
    assert seen_by("sam") == []


def test_ones_own_looks_and_changes_by_others_are_no_looks():
    record_look(by=by("ana"), action=Action.VIEWED, kind="person", object_id="ana", now=at(1))
    record_event(by=by("adam"), action=Action.CHANGED, kind="person", object_id="ana", now=at(1))
    assert seen_by("ana") == []


def test_a_look_at_what_somebody_did_in_the_log_is_told_to_them():
    ana = Named("user", str(user("ana").pk))
    record_listing(["who"], {ana: "Complaint 12."}, action=Action.LISTED, by=by("adam"), now=at(1))
    assert seen_by("ana") == [("Adam", "listed", "user")]
    (look,) = looks_at(user("ana"), before=None, at_most=10)
    assert look.why == "Complaint 12."


def test_whose_rows_are_asked_for():
    ana = str(user("ana").pk)
    for wanted, named in (
        (Wanted(actors=(by("ana").key, by("adam").key, "job:watch")), [Named("user", ana)]),
        (Wanted(object_id="ana"), [Named("person", "ana")]),
        (Wanted(object_id="ana", kind="person"), [Named("person", "ana")]),
        (Wanted(object_id="ana", kind="measure"), []),
        (Wanted(object_id=ana, kind="user"), [Named("user", ana)]),
        (Wanted(object_id=str(user("adam").pk), kind="user"), []),
        (Wanted(object_id="²"), []),
        (Wanted(object_id="9" * 200), []),
        (Wanted(kind="person"), []),
    ):
        assert list(named_in(wanted, by=by("adam"))) == named
    assert called([Named("person", "ana"), Named("user", ana)]) == ("Ana Ruiz",)


def batch_of(key: str, worker: object) -> Batch:
    definition = {"source": key, "columns": {"agent": {"type": "text"}}, "worker": worker}
    source = Source.objects.create(key=key, title=key.capitalize(), definition=definition)
    return Batch.objects.create(
        source=source,
        state="waiting",
        mode="append",
        file_name="a.csv",
        folder=key,
        sha256=key,
        size=0,
        source_version=1,
        received_at=at(1),
        received_by="job:test",
    )


@pytest.mark.parametrize(
    ("action", "field"),
    [(Action.VIEWED, "worker"), (Action.EXPORTED, "original"), (Action.EXPORTED, "rejects unmasked")],
)
def test_a_look_at_the_ids_of_a_files_workers_is_told_to_whoever_may_stand_in_it(action, field):
    own_key, phone, other = (
        batch_of("calls", "agent"),
        batch_of("phone", {"column": "agent", "system": "phone"}),
        batch_of("cases", {"column": "agent", "system": "cases"}),
    )
    PersonIdentifier.objects.create(person=Person.objects.get(key="ana"), system="phone", value="4711")
    for batch in (own_key, phone, other):
        record_look(
            by=by("ada", "data_custodian"), action=action, kind="batch", object_id=batch.pk, fields=[field],
            now=at(1),
        )  # fmt: skip
    assert [one.source for one in looks_at(user("ana"), before=None, at_most=9)] == ["Phone", "Calls"]
    assert [one.source for one in looks_at(user("sam"), before=None, at_most=9)] == ["Calls"]


def test_masked_rows_and_files_without_workers_are_no_looks_at_anybody():
    masked, plain = batch_of("calls", "agent"), batch_of("streets", None)
    for batch, field in ((masked, "rejects"), (plain, "original")):
        record_look(
            by=by("ada"), action=Action.EXPORTED, kind="batch", object_id=batch.pk, fields=[field], now=at(1)
        )
    assert seen_by("ana") == []


def test_looks_are_read_page_by_page_newest_first():
    for hour in range(5):
        record_look(by=by("sam"), action=Action.VIEWED, kind="person", object_id="ana", now=at(1, hour=hour))
    first = looks_at(user("ana"), before=None, at_most=2)
    second = looks_at(user("ana"), before=first[-1].number, at_most=9)
    assert [one.at.hour for one in (*first, *second)] == [4, 3, 2, 1, 0]


def test_an_account_of_nobody_is_told_of_looks_at_the_account():
    record_look(by=by("adam"), action=Action.VIEWED, kind="user", object_id=user("new").pk, now=at(1))
    assert seen_by("new") == [("Adam", "viewed", "user")]


def test_actors_are_found_by_key_username_or_a_part_of_a_name():
    assert actors_called("operator:root") == ("operator:root",)
    assert actors_called("stranger") == ("stranger",)
    assert actors_called("ana") == (by("ana").key,)
    assert actors_called("OKAFOR") == (by("sam").key,)
    assert actors_called("nobody") == ()
