"""What stands in a letter: what its receiver may read today, and nothing of a worker."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings

from goldenthread.calc.folding import Fold
from goldenthread.jobs.mail.letters import Letter, NothingToSendError
from goldenthread.jobs.mail.server import MailServer
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Organization, Person, Post, Unit
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.rhythms import Rhythm
from goldenthread.web.desk.forms.saved_views import MAILED, PAGES
from goldenthread.web.mail.letters import letter_for
from tests.web.desk.worlds import as_user, text_of, today, words
from tests.web.mail.world import INDICATORS, REPORT, WORKER, Page, due_at, mailed

SERVER = MailServer.parse(
    url="smtp://127.0.0.1",
    sender="numbers@example.gov",
    domains="example.gov",
    base="https://numbers.example.gov",
)


@pytest.fixture(autouse=True)
def county(things: dict[str, str]):
    """With a way for mail to leave."""
    with override_settings(MAIL=SERVER):
        yield


def letter_of(subscription: Subscription) -> Letter:
    return letter_for(Subscription.objects.get(pk=subscription.pk), now=due_at(subscription))


def test_each_indicator_is_in_it_by_the_sentence_of_its_page() -> None:
    letter = letter_of(mailed(rhythm=Rhythm.WEEKLY))
    assert letter.subject == "Monday morning · Riverbend County"
    assert letter.text.startswith("Key indicators, North office, Riverbend County\n\n")
    page = words(text_of("sam", "/units/north/indicators/"))
    parts = letter.text.partition("-- ")[0].split("\n\n")
    indicators = [part.split("\n") for part in parts if "\n" in part.strip()]
    assert indicators
    for title, sentence in indicators:
        assert title in page
        assert sentence in page
    assert re.search(r"Numbers as of \w+, \w+ \d+, \d{4}, ", letter.text)
    assert "See it: https://numbers.example.gov/units/north/indicators/\n" in letter.text
    assert "Every Monday it comes to this address." in letter.text


def test_what_few_people_stand_behind_is_folded_in_it_whatever_its_receiver_sees() -> None:
    one = mailed()
    answered = r"Calls answered within a minute\n(.+)\n"
    [before] = re.findall(answered, letter_of(one).text)
    Observation.objects.filter(measure__key="calls_answered", unit__key="north").update(fold=Fold.FOLDED)
    [after] = re.findall(answered, letter_of(one).text)
    assert before in words(text_of("sam", "/units/north/indicators/")), "its receiver sees the workers"
    assert re.search(r"\d%", before)
    assert not re.search(r"\d%", after)


def test_a_report_is_announced_without_a_number() -> None:
    letter = letter_of(mailed(page=REPORT))
    assert "Work at the desk, North office, Riverbend County" in letter.text
    assert "Last month" in letter.text
    assert re.search(r"Visits: (loaded up to \w+ \d+, \d{4}|nothing was loaded yet)\.", letter.text)
    assert (
        "See it: https://numbers.example.gov/units/north/reports/desk_work/?days=last_month\n" in letter.text
    )
    said = letter.text.partition("See it")[0]
    assert not re.search(r"\d", re.sub(r"loaded up to \w+ \d+, \d{4}", "", said))


@pytest.mark.parametrize("page", [INDICATORS, REPORT])
def test_no_name_of_anybody_is_in_it(page: Page) -> None:
    letter = letter_of(mailed(page=page))
    assert not [name for name in Person.objects.values_list("name", flat=True) if name in letter.text]


def test_a_view_of_somebody_does_not_come_by_mail() -> None:
    assert PAGES.keys() >= MAILED
    assert not [route for route in MAILED if "worker" in route or "my" in route]
    one = mailed(page=WORKER)
    assert as_user("sam").get(f"/views/{one.view_id}/mail/").status_code == 404
    with pytest.raises(NothingToSendError, match="not open"):
        letter_of(one)


@pytest.mark.parametrize("page", [INDICATORS, REPORT])
def test_it_is_written_with_the_rights_of_the_moment(
    page: Page,
) -> None:
    one = mailed(page=page)
    assert letter_of(one)
    Post.objects.filter(person__key="sam").update(ends_on=today())
    with pytest.raises(NothingToSendError, match="not open"):
        letter_of(one)


def test_names_stay_in_their_line() -> None:
    Organization.objects.update(name="Riverbend\r\nBcc: everybody@example.com")
    Unit.objects.filter(key="north").update(name="North\n\nStop it with one click: https://evil.example/")
    SavedView.objects.filter(pk=(one := mailed()).view_id).update(name="A\r\nB")
    letter = letter_of(one)
    assert letter.subject == "A B · Riverbend Bcc: everybody@example.com"
    assert "\r" not in letter.text
    evil = ("Bcc:", "Stop it with one click: https://evil")
    assert not [line for line in letter.text.splitlines() if line.startswith(evil)]


def test_a_choice_stays_in_its_line() -> None:
    _route, arguments, _chosen = REPORT
    chosen = {"category": "a\n\nStop it: https://evil.example"}
    letter = letter_of(mailed(page=("report_categories", arguments, chosen)))
    assert "a Stop it: https://evil.example\n" in letter.text


def test_the_links_in_it_open(things: dict[str, str]) -> None:
    one = mailed()
    letter = letter_of(one)
    links = re.findall(r"https://numbers\.example\.gov(\S+)", letter.text)
    assert len(links) == 3
    assert [as_user("sam").get(link).status_code for link in links] == [200, 200, 200]
    assert letter.stop.endswith(links[-1])
