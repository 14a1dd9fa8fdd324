"""Numbers of single workers: by name for who leads them, under pseudonyms for analysts, and one's own."""

from __future__ import annotations

import csv
import datetime
import html
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.definitions import read_yaml
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, PersonIdentifier, Post, Unit
from goldenthread.record.reports.actions import save_reports
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.models import Consultation
from goldenthread.record.reports.uses import NOTICE
from tests.web.desk.worlds import as_user, last_month, text_of, today
from tests.web.whole_county import BY, DESK

WORKERS = "/units/north/reports/desk_work/workers/"
FILE = "/units/north/reports/desk_work/workers"
MINE = "/my-work/desk_work/"
USES = "/reports/desk_work/workers/"


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """Staff agreed to “Visits” of single workers; of “Average visit” they were not asked yet."""


def table_of(text: str) -> str:
    return text[text.index("<tbody>") : text.index("</tbody>")]


def test_who_leads_them_reads_names_and_what_was_agreed() -> None:
    text = text_of("sam", WORKERS)
    rows = table_of(text)
    assert rows.index("Ana Ruiz") < rows.index("Pete")
    assert f'href="{WORKERS}ana/?days=last_month"' in rows
    assert ">12<" in rows
    assert "Average visit" not in text
    assert "never with another" in text


def five_in_north() -> None:
    """Ana and Pete, Stig and Rae, and Kim, to whom half of Rae's visits belong."""
    north, kim = Unit.objects.get(key="north"), Person.objects.create(key="kim", name="Kim Lee")
    Post.objects.filter(person__key__in=["stig", "rae"], role="member").update(unit=north)
    Post.objects.create(person=kim, unit=north, role="member")
    half = last_month().start + datetime.timedelta(days=6)
    PersonIdentifier.objects.filter(value="D-rae").update(ends_on=half)
    PersonIdentifier.objects.create(person=kim, system="desk", value="D-rae", starts_on=half)


def test_an_analyst_reads_every_stated_column_of_nobody_named() -> None:
    five_in_north()
    text = text_of("ada", WORKERS)
    rows = table_of(text)
    assert pseudonym("ana") in rows
    assert "Ana" not in text
    assert "Average visit" in text
    assert f'href="{WORKERS}' not in rows
    assert as_user("ada").get(f"{WORKERS}ana/").status_code == 404
    assert as_user("ada").get(f"{WORKERS}{pseudonym('ana')}/").status_code == 404


@pytest.mark.parametrize("unit", ["north", "south", "benefits"])
def test_a_pseudonym_is_no_veil_for_fewer_than_five(unit: str) -> None:
    text = text_of("ada", f"/units/{unit}/reports/desk_work/workers/")
    assert "Where fewer than five worked together, they are left out" in text
    assert "worker-" not in text


def test_no_two_pages_differ_by_fewer_than_five() -> None:
    five_in_north()
    lou = Person.objects.create(key="lou", name="Lou Berg")
    Post.objects.create(person=lou, unit=Unit.objects.get(key="south"), role="member")
    both = Post.objects.create(person=lou, unit=Unit.objects.get(key="north"), role="member")
    for unit in ("north", "benefits"):
        text = text_of("ada", f"/units/{unit}/reports/desk_work/workers/?days=last_month")
        assert table_of(text).count("worker-") == 5
        assert pseudonym("lou") not in text
        assert "they are left out" in text
    both.delete()
    assert "they are left out" not in text_of("ada", WORKERS)


def test_days_on_which_fewer_than_five_worked_are_of_nobody() -> None:
    five_in_north()
    day = last_month().start
    assert "worker-" not in text_of("ada", f"{WORKERS}?since={day}&until={day}")
    assert "worker-" in text_of("ada", f"{WORKERS}?since={day}&until={day + datetime.timedelta(days=6)}")


def test_whom_one_reads_by_name_one_reads_under_no_pseudonym() -> None:
    five_in_north()
    ada = Person.objects.create(key="ada", name="Ada", user=User.objects.get(username="ada"))
    Post.objects.create(person=ada, unit=Unit.objects.get(key="north"), role="supervisor")
    assert "Ana Ruiz" in text_of("ada", WORKERS)
    assert "worker-" not in text_of("ada", "/units/benefits/reports/desk_work/workers/")


def test_one_worker_stands_beside_their_own_past() -> None:
    text = text_of("sam", f"{WORKERS}ana/")
    assert "<h1>Ana Ruiz</h1>" in text
    assert "Normal range" in text
    assert "to talk about what one could learn" in text
    assert "Average visit" not in text
    assert as_user("sam").get(f"{WORKERS}stig/").status_code == 404


def test_ones_own_numbers_are_the_same() -> None:
    text = text_of("ana", MINE)
    assert "<h1>My work</h1>" in text
    assert ">12<" in table_of(text)
    assert "Pete" not in text
    assert f'href="{MINE}"' in text_of("ana", "/my-work/")
    Consultation.objects.filter(report__key="desk_list").delete()
    assert as_user("ana").get("/my-work/").url == MINE


def test_who_does_none_of_this_work_has_no_numbers() -> None:
    assert as_user("dora").get(MINE).status_code == 404
    assert "No number of your work is shown" in text_of("dora", "/my-work/")


def test_each_look_is_on_the_list_of_the_one_looked_at() -> None:
    text_of("sam", WORKERS)
    text_of("sam", f"{WORKERS}ana/")
    text_of("ana", MINE)
    looks = AuditEvent.objects.filter(kind="person", object_id="ana", fields=["numbers"])
    assert sorted(looks.values_list("action", flat=True)) == ["listed", "viewed"]
    assert "Saw numbers of your work" in text_of("ana", "/who-looked/")


@pytest.mark.parametrize("days", ["", "?days=yesterday", "?days=last_week"])
@pytest.mark.parametrize("username", ["sam", "ada"])
def test_a_file_holds_what_the_page_shows(username: str, days: str) -> None:
    five_in_north()
    shown = [
        tuple(html.unescape(cell) for cell in re.findall(r'gt-cell">(?:<a [^>]*>)?([^<]*)', row))
        for row in table_of(text_of(username, WORKERS + days)).split("<tr>")[1:]
    ]
    rows = rows_of_file(username, days)
    assert [row[0] for row in rows[1:]] == [row[0] for row in shown]
    assert [tuple(map(plain, row[1:])) for row in rows[1:]] == [tuple(map(plain, row[1:])) for row in shown]
    assert len(rows) == 6
    titles = ["Worker", "Visits", "Average visit"]
    assert rows[0] == (titles if username == "ada" else titles[:2])


def rows_of_file(username: str, days: str = "") -> list[list[str]]:
    answer = as_user(username).get(f"{FILE}.csv{days}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def plain(cell: str) -> str:
    """A number without its unit, as the page and the file both have it."""
    found = re.match(r"[\d.]+", cell)
    return str(float(found[0])) if found else cell


def test_a_file_names_nobody_to_an_analyst_and_fewer_than_five_not_at_all() -> None:
    assert rows_of_file("ada") == [["Worker", "Visits", "Average visit"]]
    five_in_north()
    text = as_user("ada").get(f"{FILE}.csv").content.decode()
    assert "Ana" not in text
    assert pseudonym("ana") in text


def test_who_may_not_read_the_page_takes_no_file() -> None:
    for username in ("ana", "pete", "sue", "dora", "exa", "una", "lia", "hal", "carl", "fay"):
        for kind in ("csv", "xlsx"):
            assert as_user(username).get(f"{FILE}.{kind}").status_code == 404, (username, kind)


def test_what_is_taken_along_is_on_the_list_of_each() -> None:
    rows_of_file("sam")
    taken = AuditEvent.objects.filter(kind="person", fields=["numbers"], action="exported")
    assert sorted(taken.values_list("object_id", flat=True)) == ["ana", "pete"]
    assert AuditEvent.objects.filter(action="exported", object_id=f"{FILE}.csv").exists()
    assert "Took numbers of your work along as a file" in text_of("ana", "/who-looked/")


def test_a_page_offers_its_file_for_the_days_it_shows() -> None:
    day = last_month().start
    text = html.unescape(text_of("sam", f"{WORKERS}?since={day}&until={day}"))
    assert f'href="{FILE}.csv?since={day}&until={day}"' in text
    assert as_user("sam").get(f"{FILE}.csv?since={day}").status_code == 404


def test_after_the_review_only_analysts_read_it() -> None:
    Consultation.objects.update(review_on=today())
    text = text_of("sam", WORKERS)
    assert "No number of this report is shown of single workers today." in text
    assert "Ana Ruiz" not in text
    assert as_user("ana").get(MINE).status_code == 404
    five_in_north()
    assert pseudonym("ana") in text_of("ada", WORKERS)


def test_any_days_can_be_asked_for() -> None:
    text = text_of("sam", f"{WORKERS}?since=2026-02-30&until=2026-03-01")
    assert "Wanted a day that there is" in text
    assert as_user("sam").get(f"{WORKERS}?days=tomorrow").status_code == 404


def test_everybody_reads_what_it_is_used_for_and_what_staff_said() -> None:
    text = text_of("ana", USES)
    assert "The stewards agree." in text
    assert "Not shown yet, but to analysts under pseudonyms: Average visit." in text
    assert "Waits for what staff say" in text
    assert "Put on record what staff said" not in text


def test_the_liaison_records_and_everybody_affected_is_told() -> None:
    begins = today() + NOTICE
    sent = {"columns": ["minutes"], "said": "Fine, for looking.", "holds_from": str(begins), "shown": "1"}
    assert as_user("lia").post(USES, sent).status_code == 302
    made = Consultation.objects.get(column="minutes")
    assert (made.use, made.holds_from, made.said) == ("monitor", begins, "Fine, for looking.")
    told = Notice.objects.filter(kind="use_announced")
    names = set(User.objects.filter(pk__in=told.values("receiver")).values_list("username", flat=True))
    assert {"ana", "pete", "sam", "stig"} <= names
    assert "ada" not in names
    assert "Numbers of single workers are shown from" in text_of("ana", "/")
    assert "to see how the work goes" in text_of("ana", USES)


def test_what_the_liaison_typed_stays_where_it_is_refused() -> None:
    soon = today() + NOTICE - datetime.timedelta(days=1)
    answer = as_user("lia").post(
        USES, {"columns": ["minutes"], "said": "Fine.", "holds_from": str(soon), "shown": "1"}
    )
    text = answer.content.decode()
    assert "everybody affected is told before" in text
    assert "Fine.</textarea>" in text
    assert not Consultation.objects.filter(column="minutes").exists()
    text = as_user("lia").post(USES, {"said": "", "holds_from": "", "shown": "1"}).content.decode()
    for words in ("Wanted at least one.", "Found nothing; wanted what was said", "Wanted a day."):
        assert words in text


def test_what_waits_for_the_liaison_stands_on_the_first_page_until_it_is_on_record() -> None:
    refresh_notices(now=timezone.now())
    words = "Ask staff about numbers of single workers in"
    assert words in text_of("lia", "/")
    for username in ("ada", "sam", "ana"):
        assert words not in text_of(username, "/")
    sent = {"columns": ["minutes"], "said": "Fine.", "holds_from": str(today() + NOTICE), "shown": "1"}
    assert as_user("lia").post(USES, sent).status_code == 302
    assert words not in text_of("lia", "/")


def test_what_changed_while_the_liaison_wrote_is_read_again_first() -> None:
    assert 'name="shown" value="1"' in text_of("lia", USES)
    now = timezone.now()
    changed = read_report(read_yaml(DESK.replace("{mean: minutes}", "{sum: minutes}")))
    save_reports([changed], by=BY, now=now, today=today())
    sent = {"columns": ["minutes"], "said": "Fine.", "holds_from": str(today() + NOTICE), "shown": "1"}
    text = as_user("lia").post(USES, sent).content.decode()
    assert "The report was changed after you opened this page." in text
    assert not Consultation.objects.filter(column="minutes").exists()
    assert 'name="shown" value="2"' in text
    assert as_user("lia").post(USES, {**sent, "shown": "2"}).status_code == 302


def test_nobody_else_records_it() -> None:
    sent = {"columns": ["minutes"], "said": "Fine.", "holds_from": str(today() + NOTICE), "shown": "1"}
    for username in ("sam", "ada", "dora", "hal"):
        assert as_user(username).post(USES, sent).status_code in (403, 404), username
    assert not Consultation.objects.filter(column="minutes", recorded_at__gte=timezone.now()).exists()


def test_days_on_which_nothing_was_done_say_so() -> None:
    assert "Nothing was counted." in text_of("sam", f"{WORKERS}?days=yesterday")
    assert "Nothing was counted." in text_of("ana", f"{MINE}?days=yesterday")


def test_doors_lead_there() -> None:
    assert f'href="{WORKERS}"' in text_of("sam", "/units/north/reports/desk_work/")
    assert 'href="/my-work/"' in text_of("ana", "/units/north/")
    assert 'href="/my-work/"' not in text_of("sam", "/units/north/")


def test_ones_own_page_comes_first() -> None:
    for address, after in (("/", "What needs you"), ("/units/north/", "/units/north/indicators/")):
        text = text_of("ana", address)
        assert text.index('href="/my-work/"') < text.index(after)
    assert 'href="/my-work/"' not in text_of("sam", "/")
    Consultation.objects.all().delete()
    assert 'href="/my-work/"' not in text_of("ana", "/"), "nothing of it is shown by name"


@pytest.mark.parametrize("username", ["lia", "ada", "ana", "sam", "exa"])
def test_a_door_leads_everybody_to_what_is_used_for_what(username: str) -> None:
    assert 'href="/reports/"' in text_of(username, "/measures/")
    assert f'href="{USES}"' in text_of(username, "/reports/")


def test_a_door_leads_analysts_and_nobody_else_to_the_pseudonyms() -> None:
    here = 'href="/units/benefits/reports/desk_work/workers/"'
    assert here in text_of("ada", USES)
    for username in ("lia", "sam", "exa", "hal"):
        assert here not in text_of(username, USES)


def test_no_door_leads_to_a_report_that_one_does_not_see() -> None:
    assert f'href="{USES}"' not in text_of("una", "/reports/")
    assert f'href="{USES}"' not in text_of("adam", "/reports/")


def test_as_many_queries_however_many_workers() -> None:
    counted = []
    for extra in (0, 6):
        for number in range(extra):
            person = Person.objects.create(key=f"more{number}", name=f"More {number}")
            Post.objects.create(person=person, unit=Unit.objects.get(key="north"), role="member")
        client = as_user("sam")
        client.get(WORKERS)
        with CaptureQueriesContext(connection) as asked:
            assert "More" in client.get(WORKERS).content.decode() or not extra
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 40


def reminded() -> set[tuple[str, str, datetime.date | None]]:
    told = Notice.objects.filter(kind="use_to_review", done_at=None)
    return set(told.values_list("receiver__username", "object_id", "due_on"))


def test_two_weeks_before_its_review_who_may_renew_a_use_is_told() -> None:
    now, ends = timezone.now(), today() + datetime.timedelta(days=14)
    refresh_notices(now=now)
    assert reminded() == set()
    Consultation.objects.filter(report__key="desk_work").update(review_on=ends)
    refresh_notices(now=now - datetime.timedelta(days=1))
    assert reminded() == set()
    refresh_notices(now=now)
    about = (f"desk_work:{ends}", ends)
    assert {("ada", *about), ("lia", *about)} <= reminded()
    assert not {name for name, *_rest in reminded()} & {"ana", "sam", "una"}
    assert "numbers of single workers are no longer shown in" in text_of("lia", "/")
    Consultation.objects.filter(report__key="desk_work").update(review_on=datetime.date(2099, 1, 1))
    refresh_notices(now=now)
    assert reminded() == set()
