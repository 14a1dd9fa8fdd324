"""Saved views: a page with its choices, found again under a name, its owner's alone."""

from __future__ import annotations

import html
from urllib.parse import quote, urlencode

import pytest
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Post, Unit
from goldenthread.record.reports.actions import retire
from goldenthread.record.reports.models import Report
from goldenthread.record.saved_views import actions
from goldenthread.record.saved_views.models import SavedView
from goldenthread.web.desk.forms.saved_views import PAGES, kept_page
from tests.web.desk.worlds import as_user, text_of, today, words
from tests.web.whole_county import BY

REPORT = "/units/north/reports/desk_work/"


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """With a report over visits, and a view of Ana's."""


def save(name: str, of: str, *, by: str = "sam"):
    return as_user(by).post("/new/view/", {"name": name, "of": of})


def saved(by: str = "sam", **more: object) -> SavedView:
    return SavedView.objects.get(owner__username=by, **more)


def test_a_page_is_saved_from_its_foot_and_found_again() -> None:
    there = f"{REPORT}?days=last_month"
    door = f"/new/view/?{urlencode({'of': there})}"
    assert f'href="{html.escape(door)}"' in text_of("sam", there)
    assert f'name="of" value="{there}"' in text_of("sam", door)
    answer = save("  Monday morning ", there)
    assert (answer.status_code, answer["Location"]) == (302, there)
    assert saved().name == "Monday morning"
    text = words(text_of("sam", "/views/"))
    assert "Monday morning Work at the desk, North office Last month Send it by mail Rename or remove" in text
    assert f'href="{there}">Monday morning</a>' in text_of("sam", "/")


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (REPORT, "Work at the desk, North office"),
        (f"{REPORT}?since=2026-01-02&until=2026-02-03", "2026-01-02 to 2026-02-03"),
        (f"{REPORT}workers/?days=yesterday", "Work at the desk, workers of North office Yesterday"),
        (f"{REPORT}workers/ana/", "Work at the desk, Ana Ruiz in North office"),
        ("/units/north/indicators/", "Key indicators, North office"),
    ],
)
def test_each_says_what_it_shows_by_the_names_of_today(of: str, told: str) -> None:
    save("One", of)
    assert told in words(text_of("sam", "/views/"))
    Unit.objects.filter(key="north").update(name="Harbor office")
    assert told.replace("North office", "Harbor office") in words(text_of("sam", "/views/"))


def test_pages_that_some_reports_have_say_what_they_show(things: dict[str, str]) -> None:
    by, listed = things["report of Benefits"], things["list of Benefits"]
    titles = dict(Report.objects.values_list("key", "title"))
    told = {
        f"/units/north/reports/{by}/by/?category=food": f"{titles[by]} by category, North office food",
        f"/units/north/reports/{listed}/open/": f"{titles[listed]}, open work of North office",
        f"/units/north/reports/{listed}/workers/ana/open/": (
            f"{titles[listed]}, open work of Ana Ruiz in North office"
        ),
    }
    for number, (of, wanted) in enumerate(told.items()):
        save(f"V{number}", of)
        assert wanted in words(text_of("sam", "/views/"))
    save("Mine", f"/my-work/{listed}/open/", by="ana")
    assert f"{titles[listed]}, your own open work" in words(text_of("ana", "/views/"))
    for of in (f"{REPORT}open/", f"{REPORT}workers/ana/open/"):
        SavedView.objects.filter(owner__username="sam").delete()
        save("None", of)
        assert as_user("sam").get(of).status_code == 404
        assert "Not open to you today" in text_of("sam", "/views/")


def test_nothing_is_kept_but_the_page_and_its_choices() -> None:
    save("One", f"{REPORT}?days=last_week&days=last_month&page=7&next=//evil.example&category=x#top")
    one = saved()
    assert (one.route, one.arguments) == ("unit_report", {"key": "north", "report": "desk_work"})
    assert one.parameters == {"days": "last_month"}
    assert kept_page(f"{REPORT}?days={'x' * 201}").parameters == {}


@pytest.mark.parametrize(
    "of", ["", "/views/", "/no/such/page/", "https://evil.example/", "//evil.example/x", f"{REPORT}data.csv"]
)
def test_other_pages_are_refused_in_words(of: str) -> None:
    answer = save("One", of)
    assert answer.status_code == 200
    if of:
        assert "This page cannot be saved." in answer.content.decode()
    assert not SavedView.objects.filter(owner__username="sam").exists()


def test_an_address_of_elsewhere_leads_here_or_nowhere() -> None:
    save("One", f"https://evil.example{REPORT}")
    assert saved().route == "unit_report"
    assert 'href="/units/north/reports/desk_work/">One</a>' in text_of("sam", "/views/")


def test_every_page_that_can_be_saved_has_its_words() -> None:
    from goldenthread.web.desk.presenters.saved_views import _TITLES

    assert _TITLES.keys() == PAGES.keys()


def test_what_is_no_longer_open_says_so_and_nothing_else() -> None:
    for name, of in (("A", REPORT), ("B", f"{REPORT}workers/ana/"), ("C", "/units/north/indicators/")):
        save(name, of)
    looks = AuditEvent.objects.filter(action__in=["viewed", "listed"])
    before = looks.count()
    assert "Not open to you" not in text_of("sam", "/views/")
    assert looks.count() == before, "a list looks at nobody"
    Post.objects.filter(person__key="sam").update(ends_on=today())
    text = text_of("sam", "/views/")
    assert words(text).count("Not open to you today") == 3
    assert not any(told in text for told in ("Ana Ruiz", "North office", "Work at the desk"))
    assert as_user("sam").get(REPORT).status_code == 404


def test_a_report_that_is_used_no_more_is_not_open() -> None:
    save("A", REPORT)
    retire(report=Report.objects.get(key="desk_work"), by=BY, now=timezone.now(), today=today())
    assert "Not open to you today" in text_of("sam", "/views/")


def test_ones_own_numbers_are_saved_too() -> None:
    text = text_of("ana", "/views/")
    assert "My unit" in text
    save("Mine", "/my-work/desk_work/", by="ana")
    own = as_user("ana").get("/my-work/desk_work/").status_code == 200
    told = "Work at the desk, your own numbers" if own else "Not open to you today"
    assert told in words(text_of("ana", "/views/"))


def test_it_is_renamed_and_removed_by_its_owner_alone() -> None:
    save("One", REPORT)
    save("Two", REPORT)
    here = f"/views/{saved(name='One').pk}/"
    taken = as_user("sam").post(here, {"name": "Two"})
    assert "You have another view called “Two”" in taken.content.decode()
    assert as_user("sam").post(here, {"name": "First"})["Location"] == "/views/"
    for name in ("ana", "adam"):
        for address in (here, f"{here}remove/"):
            assert as_user(name).get(address).status_code == 404
            assert as_user(name).post(address, {"name": "Stolen"}).status_code == 404
    assert "Remove the view “First”" in text_of("sam", f"{here}remove/")
    assert as_user("sam").post(f"{here}remove/")["Location"] == "/views/"
    assert [one.name for one in SavedView.objects.filter(owner__username="sam")] == ["Two"]
    told = AuditEvent.objects.filter(
        kind="saved_view", actor=Actor.user(User.objects.get(username="sam").pk).key
    )
    assert sorted(told.values_list("action", flat=True)) == ["changed", "created", "created", "deleted"]


def test_there_is_a_most_and_a_name() -> None:
    sam = User.objects.get(username="sam")
    for number in range(actions.MOST):
        view = {"route": "indicators", "arguments": {"key": "north"}, "parameters": {}}
        actions.save_view(owner=sam, name=f"V{number}", by=Actor.user(sam.pk), now=timezone.now(), **view)
    assert "You keep 50 views" in save("More", REPORT).content.decode()
    assert "Say what it is called." in save("", REPORT).content.decode()
    with pytest.raises(NotAllowed, match="wanted 1 to 80"):
        actions.rename_view(view=saved(name="V1"), name="x" * 81, by=Actor.user(sam.pk), now=timezone.now())


def test_names_are_words_and_nothing_else() -> None:
    save('<script>alert("x")</script>', REPORT)
    for address in ("/", "/views/"):
        assert "<script>alert(" not in text_of("sam", address)


def test_a_page_that_cannot_be_saved_has_no_door() -> None:
    for address in ("/", "/views/", "/reports/"):
        assert "/new/view/" not in text_of("sam", address)
    assert quote("/units/north/indicators/", safe="") in text_of("sam", "/units/north/indicators/")
