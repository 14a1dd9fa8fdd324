"""A small inventory, and a record to load it into."""

from __future__ import annotations

import csv
import datetime
from dataclasses import fields
from pathlib import Path

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.definitions import Located, read_yaml
from goldenthread.facts.intake.report import Report
from goldenthread.jobs.extracts.inventory import Applied, InventoryReading, apply_inventory, read_inventory
from goldenthread.jobs.extracts.inventory.columns import TextOfFile, mapping_of, matched
from goldenthread.jobs.extracts.inventory.reading import interpret
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.actions import apply_organization
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch
from tests.record.sources.batches import waiting_batch

NOW = datetime.datetime(2026, 10, 13, 12, 0, tzinfo=datetime.UTC)
BY = Actor.operator()
CALENDAR = FiscalCalendar(7)

DEFINITION = """\
source: inventory
kind: inventory
inventory:
  fiscal_year: {column: FY}
  key: [Department, Measure]
  title: Measure
  description: About
  levels:
    - {column: Department, unit: department, element: outcome, names: {FIN: Finance}}
    - {column: Service, element: service_area, products: Products}
  frequency: {column: How often, words: {Yearly: year, Quarterly: quarter, Monthly: month}}
  better: {column: Direction, words: {Up: higher, Down: lower}}
  unit_of_measure: {column: Measure, begins: {Percent: percent, Number of: count}}
  targets: {Goal: 0, Goal before: -1}
  values:
    - {grain: year, columns: {Last year: -1}}
    - {grain: month, columns: {JUL: 7, JAN: 1}, filler: "0"}
    - {grain: quarter, columns: {Q2: 2}}
  words: {No Goal: no goal was set, AAA: a rating}
"""
HEADER = (
    "FY,Department,Service,Products,Measure,About,How often,Direction,Goal,Goal before,Last year,JUL,JAN,Q2\n"
)
INVOICES = (
    "FY27,FIN,Payments,Checks; Wires,Percent of invoices paid on time,Paid in 30 days.,Monthly,Up,"
    "95,90%,93.5,.9,0,\n"
)
RATING = "FY27,FIN,Debt,,Bond rating,,Yearly,,No Goal,AAA,AAA,,,\n"
CRASHES = 'FY27,FLEET,,,Number of crashes,,Quarterly,Down,,(3),"1,204",,,-9.9\n'

ORGANIZATION = """\
organization: Riverbend
fiscal_year_starts: 7
units:
  - {id: county, name: Riverbend, kind: county}
"""


def read_sheet(*rows: str, header: str = HEADER, definition: str = DEFINITION) -> InventoryReading:
    """The sheet as ``interpret`` reads it, without the child process that files go through."""
    source = read_source(read_yaml(definition))
    cells = list(csv.DictReader([header, *rows]))
    plain = {field.name: () for field in fields(Report)}
    counts = {"rows": len(cells), "accepted": len(cells), "rejected": 0, "blank_rows": 0, "period": None}
    report = Report(**{**plain, **counts})
    headers = matched(mapping_of(source).patterns, list(cells[0]))
    text = TextOfFile(tuple(enumerate(cells, start=1)), headers, report)
    return interpret(text, source, calendar=CALENDAR)


def read_file(file: Path, out: Path, definition: str = DEFINITION) -> InventoryReading:
    """A file as ``read_inventory`` reads it into ``out``."""
    source = read_source(read_yaml(definition))
    return read_inventory(file, source, calendar=CALENDAR, timezone="UTC", out=out, batch=1)


def new_batch(definition: str = DEFINITION) -> Batch:
    """A batch of the source, in a county that has nothing but a top unit."""
    apply_organization(Located(read_yaml(ORGANIZATION).value), by=BY, now=NOW)
    source = save_source(read_source(read_yaml(definition)), by=BY, now=NOW).source
    return waiting_batch(source, by=BY, now=NOW)


def load_sheet(reading: InventoryReading, batch: Batch) -> Applied:
    return apply_inventory(reading, batch=batch, by=BY, now=NOW, today=NOW.date())
