"""PostgreSQL itself keeps the rules about the rows of persons: asked without any filter of the product's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import ProgrammingError, connection, models, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, given, settings

from goldenthread.accounts.models import Draft, SignOn, User
from goldenthread.record.access import second_lock
from goldenthread.record.access.queries import accounts
from goldenthread.record.acting import acting_for_nobody, acting_for_system, acting_for_user
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, PersonIdentifier
from goldenthread.record.orgs.queries import whereabouts
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.models import Subscription
from tests.record.access import oracle
from tests.record.access.application import as_application, on, say
from tests.record.access.county import TODAY, build_grant, build_person, build_units, build_user
from tests.record.access.organizations import World, built, organizations

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row-level security"),
]
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
EVERY_DAY = 200
LONG = 2000
# Each organization rolls back to where the role was taken on.
ONE_ROLE_FOR_ALL = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def application() -> Iterator[None]:
    with as_application():
        yield


@settings(max_examples=EVERY_DAY, suppress_health_check=ONE_ROLE_FOR_ALL)
@given(world=organizations())
def test_everybody_gets_the_rows_of_the_people_that_the_oracle_says(application: None, world: World) -> None:
    agrees_with_the_oracle(world)


@pytest.mark.long
@settings(max_examples=LONG, suppress_health_check=ONE_ROLE_FOR_ALL)
@given(world=organizations())
def test_in_many_more_organizations(application: None, world: World) -> None:
    agrees_with_the_oracle(world)


def agrees_with_the_oracle(world: World) -> None:
    with built(world) as users:
        on(world["on"])
        PersonIdentifier.objects.bulk_create(
            PersonIdentifier(person=person, system="phone", value=person.key)
            for person in Person.objects.all()
        )
        assert everybody() == set(world["people"])
        with acting_for_nobody():
            assert everybody() == set()
        for person, user in users.items():
            with acting_for_user(user.pk):
                assert everybody() == oracle.seen_people(world, person, world["on"])


def everybody() -> set[str]:
    """Whom the whole table tells of, asked for without any condition."""
    return set(PersonIdentifier.objects.values_list("person__key", flat=True))


@pytest.fixture
def two() -> Iterator[tuple[User, User]]:
    """Ana and Bo, each with a row in every table of one's own, and the application's role."""
    build_units({"north": "county"})
    users = tuple(build_user(name) for name in ("ana", "bo"))
    for user in users:
        build_person(user.username, ("member", "north"), user=user)
    with as_application():
        on(TODAY)
        for user in users:
            Notice.objects.create(
                receiver=user, key="k", kind="k", object_kind="k", object_id="1", raised_at=NOW
            )
            Draft.objects.create(user=user, address="/", fields="sealed", kept_at=NOW)
            view = SavedView.objects.create(owner=user, name="Mine", route="indicators", saved_at=NOW)
            Subscription.objects.create(
                owner=user, view=view, rhythm="daily", asked_at=NOW, due_on=TODAY, next_try_at=NOW
            )
            SignOn.objects.create(user=user, issuer="city", subject=user.username)
            Authenticator.objects.create(user=user, type="totp", data={"secret": "sealed"})
            UserSession.objects.create(
                user=user, session_key=user.username, ip="192.0.2.1", user_agent="", last_seen_at=NOW
            )
            record_event(
                by=Actor.user(user.pk), action=Action.CHANGED, kind="measure", object_id="m", now=NOW
            )
            record_event(by=Actor.job("x"), action=Action.CHANGED, kind="user", object_id=user.pk, now=NOW)
            record_event(
                by=Actor.job("x"), action=Action.VIEWED, kind="person", object_id=user.username, now=NOW
            )
        yield users


OWNED: dict[type[models.Model], str] = {
    Notice: "receiver",
    Draft: "user",
    SavedView: "owner",
    Subscription: "owner",
    SignOn: "user",
    Authenticator: "user",
    UserSession: "user",
}


def test_every_table_of_ones_own_is_tried() -> None:
    assert {model._meta.db_table for model in OWNED} == set(second_lock.OF_A_USER)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
class TestOnesOwn:
    def test_one_gets_ones_own_rows_and_no_others(
        self, two: tuple[User, User], model: type[models.Model]
    ) -> None:
        ana, _bo = two
        assert model.objects.count() == 2
        with acting_for_user(ana.pk):
            assert [getattr(row, OWNED[model]) for row in model.objects.all()] == [ana]
        with acting_for_nobody():
            assert model.objects.count() == 0

    def test_anothers_row_is_neither_changed_nor_taken_nor_given(
        self, two: tuple[User, User], model: type[models.Model]
    ) -> None:
        ana, bo = two
        theirs = model.objects.get(**{OWNED[model]: bo})
        with acting_for_user(ana.pk):
            assert model.objects.filter(pk=theirs.pk).update(**{OWNED[model]: ana}) == 0
            assert model.objects.filter(pk=theirs.pk)._raw_delete(using="default") == 0
            own = model.objects.get()
            setattr(own, OWNED[model], bo)
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                own.save()
        assert model.objects.filter(**{OWNED[model]: bo}).count() == 1


class TestTheLog:
    def test_one_reads_what_one_did_and_what_is_about_oneself(self, two: tuple[User, User]) -> None:
        ana, _bo = two
        with acting_for_user(ana.pk):
            told = set(AuditEvent.objects.values_list("actor", "kind", "object_id"))
        assert told == {
            (f"user:{ana.pk}", "measure", "m"),
            (f"user:{ana.pk}", "user", str(ana.pk)),
            ("job:x", "user", str(ana.pk)),
            ("job:x", "person", "ana"),
        }

    def test_an_auditor_of_the_whole_reads_all_of_it(self, two: tuple[User, User]) -> None:
        ana, bo = two
        build_grant(ana, "auditor", "county")
        build_grant(bo, "auditor", "north")
        everything = AuditEvent.objects.count()
        with acting_for_user(ana.pk):
            assert AuditEvent.objects.count() == everything
        with acting_for_user(bo.pk):
            assert AuditEvent.objects.count() == 4

    def test_nobody_writes_in_anothers_name(self, two: tuple[User, User]) -> None:
        ana, bo = two
        with acting_for_user(ana.pk):
            record_event(by=Actor.user(ana.pk), action=Action.VIEWED, kind="unit", object_id="n", now=NOW)
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                record_event(by=Actor.user(bo.pk), action=Action.VIEWED, kind="unit", object_id="n", now=NOW)


def test_what_must_know_everybody_does_whoever_asks(two: tuple[User, User]) -> None:
    """Facts would count for nobody, an account would look unused, and nobody would hear of it."""
    ana, _bo = two
    PersonIdentifier.objects.bulk_create(
        PersonIdentifier(person=person, system="phone", value=person.key) for person in Person.objects.all()
    )
    with acting_for_user(ana.pk):
        assert everybody() == {"ana"}
        assert {person for _, _, person, *_ in whereabouts().person_ids} == {"ana", "bo"}
        assert accounts(today=TODAY).active == 2


def test_without_a_word_no_row_is_there(two: tuple[User, User]) -> None:
    for said in ("", "user:", "user:x", "system", "system:", "operator:root"):
        say("SELECT set_config('goldenthread.actor', %s, false)", said)
        for table in second_lock.LOCKED:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,), (table, said)


def test_the_application_can_take_no_lock_off(two: tuple[User, User]) -> None:
    for statement in (
        "ALTER TABLE record_notice DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_rows ON record_notice",
        "CREATE OR REPLACE FUNCTION goldenthread_user() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
        "TRUNCATE record_auditevent",
        "ALTER TABLE record_auditevent DISABLE TRIGGER ALL",
        "SET row_security = off; SELECT * FROM record_notice",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            say(statement)


def test_who_acts_is_told_again_when_the_work_in_between_is_done_or_fails(two: tuple[User, User]) -> None:
    ana, _bo = two
    with acting_for_user(ana.pk):
        with acting_for_system("a test"):
            assert Notice.objects.count() == 2
        assert Notice.objects.get().receiver == ana
        with pytest.raises(DatabaseError), transaction.atomic(), acting_for_system("a test"):
            say("SELECT 1 / 0")
        assert Notice.objects.get().receiver == ana
    with pytest.raises(ValueError, match="no reason"):
        acting_for_system("")


@pytest.mark.owner
def test_the_locks_hold_the_owner_too() -> None:
    second_lock.lay()
    assert second_lock.missing() == []
    say("ALTER TABLE record_notice NO FORCE ROW LEVEL SECURITY")
    assert second_lock.missing() == ["record_notice"]
    second_lock.lay()
    assert second_lock.missing() == []


def test_no_view_looks_with_the_eyes_of_its_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') "
            "AND relnamespace = 'public'::regnamespace "
            "AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)"
        )
        assert cursor.fetchall() == []
