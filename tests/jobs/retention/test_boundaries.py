"""What is due, what a hold keeps and what stays, on every side of every edge: each class of records, where
its time ends, in zones and on days of the calendar that mislead, with holds that touch it and that do not.

What is right is counted here, day by day, by nothing of the product. Every moment with one of two schedules
in every run, with both in the long one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from goldenthread.accounts.models import User
from goldenthread.jobs.retention.due import plan
from goldenthread.jobs.retention.schedule import RecordClass
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditSeal
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Organization, Person, Unit
from goldenthread.record.sources.models import Batch, Source
from goldenthread.record.stewardship.actions import agree_to_lift, ask_to_lift, place_hold
from goldenthread.record.stewardship.models import Hold
from tests.results.counties import BY, TODAY, Call, import_calls, load_definitions

pytestmark = pytest.mark.django_db
C = RecordClass
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
LEAST_CASES = 200
EVERYBODY = frozenset({"w1", "w2", "w3"})
"""Whom a record may be about of which it is not known."""


@dataclass(frozen=True)
class Thing:
    """A record: the day from which its time runs, the first day it tells of and the first it does not, and
    whom it may be about."""

    of: RecordClass
    since: date
    first: date
    after: date
    people: frozenset[str] = EVERYBODY


@dataclass(frozen=True)
class Time:
    """How long a class is kept, as the file says it."""

    years: int = 0
    months: int = 0
    days: int = 0

    def over(self, since: date) -> date:
        """The first day on which it may go, counted month by month and day by day."""
        year, month = since.year, since.month
        for _ in range(self.years * 12 + self.months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = date(year, month, 1)
        for _ in range(since.day - 1):
            if end.month == month:
                end += DAY
        for _ in range(self.days):
            end += DAY
        return end


def at_midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


DEFAULTS = {
    C.IMPORT_ORIGINALS: Time(days=90),
    C.REJECTED_ROWS: Time(days=30),
    C.NOTICES: Time(years=2),
    C.AUDIT_LOG: Time(years=7),
    C.WORKER_FACTS: Time(months=25),
}
# Where months are shorter than the day that something began on.
BY_THE_CALENDAR = {
    C.IMPORT_ORIGINALS: Time(months=1),
    C.REJECTED_ROWS: Time(months=1, days=1),
    C.NOTICES: Time(years=1),
    C.AUDIT_LOG: Time(years=7, days=1),
    C.WORKER_FACTS: Time(years=2),
}
SCHEDULES = [DEFAULTS, BY_THE_CALENDAR]
# A moment, and the day it is there then: the last of a leap February, of a short month, of a year, a night
# that has an hour twice, and both ends of the day line.
CAME = [
    (datetime(2024, 3, 1, 6, tzinfo=UTC), "America/Chicago", date(2024, 3, 1)),
    (datetime(2024, 3, 1, 5, 59, tzinfo=UTC), "America/Chicago", date(2024, 2, 29)),
    (datetime(2024, 1, 31, 23, 59, tzinfo=UTC), "UTC", date(2024, 1, 31)),
    (datetime(2025, 1, 1, 9, 59, tzinfo=UTC), "Pacific/Honolulu", date(2024, 12, 31)),
    (datetime(2025, 1, 1, 9, 59, tzinfo=UTC), "Pacific/Kiritimati", date(2025, 1, 1)),
    (datetime(2025, 11, 2, 9, 30, tzinfo=UTC), "America/Los_Angeles", date(2025, 11, 2)),
]
Narrowed = dict[str, Any]
Placing = Callable[[Thing], list[tuple[Narrowed, str]]]
HOLDS: dict[str, Placing] = {
    "none": lambda thing: [],
    "of the case": lambda thing: [({}, "")],
    "of a person in it": lambda thing: [({"person": "w1"}, "")],
    "of another person": lambda thing: [({"person": "w3"}, "")],
    "of a unit": lambda thing: [({"unit": "north"}, "")],
    "begins on the last day": lambda thing: [({"starts_on": thing.after - DAY}, "")],
    "begins the day after": lambda thing: [({"starts_on": thing.after}, "")],
    "ends on the first day": lambda thing: [({"ends_on": thing.first}, "")],
    "ends the day after the first": lambda thing: [({"ends_on": thing.first + DAY}, "")],
    "of its days alone": lambda thing: [({"starts_on": thing.first, "ends_on": thing.after}, "")],
    "of one day within": lambda thing: [({"starts_on": thing.first, "ends_on": thing.first + DAY}, "")],
    "of a person, the days before": lambda thing: [({"person": "w1", "ends_on": thing.first}, "")],
    "of a unit, the days after": lambda thing: [({"unit": "north", "starts_on": thing.after}, "")],
    "asked to be lifted": lambda thing: [({}, "asked")],
    "lifted": lambda thing: [({}, "lifted")],
    "lifted, and another": lambda thing: [({}, "lifted"), ({"person": "w1"}, "")],
    "two that do not touch": lambda thing: [({"ends_on": thing.first}, ""), ({"starts_on": thing.after}, "")],
}


def keeps(narrowed: Narrowed, state: str, thing: Thing) -> bool:
    """Whether a hold is about any day and anybody that the record may be about."""
    day, touches = thing.first, False
    while day < thing.after:
        begun = "starts_on" not in narrowed or narrowed["starts_on"] <= day
        touches |= begun and ("ends_on" not in narrowed or day < narrowed["ends_on"])
        day += DAY
    return state != "lifted" and touches and narrowed.get("person", next(iter(thing.people))) in thing.people


def cases(thing: Thing, time: Time, zone: str) -> Iterator[tuple[str, datetime, str]]:
    """Each hold, each moment, and what is right then. Around the edge without a hold; on its two sides with
    each."""
    edge = at_midnight(time.over(thing.since), zone)
    for name, placing in HOLDS.items():
        around = (edge - DAY, edge - SECOND, edge, edge + DAY) if name == "none" else (edge - SECOND, edge)
        kept = any(keeps(narrowed, state, thing) for narrowed, state in placing(thing))
        for now in around:
            yield name, now, "stays" if now < edge else "held" if kept else "goes"


def place(name: str, thing: Thing) -> None:
    """The holds of this name, by the actions of the product."""
    Hold.objects.all().delete()
    for narrowed, state in HOLDS[name](thing):
        about = dict(narrowed)
        if "person" in about:
            about["person"] = Person.objects.get(key=about["person"])
        if "unit" in about:
            about["unit"] = Unit.objects.get(key=about["unit"])
        hold = place_hold(case="2026-17", by=BY, now=NOW, today=TODAY, **about)
        if state:
            ask_to_lift(hold=hold, reason="settled", by=BY, now=NOW, today=TODAY)
        if state == "lifted":
            agree_to_lift(hold=hold, by=Actor.operator(), now=NOW, today=TODAY)


def found(of: RecordClass, object_id: str, now: datetime) -> str:
    """What the product would do with it now."""
    planned = plan(now=now)
    if (of, object_id) in {(one.of, one.object_id) for one in planned.due}:
        return "goes"
    held = {(one.of, one.object_id) for one, _hold in planned.held}
    return "held" if (of, object_id) in held else "stays"


def differences(thing: Thing, object_id: str, time: Time, zone: str) -> list[str]:
    placed, wrong = "", []
    for name, now, right in cases(thing, time, zone):
        if name != placed:
            place(name, thing)
            placed = name
        if (was := found(thing.of, object_id, now)) != right:
            wrong.append(f"{thing}, {time}, {zone}, hold {name}, {now}: {was}, and not {right}")
    return wrong


@pytest.fixture(scope="module")
def county(standing: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Units and people; a source that names workers, without a row."""
    folder = tmp_path_factory.mktemp("county")
    load_definitions(folder)
    return folder


@pytest.fixture
def keep_for(county: Path, db: None) -> Iterator[Callable[[dict[RecordClass, Time], str], None]]:
    """Takes a schedule and the zone of the organization, for one test."""

    def say(times: dict[RecordClass, Time], zone: str) -> None:
        Organization.objects.update(timezone=zone)
        lines = (
            f"  {of}: {{years: {time.years}, months: {time.months}, days: {time.days}}}\n"
            for of, time in times.items()
        )
        settings.WORKSPACE.retention.write_text("keep:\n" + "".join(lines))

    yield say
    settings.WORKSPACE.retention.unlink(missing_ok=True)


WHERE = [
    pytest.param(
        times,
        *came,
        marks=[pytest.mark.long] if (number + of_schedule) % 2 else [],
        id=f"{('defaults', 'calendar')[of_schedule]} {came[1]} {came[2]}",
    )
    for number, came in enumerate(CAME)
    for of_schedule, times in enumerate(SCHEDULES)
]
ZONES = [
    "America/Chicago",
    *(
        pytest.param(zone, marks=pytest.mark.long)
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")
    ),
]


@pytest.mark.parametrize("period", [(date(2024, 2, 1), date(2024, 3, 1)), None], ids=["of days", "of none"])
@pytest.mark.parametrize(("times", "moment", "zone", "day"), WHERE)
def test_what_came_of_a_file(
    keep_for: Callable[..., None],
    times: dict[RecordClass, Time],
    moment: datetime,
    zone: str,
    day: date,
    period: tuple[date, date] | None,
) -> None:
    """A file tells of the days it says; of the day it came, when it says none."""
    keep_for(times, zone)
    batch = Batch.objects.create(
        source=Source.objects.get(key="calls"),
        state="discarded",
        mode="upsert",
        folder="came",
        sha256="x",
        size=1,
        source_version=1,
        received_at=moment,
        received_by=BY.key,
        period_start=period and period[0],
        period_end=period and period[1],
    )
    came = Path(settings.WORKSPACE.uploads) / batch.folder
    (came / "read").mkdir(parents=True)
    (came / "original").write_text("x")
    first, after = period or (day, day + DAY)
    for of in (C.IMPORT_ORIGINALS, C.REJECTED_ROWS):
        wrong = differences(Thing(of, day, first, after), str(batch.pk), times[of], zone)
        assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("times", "moment", "zone", "day"), WHERE)
def test_what_somebody_was_told(
    keep_for: Callable[..., None],
    times: dict[RecordClass, Time],
    moment: datetime,
    zone: str,
    day: date,
) -> None:
    """A notice is about its receiver, from the day it was raised until it was settled."""
    keep_for(times, zone)
    user = User.objects.create_user("receiver", name="Receiver")
    Person.objects.filter(key="w1").update(user=user)
    notice = Notice.objects.create(
        receiver=user, key="k", kind="late", object_kind="source", raised_at=moment - 3 * DAY, done_at=moment
    )
    thing = Thing(C.NOTICES, day, day - 3 * DAY, day + DAY, frozenset({"w1"}))
    wrong = differences(thing, str(notice.pk), times[C.NOTICES], zone)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("times", SCHEDULES, ids=["defaults", "calendar"])
@pytest.mark.parametrize("month", [date(2024, 2, 1), date(2023, 2, 1), date(2023, 12, 1), date(2024, 4, 1)])
def test_months_of_the_log(
    keep_for: Callable[..., None], times: dict[RecordClass, Time], month: date, zone: str
) -> None:
    """A month of the log is one of UTC, wherever the organization is."""
    keep_for(times, zone)
    end = (month + 31 * DAY).replace(day=1)
    AuditSeal.objects.all().delete()
    sealed(month, seq=1)
    thing = Thing(C.AUDIT_LOG, end, month, end)
    wrong = differences(thing, f"{month:%Y-%m}", times[C.AUDIT_LOG], "UTC")
    assert not wrong, "\n".join(wrong)


def test_a_month_of_the_log_that_is_held_keeps_the_later_ones_and_no_earlier(
    keep_for: Callable[..., None],
) -> None:
    keep_for(DEFAULTS, "UTC")
    AuditSeal.objects.all().delete()
    months = [date(2018, number, 1) for number in range(1, 7)]
    for seq, month in enumerate(months, start=1):
        sealed(month, seq=seq)
    for held in months:
        Hold.objects.all().delete()
        place_hold(case="x", starts_on=held, ends_on=held + DAY, by=BY, now=NOW, today=TODAY)
        for month in months:
            right = "goes" if month < held else "held"
            assert found(C.AUDIT_LOG, f"{month:%Y-%m}", NOW) == right, (held, month)


def sealed(month: date, *, seq: int) -> None:
    AuditSeal.objects.create(
        sealed_at=NOW, month=f"{month:%Y-%m}", seq=seq, hash="f" * 64, key="k", signature="s"
    )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "times",
    [
        pytest.param(DEFAULTS, id="defaults"),
        pytest.param(BY_THE_CALENDAR, id="calendar", marks=pytest.mark.long),
    ],
)
def test_rows_of_single_workers(
    keep_for: Callable[..., None],
    county: Path,
    tmp_path: Path,
    times: dict[RecordClass, Time],
    zone: str,
) -> None:
    """A month of rows is about the workers in them; about anybody, where one is nobody known."""
    days = {
        date(2024, 2, 29): ("w1", frozenset({"w1"})),
        date(2024, 12, 31): ("w1", frozenset({"w1"})),
        date(2025, 4, 30): ("stranger", EVERYBODY),
    }
    rows = [Call(f"c{day}", worker, day, 5, "answered") for day, (worker, _people) in days.items()]
    keep_for(times, zone)
    import_calls(tmp_path, rows, "calls.csv")
    wrong = []
    for day, (_worker, people) in days.items():
        end = (day.replace(day=1) + 31 * DAY).replace(day=1)
        thing = Thing(C.WORKER_FACTS, end, day, end, people)
        wrong += differences(thing, f"calls {day:%Y-%m}", times[C.WORKER_FACTS], zone)
    assert not wrong, "\n".join(wrong)


def test_there_are_many_of_each_class_and_of_each_answer() -> None:
    """What the tests above go through, without their months and workers that vary."""
    everything = [
        (of, right)
        for times in SCHEDULES
        for of in C
        for _moment, zone, day in CAME
        for _name, _now, right in cases(Thing(of, day, day, day + DAY), times[of], zone)
    ]
    for of in C:
        assert sum(one == of for one, _right in everything) >= LEAST_CASES
    assert {right for _of, right in everything} == {"stays", "held", "goes"}
