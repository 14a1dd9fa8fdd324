"""How long records are kept, and legal holds, in pages."""

from __future__ import annotations

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Unit
from goldenthread.record.stewardship.models import Hold
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
    assert "The case is closed." in as_user("alma").get(address).content.decode()
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
