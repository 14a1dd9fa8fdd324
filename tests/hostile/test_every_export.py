"""Formulas in every name that a file of the product carries, through every address that hands out a file."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from goldenthread.accounts.models import User
from goldenthread.definitions import read_yaml
from goldenthread.jobs.extracts import importing
from goldenthread.record.framework.models import Element
from goldenthread.record.measures.models import Measure, MeasureVersion
from goldenthread.record.orgs.models import Person, PersonIdentifier, Unit
from goldenthread.record.reports.actions import save_reports
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.uses import NOTICE, record_consultation
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.web.checks import every_view
from tests.hostile.formulas import EVERY, FEW, holds_none
from tests.web.desk import data_world
from tests.web.desk.worlds import as_user, build_world, last_month, today
from tests.web.whole_county import BY, DESK, LIST, VISITS, receive

pytestmark = pytest.mark.django_db

# What each address needs is made by the tests of its page: tests/web/desk/test_exports.py.
OF_A_BATCH = {
    f"/data/batches/<int:number>/{what}.{kind}" for what in ("days", "rejects") for kind in ("csv", "xlsx")
}
LEAST_PAYLOADS = 500
# Days and numbers; what its columns of categories hold is tried in tests/web/desk/test_exports.py.
WITHOUT_NAMES = {"/measures/calls_answered/data"}
# Each address, one of its kind, and who reads it.
ADDRESSES = {
    "/measures/data": ("/measures/data", "dora"),
    "/measures/<str:key>/data": ("/measures/calls_answered/data", "dora"),
    "/off-target": ("/off-target", "dora"),
    "/services/<str:key>/data": ("/services/phone/data", "dora"),
    "/units/<str:key>/data": ("/units/benefits/data", "dora"),
    "/units/<str:key>/indicators/data": ("/units/north/indicators/data", "sam"),
    "/my-work/<str:report>/open/data": ("/my-work/desk_list/open/data", "ana"),
    "/units/<str:key>/reports/<str:report>/open/data": ("/units/north/reports/desk_list/open/data", "sam"),
    "/units/<str:key>/reports/<str:report>/workers/<str:person>/open/data": (
        "/units/north/reports/desk_list/workers/ana/open/data",
        "sam",
    ),
    "/units/<str:key>/reports/<str:report>/by/data": ("/units/north/reports/desk_work/by/data", "sam"),
    "/units/<str:key>/reports/<str:report>/data": ("/units/north/reports/desk_work/data", "sam"),
    "/units/<str:key>/reports/<str:report>/workers": (
        "/units/north/reports/desk_work/workers",
        "sam",
    ),
}


@pytest.fixture
def county(tmp_path: Path) -> None:
    """Every name, title and word of the county is a formula."""
    build_world()
    save_source(read_source(read_yaml(VISITS)), by=BY, now=timezone.now())
    texts = itertools.cycle(text for text in FEW if len(text) < 90)
    call_everything(texts)
    save_reports_called(texts)
    agree_to_every_column()
    load_open_work(tmp_path, texts)


def call_everything(texts: Iterator[str]) -> None:
    for model in (Unit, Person, User, Element):
        for row in model.objects.all():
            row.name = next(texts)
            row.save()
    for version in MeasureVersion.objects.select_related("measure"):
        version.measure.title = next(texts)
        version.measure.save()
        version.definition |= {"title": version.measure.title}
        version.save()


def save_reports_called(texts: Iterator[str]) -> None:
    for text in (DESK, LIST):
        report = read_yaml(text)
        for part in (report.value, *report.value["columns"]):
            part["title"] = next(texts)
        save_reports([read_report(report)], by=BY, now=timezone.now(), today=today())


def load_open_work(folder: Path, texts: Iterator[str]) -> None:
    """Ana has things open that are called so, and staff agreed to her list."""
    long_ago = timezone.now() - timedelta(days=400)
    record_consultation(
        report=Report.objects.get(key="desk_list"),
        columns=["waiting"],
        said=next(texts),
        holds_from=long_ago.date() + timedelta(days=30),
        by=BY,
        now=long_ago,
        today=long_ago.date(),
    )
    PersonIdentifier.objects.create(person=Person.objects.get(key="ana"), system="desk", value="D-ana")
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["visit", "agent", "day", "topic", "minutes"])
    writer.writerows([next(texts), "D-ana", last_month().start, "food", 5] for _ in range(20))
    importing.load(receive(folder, "visits", lines.getvalue(), by=BY), by=BY, now=timezone.now())


def agree_to_every_column() -> None:
    long_ago = timezone.now() - timedelta(days=400)
    record_consultation(
        report=Report.objects.get(key="desk_work"),
        columns=["visits", "minutes"],
        said="=1+1",
        holds_from=long_ago.date() + NOTICE,
        by=BY,
        now=long_ago,
        today=long_ago.date(),
    )


def test_every_address_of_a_file_is_tried() -> None:
    files = {address for address, _ in every_view() if address.endswith((".csv", ".xlsx"))}
    tried = {f"{address}.{kind}" for address in ADDRESSES for kind in ("csv", "xlsx")} | {"/audit/log.csv"}
    assert files - OF_A_BATCH == tried


@pytest.mark.parametrize(("address", "username"), ADDRESSES.values())
def test_no_cell_runs(county: None, address: str, username: str) -> None:
    assert_nothing_runs(as_user(username), address, least=5)


@pytest.mark.long
@pytest.mark.parametrize(("address", "username"), ADDRESSES.values())
def test_no_cell_runs_whatever_everything_is_called(county: None, address: str, username: str) -> None:
    """Each of 540 formulas by itself, as the name of everything."""
    client, disarmed = as_user(username), 0
    for text in EVERY:
        # How many files a minute one takes along is another test's.
        cache.clear()
        for model in (Unit, Person, User, Element):
            model.objects.update(name=text)
        Measure.objects.update(title=text)
        cells = assert_nothing_runs(client, address, least=5)
        disarmed += any(cell.startswith("'") for cell in cells)
    assert (disarmed > LEAST_PAYLOADS) is (address not in WITHOUT_NAMES)


def assert_nothing_runs(client: Client, address: str, *, least: int) -> list[str]:
    """That neither file holds a formula; the cells of the one that is text."""
    answer = client.get(f"{address}.csv")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    cells = [cell for line in lines for cell in line]
    assert len(cells) > least
    assert holds_none(cells)
    answer = client.get(f"{address}.xlsx")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s", "n", "d"}
    return cells


def test_nor_of_five_hundred_refused_rows(tmp_path: Path) -> None:
    data_world.build_world(tmp_path / "definitions")
    file = tmp_path / "calls.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(data_world.HEADER.split(","))
        writer.writerow(["c", "w1", "2026-03-02", 5, "answered"])
        writer.writerows([f"r{n}", "w1", "2026-03-02", text, "answered"] for n, text in enumerate(EVERY))
    batch = importing.bring_in("calls", file, by=BY, now=timezone.now()).batch
    rejects = f"/data/batches/{batch.pk}/rejects"
    cells = assert_nothing_runs(data_world.signed_in(), rejects, least=len(EVERY))
    assert sum(cell.startswith("'") for cell in cells) > LEAST_PAYLOADS


def test_nor_in_the_audit_log(county: None) -> None:
    client: Client = as_user("aud")
    client.get("/audit/?about==1%2B1")
    answer = client.get("/audit/log.csv")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(content, newline="")) for cell in line]
    assert len(cells) > 20
    assert holds_none(cells)
