"""Formulas in every name that a file of the product carries, through every address that hands out a file."""

from __future__ import annotations

import csv
import io
import itertools

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from goldenthread.accounts.models import User
from goldenthread.definitions import read_yaml
from goldenthread.record.framework.models import Element
from goldenthread.record.measures.models import MeasureVersion
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.reports.actions import save_reports
from goldenthread.record.reports.checks import read_report
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.web.checks import every_view
from tests.hostile.formulas import FEW, holds_none
from tests.web.desk.worlds import as_user, build_world, today
from tests.web.whole_county import BY, DESK, VISITS

pytestmark = pytest.mark.django_db

# What each address needs is made by the tests of its page: tests/web/desk/test_exports.py.
OF_A_BATCH = {
    f"/data/batches/<int:number>/{what}.{kind}" for what in ("days", "rejects") for kind in ("csv", "xlsx")
}
# Each address, one of its kind, and who reads it.
ADDRESSES = {
    "/measures/data": ("/measures/data", "dora"),
    "/measures/<str:key>/data": ("/measures/calls_answered/data", "dora"),
    "/off-target": ("/off-target", "dora"),
    "/services/<str:key>/data": ("/services/phone/data", "dora"),
    "/units/<str:key>/data": ("/units/benefits/data", "dora"),
    "/units/<str:key>/indicators/data": ("/units/north/indicators/data", "sam"),
    "/units/<str:key>/reports/<str:report>/data": ("/units/north/reports/desk_work/data", "sam"),
}


@pytest.fixture
def county() -> None:
    """Every name, title and word of the county is a formula."""
    build_world()
    texts = itertools.cycle(text for text in FEW if len(text) < 90)
    for model in (Unit, Person, User, Element):
        for row in model.objects.all():
            row.name = next(texts)
            row.save()
    for version in MeasureVersion.objects.select_related("measure"):
        version.measure.title = next(texts)
        version.measure.save()
        version.definition |= {"title": version.measure.title}
        version.save()
    save_source(read_source(read_yaml(VISITS)), by=BY, now=timezone.now())
    report = read_yaml(DESK)
    for part in (report.value, *report.value["columns"]):
        part["title"] = next(texts)
    save_reports([read_report(report)], by=BY, now=timezone.now(), today=today())


def test_every_address_of_a_file_is_tried() -> None:
    files = {address for address, _ in every_view() if address.endswith((".csv", ".xlsx"))}
    tried = {f"{address}.{kind}" for address in ADDRESSES for kind in ("csv", "xlsx")} | {"/audit/log.csv"}
    assert files - OF_A_BATCH == tried


@pytest.mark.parametrize(("address", "username"), ADDRESSES.values())
def test_no_cell_runs(county: None, address: str, username: str) -> None:
    client = as_user(username)
    lines = csv.reader(io.StringIO(client.get(f"{address}.csv").content.decode("utf-8-sig"), newline=""))
    cells = [cell for line in lines for cell in line]
    assert len(cells) > 5
    assert holds_none(cells)
    sheet = load_workbook(io.BytesIO(client.get(f"{address}.xlsx").content)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s", "n", "d"}


def test_nor_in_the_audit_log(county: None) -> None:
    client: Client = as_user("aud")
    client.get("/audit/?about==1%2B1")
    answer = client.get("/audit/log.csv")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(content, newline="")) for cell in line]
    assert len(cells) > 20
    assert holds_none(cells)
