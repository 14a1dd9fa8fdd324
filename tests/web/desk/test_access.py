"""Who can see what, and why, in pages: the list, one person, two days, and one's own."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.web.desk.access import PER_PAGE
from tests.web.desk.worlds import as_user, build_units, say_why, text_of, today

pytestmark = pytest.mark.django_db
LIST_QUERIES = 16
PAGE_QUERIES = 18
# The purpose is read, and the look written down and given its place in the chain, before the page is made.
LOOK_QUERIES = 12


@pytest.fixture(autouse=True)
def county(db):
    build_units()


def grant(username, role, unit="county", **more):
    Grant.objects.create(
        user=User.objects.get(username=username),
        role=role,
        unit=Unit.objects.get(key=unit),
        starts_on=datetime.date(2020, 1, 1),
        **more,
    )


def looked(username, address):
    """The page about somebody, once the purpose was stated."""
    say_why(username, address)
    return text_of(username, address)


def words_in(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_everybody_is_listed_with_posts_account_and_grants():
    grant("ana", "reader", "works")
    page = words_in(text_of("adam", "/access/"))
    assert "Ana Ruiz ana Member, North office ana Reader, Public works" in page
    assert "Sam Okafor sam Supervisor, North office sam None" in page
    assert "Exa" not in page
    alone = words_in(text_of("adam", "/access/?show=accounts"))
    assert "Exa exa Executive, Riverbend County" in alone
    assert "Ana Ruiz" not in alone


@pytest.mark.parametrize("search", ["ruiz", "ANA", "an"])
def test_search_finds_by_part_of_a_name_or_key(search):
    page = text_of("adam", f"/access/?q={search}")
    assert "Ana Ruiz" in page
    assert "Eli Novak" not in page


def test_a_search_that_finds_nobody_says_so():
    assert "No name, key or account has this in it." in text_of("adam", "/access/?q=zzz")


def test_five_thousand_people_take_the_same_queries_and_are_paged():
    few = queries_of("/access/")
    north = Unit.objects.get(key="north")
    people = Person.objects.bulk_create(
        Person(key=f"p{number:04}", name=f"Person {number:04}") for number in range(5000)
    )
    Post.objects.bulk_create(Post(person=one, unit=north, role="member") for one in people)
    assert queries_of("/access/") == few <= LIST_QUERIES
    assert f"1 to {PER_PAGE} of 5,004" in text_of("adam", "/access/")
    last = text_of("adam", "/access/?page=101")
    assert "5001 to 5004 of 5,004" in last
    assert as_user("adam").get("/access/?page=102").status_code == 404
    assert "1 to 1 of 1" in text_of("adam", "/access/?q=person+0042")


def queries_of(address):
    client = as_user("adam")
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_persons_page_says_each_thing_with_what_gives_it():
    page = words_in(looked("adam", "/access/people/sam/"))
    assert "What Sam Okafor can see, and why" in page
    assert "Results of 3 units, numbers of 2 people, 1 permission." in page
    assert "Benefits Supervisor of North office, by a post; Benefits stands above North office." in page
    assert "Ana Ruiz Member of North office. Supervisor of North office, by a post." in page
    assert queries_of("/access/people/sam/") <= PAGE_QUERIES + LOOK_QUERIES
    assert queries_of("/my-access/") <= PAGE_QUERIES


def test_another_day_shows_that_day():
    grant("ana", "executive", ends_on=today())
    yesterday = today() - datetime.timedelta(days=1)
    assert "Executive" not in looked("adam", "/access/people/ana/")
    page = looked("adam", f"/access/people/ana/?on={yesterday}")
    assert "Executive over Riverbend County, by a grant." in page
    assert f'value="{yesterday}"' in page
    compared = words_in(looked("adam", f"/access/people/ana/compare/?one={today()}&other={yesterday}"))
    assert "Lost Open on the earlier day, no longer on the later one." in compared
    assert "Results of Roads Executive over Riverbend County, by a grant; Roads stands below" in compared
    assert "Gained" not in compared.replace("Lines gained", "")


def test_today_is_compared_with_a_month_ago_unless_told_otherwise():
    ago = today() - datetime.timedelta(days=30)
    assert f'name="one" value="{ago}"' in looked("adam", "/access/people/ana/")
    assert f'value="{ago}"' in looked("adam", "/access/people/ana/compare/")


def test_two_days_alike_are_told_to_be():
    page = words_in(looked("adam", f"/access/people/ana/compare/?one={today()}&other={today()}"))
    assert "Nothing was gained or lost. Lines kept:" in page


@pytest.mark.parametrize("asked", ["", "?on=", "?on=soon", "?on=2026-02-30", "?one=x&other=0000-00-00"])
def test_what_is_no_day_is_today(asked):
    assert "What Ana Ruiz can see, and why" in looked("adam", f"/access/people/ana/{asked}")
    assert as_user("adam").get(f"/access/people/ana/compare/{asked}").status_code == 200


def test_the_first_day_of_all_has_none_before_it():
    looked("adam", "/access/people/ana/?on=0001-01-01")
    assert as_user("adam").get("/access/people/ana/?on=0001-01-01").status_code == 200
    assert as_user("adam").get("/access/people/ana/compare/?other=0001-01-01").status_code == 200


def test_one_without_an_account_sees_nothing_and_the_page_says_why():
    Person.objects.create(key="zoe", name="Zoe Park")
    assert "Zoe Park has no account, and so cannot sign in." in looked("adam", "/access/people/zoe/")
    assert as_user("adam").get("/access/people/zoe/grant/").status_code == 404


def test_what_waits_and_who_stands_in_is_told():
    ana, sam = (Person.objects.get(key=key) for key in ("ana", "sam"))
    now = datetime.datetime.now(tz=datetime.UTC)
    Delegation.objects.create(
        giver=sam,
        receiver=ana,
        kind="acting",
        starts_on=today(),
        ends_on=today() + datetime.timedelta(days=3),
        arranged_by="test",
        arranged_at=now,
    )
    Proposal.objects.create(
        user=ana.user,
        role="hr",
        unit=Unit.objects.get(key="works"),
        starts_on=today(),
        reason="x",
        proposed_by="user:0",
        proposed_at=now,
    )
    page = looked("adam", "/access/people/ana/")
    assert "Ana Ruiz stands in for Sam Okafor from" in page
    assert "HR over Public works is proposed and waits for another administrator" in page


@pytest.mark.parametrize("address", ["/access/people/ana/", "/access/people/ana/compare/?one=2026-01-01"])
def test_who_looks_at_somebodys_access_says_why_and_is_told_to_them(address):
    asked = text_of("adam", address)
    assert "Why do you look at what Ana Ruiz can see?" in asked
    assert "by a post" not in asked
    assert "Say why, for whoever it is about." in as_user("adam").post(address, {"why": " "}).content.decode()
    assert not AuditEvent.objects.filter(action__in=("stated", "viewed")).exists()
    assert say_why("adam", address, "Ana asked what she can open.")["Location"] == address
    assert "Why do you look" not in text_of("adam", address)
    seen = AuditEvent.objects.get(action="viewed")
    assert (seen.kind, seen.object_id, seen.fields, seen.roles, seen.reason) == (
        "person",
        "ana",
        ["access"],
        "administrator",
        "Ana asked what she can open.",
    )
    page = text_of("ana", "/who-looked/")
    assert "Saw what you can see, and why" in page
    assert "Ana asked what she can open." in page


def test_a_purpose_is_for_one_person_and_one_who_looks():
    say_why("adam", "/access/people/ana/")
    assert "Why do you look at what Sam Okafor can see?" in text_of("adam", "/access/people/sam/")
    assert "Why do you look at what Ana Ruiz can see?" in text_of("aud", "/access/people/ana/")


def test_ones_own_access_asks_for_no_purpose_and_leaves_no_look():
    grant("sam", "administrator")
    for address in ("/my-access/", "/my-access/compare/", "/access/people/sam/"):
        assert "Why do you look" not in text_of("sam", address)
    assert not AuditEvent.objects.filter(action="viewed").exists()


def test_everybody_reads_their_own_and_nobody_elses():
    for username in ("ana", "eli", "new", "exa"):
        name = User.objects.get(username=username).name
        assert f"What {name} can see, and why" in text_of(username, "/my-access/")
        assert as_user(username).get("/my-access/compare/").status_code == 200
        assert as_user(username).get("/access/people/sam/").status_code == 404


def test_who_looks_after_a_part_finds_only_its_people():
    grant("new", "administrator", "works")
    listed = text_of("new", "/access/")
    assert "Eli Novak" in listed
    assert "Ana Ruiz" not in listed
    client = as_user("new")
    missing = client.get("/access/people/nobody/")
    assert client.get("/access/people/eli/").status_code == 200
    for hidden in ("ana", "~exa"):
        assert client.get(f"/access/people/{hidden}/").content == missing.content
    grant("exa", "reader", "roads")
    assert client.get("/access/people/~exa/").status_code == 200
    assert "Exa" in text_of("new", "/access/?show=accounts")
