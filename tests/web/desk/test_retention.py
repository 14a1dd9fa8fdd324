"""How long records are kept, and legal holds, in pages."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.accounts.models import User
from goldenthread.calc.retention import KeptFor
from goldenthread.jobs.retention.due import Plan
from goldenthread.jobs.retention.kept import Kept
from goldenthread.jobs.retention.schedule import RecordClass, Schedule
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Unit
from goldenthread.record.stewardship.models import Hold
from goldenthread.web.desk.presenters.retention import retention_page
from tests.web.desk.worlds import as_user, build_units, today

pytestmark = pytest.mark.django_db
PAGE = "/retention/"


@pytest.fixture(autouse=True)
def county(db):
    build_units()
    for username, unit in (("adam", "county"), ("alma", "county"), ("part", "north")):
        user, _made = User.objects.get_or_create(username=username, defaults={"name": username.title()})
        unit = Unit.objects.get(key=unit)
        Grant.objects.get_or_create(user=user, role="administrator", unit=unit, starts_on=today())


def send(username: str, address: str, **cells: str) -> str:
    return as_user(username).post(address, cells, follow=True).content.decode()


def place(**cells: str) -> str:
    return send("adam", PAGE, **{"case": "2026-17", **cells})


def test_the_schedule_is_shown_with_what_is_due():
    page = as_user("adam").get(PAGE).content.decode()
    assert "Nothing goes by itself" in page
    for words in (
        "Files as received",
        "90 days",
        "Refused rows",
        "30 days",
        "7 years",
        "ask your records officer",
    ):
        assert words in page
    assert "No hold is in force." in page
    assert f'href="{PAGE}"' in as_user("adam").get("/access/").content.decode()


def test_what_goes_by_whole_months_is_not_called_rows():
    day = datetime.date(2024, 1, 1)
    due = tuple(Kept(RecordClass.WORKER_FACTS, f"calls {number}", day, day, day) for number in range(20))
    due += (Kept(RecordClass.NOTICES, "1", day, day, day),)
    kept = Schedule(dict.fromkeys(RecordClass, KeptFor(years=2)), purge_daily=False)
    page = retention_page(kept, Plan(due, ()), [], {})
    assert page.verdict.startswith(
        "Kept for long enough: 1 notice, 20 months of single workers' rows, source by source. Nothing goes"
    )
    assert [row.cells[2].text for row in page.schedule.rows][-1] == "20 months"


def test_an_administrator_of_a_part_finds_no_such_page():
    assert as_user("part").get(PAGE).status_code == 404
    assert f'href="{PAGE}"' not in as_user("part").get("/access/").content.decode()


def test_a_hold_is_placed_and_lifted_by_two():
    page = place(person="Ana Ruiz", starts_on="2026-03-01")
    assert "It is held" in page
    assert "Ana Ruiz, from March 1, 2026" in page
    address = f"/retention/holds/{Hold.objects.get().pk}/"
    assert "Say why" in send("adam", address, reason="")
    send("adam", address, reason="The case is closed.")
    own, other = (as_user(name).get(address).content.decode() for name in ("adam", "alma"))
    assert "somebody else decides: The case is closed." in own
    assert "Adam asked to lift it: The case is closed." in other
    assert ('value="agree"' in own, 'value="agree"' in other) == (False, True)
    assert "Somebody else has to agree" in send("adam", address, do="agree")
    assert "The hold stays in force." in send("alma", address, do="refuse")
    send("adam", address, reason="The case is closed.")
    assert "The hold is lifted." in send("alma", address, do="agree")
    assert as_user("adam").get(address).status_code == 404
    told = AuditEvent.objects.filter(kind="hold").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["held", "submitted", "returned", "submitted", "lifted"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"case": ""}, "Name the case."),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "It must end later."),
        ({"person": "Nobody"}, "wanted the name of somebody"),
        ({"unit": "nowhere"}, "Select a valid choice"),
    ],
)
def test_a_hold_that_cannot_be_is_not_placed(cells, said):
    assert said in place(**cells)
    assert not Hold.objects.exists()
