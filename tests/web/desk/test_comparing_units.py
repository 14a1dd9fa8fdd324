"""The units below a unit, side by side: every number of the page and its file against loops over the
facts."""

from __future__ import annotations

import csv
import datetime
import io
import math
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from goldenthread.accounts.models import User
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Unit
from tests.calc.test_funnel import slow_dispersion
from tests.web.desk.worlds import as_user, last_month, text_of

pytestmark = pytest.mark.django_db

BY = Actor.job("test")
PAGE = "/measures/decided_in_time/"
OFFICES = ("Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Larch")
ORGANIZATION = """\
organization: Riverbend County
timezone: UTC
units:
  - {id: county, name: Riverbend County, kind: county}
"""
SOURCE = """\
source: cases
key: [case]
time: day
unit: office
load: upsert
columns:
  case: {type: text, required: true}
  office: {type: text}
  day: {type: date}
  program: {type: category, missing: [""]}
  days: {type: number}
"""
MEASURE = """\
measure: decided_in_time
title: Decided in thirty days
source: cases
numerator: {count: cases, where: {days: {at_most: 30}}}
denominator: {count: cases}
show_as: {per: 100, unit: percent, better: higher}
frequency: month
breakdowns: [program]
strata: program
minimum_denominator: 10
"""
IN_TIME = {"food": 0.9, "care": 0.4, "": 0.7}
"""How often a case of each program is decided in time."""


def cases() -> list[tuple[str, str, bool]]:
    """(office, program, in time): Cedar has the hard cases, Fir is slow with easy ones, Tiny has hardly
    any."""
    rng = random.Random(7)
    rows = []
    for office in OFFICES:
        care = 0.9 if office == "Cedar" else 0.2
        for _ in range(400):
            program = "care" if rng.random() < care else rng.choice(["food", "food", "food", ""])
            rows.append((office, program, rng.random() < IN_TIME[program] * (0.5 if office == "Fir" else 1)))
    rows += [("Tiny", "food", number == 0) for number in range(4)]
    return rows + [("Night team", "food", False) for _ in range(100)]


@pytest.fixture
def facts(tmp_path: Path) -> list[tuple[str, str, bool]]:
    return build_offices(tmp_path)


def build_offices(folder: Path) -> list[tuple[str, str, bool]]:
    """The offices with their cases of last month, loaded, and an executive who sees them."""
    rows, day = cases(), last_month().start + datetime.timedelta(days=3)
    units = [*((name, "office") for name in (*OFFICES, "Tiny", "Vacant")), ("Night team", "team")]
    lines = "".join(
        f"  - {{id: {name.lower().replace(' ', '_')}, name: {name}, kind: {kind}, parent: county}}\n"
        for name, kind in units
    )
    (folder / "organization.yaml").write_text(ORGANIZATION + lines)
    for kind, text in (("sources", SOURCE), ("measures", MEASURE)):
        (folder / kind).mkdir()
        (folder / kind / "one.yaml").write_text(text)
    now = datetime.datetime.now(datetime.UTC)
    load_folder(folder, by=BY, now=now)
    with (folder / "cases.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["case", "office", "day", "program", "days"])
        writer.writerows(
            [number, office.lower().replace(" ", "_"), day, program, 10 if in_time else 60]
            for number, (office, program, in_time) in enumerate(rows)
        )
        # An office that had work before and has none in the month that is compared.
        writer.writerow(["before", "vacant", day - datetime.timedelta(days=40), "food", 10])
    batch = importing.bring_in("cases", folder / "cases.csv", by=BY, now=now).batch
    importing.load(batch, by=BY, now=now)
    user = User.objects.create_user("exa", name="Exa")
    Grant.objects.create(
        user=user,
        role="executive",
        unit=Unit.objects.get(key="county"),
        starts_on=datetime.date(2020, 1, 1),
    )
    return rows


class Tables(HTMLParser):
    """The tables of a page by caption, each a list of rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self._rows = []
        elif tag == "caption":
            self._in, self._caption = tag, ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._in = tag
            self._rows[-1].append("")

    def handle_endtag(self, tag):
        if tag == "caption":
            self.found[self._caption.strip()] = self._rows
        if tag in ("caption", "td", "th"):
            self._in = ""

    def handle_data(self, data):
        if self._in == "caption":
            self._caption += data
        elif self._in:
            self._rows[-1][-1] += data


def table_of(text: str, start: str) -> dict[str, list[str]]:
    """The rows of the table whose caption starts so, by their first cell, in their order."""
    (rows,) = (rows for caption, rows in Tables(text).found.items() if caption.startswith(start))
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[1:]}


def by_loops(rows: list[tuple[str, str, bool]]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """By office (counted, out of, expected, ratio, then limits), and (counted, out of, percent, then
    limits)."""
    compared = [*OFFICES, "Tiny"]
    rows = [row for row in rows if row[0] in compared]
    rates = {}
    for program in IN_TIME:
        inside = [in_time for _office, one, in_time in rows if one == program]
        rates[program] = sum(inside) / len(inside)
    all_rate = sum(in_time for *_, in_time in rows) / len(rows)
    said, own = {}, {}
    for office in compared:
        mine = [(program, in_time) for one, program, in_time in rows if one == office]
        n, counted = len(mine), sum(in_time for _, in_time in mine)
        expected = variance = 0.0
        for program, _ in mine:
            expected += rates[program]
            variance += rates[program] * (1 - rates[program])
        said[office] = (
            counted,
            n,
            expected,
            math.sqrt(variance / (expected / n * (1 - expected / n))) / (2 * n),
        )
        own[office] = (counted, n, n * all_rate, 1 / (2 * math.sqrt(n)))
    adjusted, plain = (_limits(found) for found in (said, own))
    return (
        {
            office: [*said[office][:3], said[office][0] / said[office][2], *adjusted[office]]
            for office in said
        },
        {
            office: [
                *own[office][:2],
                100 * own[office][0] / own[office][1],
                *(100 * all_rate * limit for limit in plain[office]),
            ]
            for office in own
        },
    )


def _limits(found):
    judged = [found[office] for office in OFFICES]
    scores = [
        (math.asin(math.sqrt(o / n)) - math.asin(math.sqrt(e / n))) / error for o, n, e, error in judged
    ]
    _phi, tau2 = slow_dispersion(scores, [error for *_, error in judged])
    limits = {}
    for office, (_o, n, e, error) in found.items():
        angle, spread = math.asin(math.sqrt(e / n)), math.sqrt(error**2 + tau2)
        limits[office] = [
            math.sin(min(max(angle + z * spread, 0), math.pi / 2)) ** 2 / (e / n)
            for z in (-1.959964, 1.959964, -3.090232, 3.090232)
        ]
    return limits


def numbers(cells: list[str]) -> list[float]:
    return [float(re.sub(r"[%,]", "", cell)) for cell in cells]


def test_units_against_what_their_mix_leads_one_to_expect(facts):
    text = text_of("exa", f"{PAGE}?unit=county")
    table = table_of(text, "Units against what their mix of program leads one to expect")
    loops, _plain = by_loops(facts)
    assert list(table) == [*OFFICES, "Night team", "Tiny", "Vacant"]
    for office in OFFICES:
        *cells, words = table[office]
        wanted = [round(loops[office][2], 1), *(round(one, 2) for one in loops[office][3:])]
        assert numbers(cells) == pytest.approx([*loops[office][:2], *wanted], abs=0.0051)
        ratio, low, high = loops[office][3], *loops[office][6:]
        assert words == (
            "Lower than its mix and chance explain"
            if ratio < low
            else "Higher than its mix and chance explain"
            if ratio > high
            else "Within chance"
        )
    assert table["Cedar"][-1] == "Within chance"
    assert table["Fir"][-1] == "Lower than its mix and chance explain"
    assert "Fir is lower than its mix of program leads one to expect, by more than chance explains." in text
    assert table["Tiny"][:2] == ["1", "4"]
    assert numbers(table["Tiny"][2:4]) == pytest.approx(loops["Tiny"][2:4], abs=0.051)
    assert table["Tiny"][4:] == ["", "", "", "", "Too few to judge"]
    assert table["Night team"] == ["Not compared: another kind of unit"]
    assert table["Vacant"][0].startswith("Not compared: no value in")
    assert "Too few to judge: Tiny." in text
    assert "How this is worked out" in text
    assert "As expected 1.00" in text


def test_as_counted_is_one_link_away_and_says_otherwise_of_a_hard_mix(facts):
    adjusted = text_of("exa", f"{PAGE}?unit=county")
    assert "units=counted#below" in adjusted
    text = text_of("exa", f"{PAGE}?unit=county&units=counted")
    assert "units=mix#below" in text
    table = table_of(text, "Units beside each other")
    _adjusted, plain = by_loops(facts)
    for office in OFFICES:
        assert numbers(table[office][:-1]) == pytest.approx(plain[office], abs=0.051)
    assert table["Tiny"][-1] == "Too few to judge"
    # What is far lower as counted is as its mix leads one to expect.
    cedar = table_of(adjusted, "Units against")["Cedar"]
    assert numbers(table["Cedar"][2:3])[0] < 60
    assert 0.85 < numbers(cedar[3:4])[0] < 1.15


@pytest.mark.parametrize("how", ["mix", "counted"])
def test_the_file_says_what_the_page_says(facts, how):
    start = "Units against" if how == "mix" else "Units beside"
    table = table_of(text_of("exa", f"{PAGE}?unit=county&units={how}"), start)
    answer = as_user("exa").get(f"/measures/decided_in_time/data.csv?unit=county&units={how}")
    assert answer.status_code == 200
    filed = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    rows = {row[0]: row[1:] for row in filed if row and row[0] in table}
    assert list(rows) == list(table)
    loops = by_loops(facts)[how == "counted"]
    for office in OFFICES:
        assert [float(cell) for cell in rows[office][:-1]] == pytest.approx(loops[office], rel=1e-6)
        assert rows[office][-1] == table[office][-1]
    assert rows["Tiny"][-1] == "Too few to judge"
    assert rows["Night team"][0] == table["Night team"][0]


def test_what_nobody_offers_is_not_found(facts):
    assert as_user("exa").get(f"{PAGE}?unit=county&units=ranked").status_code == 404
    assert as_user("exa").get("/measures/decided_in_time/data.csv?unit=birch&units=mix").status_code == 404


def test_fewer_than_five_whose_mix_is_told_are_compared_as_counted(facts):
    """What is kept by category no longer adds up to the whole, as while a definition is computed again."""
    Observation.objects.filter(unit__key__in=["birch", "cedar", "elm"]).update(numerator=200, value=50)
    text = text_of("exa", f"{PAGE}?unit=county")
    assert "Fewer than five of them have a mix of program that can be allowed for." in text
    assert table_of(text, "Units beside each other")["Tiny"][-1] == "Too few to judge"
