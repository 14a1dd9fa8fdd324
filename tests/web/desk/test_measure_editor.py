"""Defining a measure on screen: the form and the YAML say the same, and the file's validator reads both."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.definitions import read_yaml
from goldenthread.record.access.models import Grant
from goldenthread.record.measures.models import Measure, MeasureVersion, Outdated
from goldenthread.record.orgs.models import Unit
from tests.web.desk.worlds import ANSWERED, build_world

pytestmark = pytest.mark.django_db

EDIT = "/measures/calls_answered/edit/"
NEW = "/new/measure/"


@pytest.fixture
def ada() -> Client:
    build_world()
    client = Client()
    client.force_login(User.objects.get(username="ada"))
    return client


def fields_of(html: str) -> dict[str, Any]:
    """What a browser would send back of the form, as it stands on the page."""
    sent: dict[str, Any] = {}
    form = html[html.index('class="gt-editor"') :]
    for tag in re.findall(r"<input [^>]*>", form):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and not (kind and kind[1] in ("checkbox", "radio") and " checked" not in tag):
            sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = [chosen[1] if chosen else ""]
    sent.pop("csrfmiddlewaretoken", None)
    for name, text in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [text.replace("&quot;", '"').replace("&#x27;", "'").removeprefix("\n")]
    return sent


def opened(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200
    return fields_of(response.content.decode())


def test_saving_what_is_shown_changes_nothing(ada):
    response = ada.post(EDIT, {**opened(ada, EDIT), "do": "save"}, follow=True)
    assert "is as it was; nothing was changed." in response.content.decode()
    assert MeasureVersion.objects.filter(measure__key="calls_answered").count() == 1


def test_the_yaml_of_the_form_is_the_definition(ada):
    page = ada.post(EDIT, {**opened(ada, EDIT), "do": "yaml"}).content.decode()
    text = fields_of(page)["text"][0]
    assert read_yaml(text).value == read_yaml(ANSWERED).value
    back = ada.post(EDIT, {"as": "yaml", "text": text, "key": "calls_answered", "do": "form"})
    assert fields_of(back.content.decode()) == opened(ada, EDIT)


def test_a_target_changes_without_touching_a_value(ada):
    sent = {**opened(ada, EDIT), "do": "save", "targets-0-value": "90", "targets-0-why": "Council"}
    response = ada.post(EDIT, sent)
    assert response.url == "/measures/calls_answered/"
    measure = Measure.objects.select_related("current").get(key="calls_answered")
    assert measure.current.definition["targets"] == [{"value": 90, "why": "Council"}]
    assert not measure.current.formula_changed
    assert not Outdated.objects.exists()


def test_a_new_formula_asks_from_when_it_holds(ada):
    sent = {**opened(ada, EDIT), "do": "save", "numerator-where-0-value": "30", "why": "Stricter"}
    page = ada.post(EDIT, sent).content.decode()
    assert "The formula changes. For which days does the new one hold?" in page
    assert 'href="#id_holds_all"' in page
    assert MeasureVersion.objects.filter(measure__key="calls_answered").count() == 1
    unclear = ada.post(EDIT, {**sent, "holds": "from", "holds_from": "soon"}).content.decode()
    assert 'href="#id_holds_day"' in unclear
    assert ada.post(EDIT, {**sent, "holds": "from", "holds_from": "2026-07-01"}).status_code == 302
    version = Measure.objects.select_related("current").get(key="calls_answered").current
    assert (version.number, str(version.formula_from), version.why) == (2, "2026-07-01", "Stricter")
    assert Outdated.objects.filter(measure__key="calls_answered").exists()
    assert "A new formula from July 1, 2026" in ada.get("/measures/calls_answered/history/").content.decode()
    assert "being computed again" in ada.get("/measures/calls_answered/").content.decode()


def test_a_measure_is_defined_from_nothing(ada):
    sent = {
        **opened(ada, NEW),
        "do": "save",
        "m-title": "Calls that waited",
        "m-measure": "calls_waited",
        "m-source": "calls",
        "m-show_unit": "percent",
        "m-per": "100",
        "m-better": "lower",
        "m-breakdowns": ["outcome"],
        "m-strata": "outcome",
        "numerator-word": "count",
        "numerator-subject": "calls",
        "numerator-where-0-column": "wait_seconds",
        "numerator-where-0-comparison": "more_than",
        "numerator-where-0-value": "60",
        "numerator-where-1-column": "outcome",
        "numerator-where-1-comparison": "in",
        "numerator-where-1-value": "answered, 5310",
        "denominator-word": "count",
        "denominator-subject": "calls",
    }
    assert ada.post(NEW, sent).url == "/measures/calls_waited/"
    definition = Measure.objects.select_related("current").get(key="calls_waited").current.definition
    assert definition["numerator"]["where"] == {
        "wait_seconds": {"more_than": 60},
        "outcome": {"in": ["answered", "5310"]},
    }
    assert definition["show_as"] == {"per": 100, "unit": "percent", "better": "lower"}
    assert definition["breakdowns"] == ["outcome"]
    assert definition["strata"] == "outcome"
    assert "which another measure has" in ada.post(NEW, sent).content.decode()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"m-title": ""}, "id_m-title", "Name: found nothing, wanted"),
        ({"numerator-where-0-column": "wait"}, "id_numerator-where-0-column", "wait_seconds"),
        ({"numerator-subject": ""}, "id_numerator-word", "what after count, found nothing"),
        ({"m-per": "many"}, "id_m-per", "Times: "),
        ({"targets-0-low": "3"}, "id_targets-0-value", "either value, or a range"),
        ({"targets-0-from_": "2026-31-31"}, "id_targets-0-value", "a date such as"),
        ({"m-frequency": ""}, "id_m-frequency", "How often"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(ada, changed, field, words):
    sent = {**opened(ada, EDIT), "do": "save", **changed}
    page = ada.post(EDIT, sent).content.decode()
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert words in page
    assert MeasureVersion.objects.filter(measure__key="calls_answered").count() == 1


def test_what_is_wrong_in_yaml_is_said_with_its_line(ada):
    text = ANSWERED.replace("{count: calls}", "{cuont: calls}").replace("kind: how_well", "kind: how_wel")
    page = ada.post(EDIT, {"as": "yaml", "text": text, "do": "save"}).content.decode()
    assert "line 8" in page
    assert "cuont" in page
    broken = ada.post(EDIT, {"as": "yaml", "text": "measure: [", "do": "form"}).content.decode()
    assert 'href="#id_text"' in broken
    assert "measure: [" in broken
    renamed = ANSWERED.replace("measure: calls_answered", "measure: other")
    assert "a key never changes" in ada.post(EDIT, {"as": "yaml", "text": renamed}).content.decode()


def test_a_text_too_long_is_told_before_anybody_reads_it(ada):
    text = "measure: calls_answered\n" + "# why\n" * 40_000
    page = ada.post(EDIT, {"as": "yaml", "text": text, "do": "save"}).content.decode()
    assert "Found 240,024 characters, wanted at most 200,000." in page
    assert text.strip() in page


@pytest.mark.parametrize(
    "text", ["", "- 1", "measure", "numerator: 3", "targets: {a: b}\nmeasure: calls_answered"]
)
def test_no_text_breaks_the_page(ada, text):
    for wanted in ("save", "form", "yaml", "preview", "rows"):
        assert ada.post(EDIT, {"as": "yaml", "text": text, "do": wanted}).status_code == 200
    assert (
        ada.post(EDIT, {"do": "save", "targets-rows": "²", "numerator-where-rows": "-1"}).status_code == 200
    )


def test_a_preview_saves_nothing(ada):
    sent = {**opened(ada, EDIT), "do": "preview", "numerator-where-0-value": "30"}
    page = ada.post(EDIT, sent).content.decode()
    assert "nothing of this is saved" in page
    piece = ada.post("/new/measure/preview/", sent, headers={"HX-Request": "true"}).content.decode()
    assert "nothing of this is saved" in piece
    assert "<html" not in piece
    assert MeasureVersion.objects.count() == 4
    assert ada.get("/new/measure/preview/").status_code == 404


def test_nobody_keeps_a_measure_for_a_unit_that_is_not_theirs(ada):
    own = User.objects.get(username="dora")
    own.grants.create(
        role="analyst", unit=Measure.objects.get(key="letters_done").unit, starts_on=date(2020, 1, 1)
    )
    client = Client()
    client.force_login(own)
    assert client.get(EDIT).status_code == 404
    assert client.get("/measures/letters_done/edit/").status_code == 200
    text = ANSWERED.replace("measure: calls_answered", "measure: mine").replace(
        "unit: benefits", "unit: works"
    )
    page = client.post(NEW, {"as": "yaml", "text": text}).content.decode()
    assert "You may not define measures for works." in page
    assert not Measure.objects.filter(key="mine").exists()


def test_more_rows_come_when_the_empty_ones_are_filled(ada):
    sent = opened(ada, EDIT)
    assert sent["numerator-where-rows"] == ["3"]
    sent |= {"numerator-where-1-column": "outcome", "numerator-where-2-column": "outcome", "do": "rows"}
    again = fields_of(ada.post(EDIT, sent).content.decode())
    assert again["numerator-where-rows"] == ["5"]
    assert again["numerator-where-2-column"] == ["outcome"]


def test_only_measures_that_are_open_to_one_are_offered_for_their_values(ada):
    una = User.objects.create_user("una", name="Una")
    Grant.objects.create(
        user=una, role="analyst", unit=Unit.objects.get(key="roads"), starts_on=date(2020, 1, 1)
    )
    client = Client()
    client.force_login(una)
    offered = client.get(NEW).content.decode()
    assert "potholes" in offered
    assert "letters_done" not in offered
    assert "letters_done" in ada.get(NEW).content.decode()
