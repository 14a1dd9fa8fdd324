"""The schedule of a workspace, legal holds, and what a purge lets go of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from goldenthread.accounts.models import User
from goldenthread.definitions import DefinitionError
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.retention.due import keeps, plan
from goldenthread.jobs.retention.kept import Kept
from goldenthread.jobs.retention.purging import purge, purge_daily
from goldenthread.jobs.retention.schedule import RecordClass, read_schedule, write_defaults
from goldenthread.record.access.models import Grant
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources.models import Batch
from goldenthread.record.stewardship import actions
from goldenthread.record.stewardship.models import Hold
from tests.results.counties import BY, NOW
from tests.web.desk.data_world import GOOD, build_world

TODAY = NOW.date()
LATER = datetime(2027, 1, 1, 12, tzinfo=UTC)
CLASSES = RecordClass


def schedule_in(folder: Path, text: str) -> Path:
    file = folder / "retention.yaml"
    file.write_text(text)
    return file


def test_the_defaults_are_written_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    write_defaults(file)
    assert "Ask your records officer" in file.read_text()
    found = read_schedule(file)
    assert (found.purge_daily, found.kept[CLASSES.IMPORT_ORIGINALS].days) == (False, 90)
    assert found.kept[CLASSES.AUDIT_LOG].years == 7
    file.write_text("keep: {notices: {months: 6}}\n")
    write_defaults(file)
    assert read_schedule(file).kept[CLASSES.NOTICES].months == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keep: {import_original: {days: 3}}", "“import_originals”, or another of"),
        ("keep: {notices: {}}", "a time, such as"),
        ("keep: {notices: {days: -1}}", "notices"),
        ("keep: {audit_log: {years: 6}}", "at least 7 years"),
        ("keep: {audit_log: {months: 83}}", "at least 7 years"),
        ("keep: {worker_facts: {months: 23}}", "at least 2 years"),
        ("keep: {worker_facts: {days: 730}}", "at least 2 years"),
        ("forget: everything", "forget"),
    ],
)
def test_what_cannot_stand_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        read_schedule(schedule_in(tmp_path, text))


ANA, TOM = 1, 2


@pytest.mark.parametrize(
    ("hold", "person", "kept"),
    [
        (Hold(), ANA, True),
        (Hold(person_id=ANA), ANA, True),
        (Hold(person_id=TOM), ANA, False),
        (Hold(person_id=TOM), None, True),
        (Hold(unit_id=7), ANA, True),
        (Hold(starts_on=date(2026, 3, 31)), ANA, True),
        (Hold(starts_on=date(2026, 4, 1)), ANA, False),
        (Hold(ends_on=date(2026, 3, 2)), ANA, True),
        (Hold(ends_on=date(2026, 3, 1)), ANA, False),
        (Hold(person_id=ANA, starts_on=date(2026, 4, 1)), ANA, False),
        (Hold(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 11)), ANA, True),
    ],
)
def test_a_hold_keeps_what_may_concern_it(hold: Hold, person: int | None, kept: bool) -> None:
    people = None if person is None else frozenset({person})
    march = Kept(CLASSES.NOTICES, "1", date(2026, 4, 1), date(2026, 3, 1), date(2026, 4, 1), people)
    assert keeps(hold, march) is kept


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> None:
    """A batch that is loaded, and a notice that is settled; both in April 2026."""
    build_world(tmp_path / "definitions")
    file = tmp_path / "calls.csv"
    file.write_text(GOOD)
    batch = importing.bring_in("calls", file, by=BY, now=NOW).batch
    importing.load(batch, by=BY, now=NOW)
    Notice.objects.all().delete()
    receiver = User.objects.create_user("receiver", name="Receiver")
    Notice.objects.create(
        receiver=receiver, key="k", kind="late", object_kind="source", raised_at=NOW, done_at=NOW
    )
    yield
    settings.WORKSPACE.retention.unlink(missing_ok=True)


def hold_everything(**narrowed: object) -> Hold:
    return actions.place_hold(case="2026-17", by=BY, now=NOW, today=TODAY, **narrowed)


def lift(hold: Hold) -> None:
    for one, act in ((BY, actions.ask_to_lift), (Actor.operator(), actions.agree_to_lift)):
        more = {"reason": "settled"} if act is actions.ask_to_lift else {}
        act(hold=hold, by=one, now=NOW, today=TODAY, **more)


def test_what_is_due_goes_and_what_is_held_stays(world: None) -> None:
    assert plan(now=NOW).due == ()
    hold = hold_everything()
    held = plan(now=LATER)
    assert (held.due, {one.of for one, _hold in held.held}) == (
        (),
        {CLASSES.IMPORT_ORIGINALS, CLASSES.REJECTED_ROWS},
    )
    purge(by=BY, now=LATER)
    (place,) = Path(settings.WORKSPACE.uploads).iterdir()
    assert (place / "original").exists()
    lift(hold)
    assert len(plan(now=LATER).due) == 2
    purge(by=BY, now=LATER)
    assert not list(place.iterdir())
    assert plan(now=LATER) == type(held)((), ())
    told = AuditEvent.objects.filter(action="purged").values_list("kind", "fields")
    assert sorted(told) == [("batch", ["original"]), ("batch", ["rejects"])]
    assert Batch.objects.get().state == "loaded"


def test_notices_go_in_their_time(world: None) -> None:
    purge(by=BY, now=datetime(2028, 4, 19, 23, tzinfo=UTC))
    assert Notice.objects.count() == 1
    purge(by=BY, now=datetime(2028, 4, 21, 12, tzinfo=UTC))
    assert Notice.objects.count() == 0


def test_each_night_only_where_it_is_switched_on(world: None) -> None:
    (place,) = Path(settings.WORKSPACE.uploads).iterdir()
    purge_daily(now=LATER)
    assert (place / "original").exists()
    settings.WORKSPACE.retention.write_text("purge_daily: true\n")
    purge_daily(now=LATER)
    assert not (place / "original").exists()


def test_a_hold_is_lifted_by_two(world: None) -> None:
    hold = hold_everything()
    with pytest.raises(NotAllowed, match="Nobody has asked"):
        actions.agree_to_lift(hold=hold, by=BY, now=NOW, today=TODAY)
    actions.ask_to_lift(hold=hold, reason="settled", by=BY, now=NOW, today=TODAY)
    with pytest.raises(NotAllowed, match="Somebody else has to agree"):
        actions.agree_to_lift(hold=hold, by=BY, now=NOW, today=TODAY)
    with pytest.raises(IntegrityError, match="hold_is_lifted_by_two"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(lifted_by=BY.key, lifted_at=NOW)
    actions.refuse_to_lift(hold=hold, by=BY, now=NOW, today=TODAY)
    assert Hold.objects.get().lifting_asked_by == ""
    lift(hold)
    with pytest.raises(NotAllowed, match="is lifted already"):
        actions.ask_to_lift(hold=hold, reason="again", by=BY, now=NOW, today=TODAY)


def test_whoever_administers_a_part_holds_nothing(world: None) -> None:
    user = User.objects.create_user("part", name="Part")
    part = Unit.objects.exclude(parents=None).first()
    Grant.objects.create(user=user, role="administrator", unit=part, starts_on=date(2020, 1, 1))
    with pytest.raises(Denied):
        actions.place_hold(case="x", by=Actor.user(user.pk), now=NOW, today=TODAY)


def test_a_hold_on_somebody_else_lets_their_notices_go(world: None) -> None:
    person = Person.objects.first()
    person.user = User.objects.get(username="receiver")
    person.save()
    other = Person.objects.exclude(pk=person.pk).first()
    much_later = datetime(2030, 1, 1, tzinfo=UTC)
    hold_everything(person=other)
    assert CLASSES.NOTICES in {one.of for one in plan(now=much_later).due}
    hold_everything(person=person)
    assert CLASSES.NOTICES not in {one.of for one in plan(now=much_later).due}
