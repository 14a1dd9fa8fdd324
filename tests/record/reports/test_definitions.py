"""Reports: saved, versioned, refused with the line, dumped."""

from __future__ import annotations

import pytest

from goldenthread.accounts.models import User
from goldenthread.definitions import DefinitionError, dump_yaml, read_yaml
from goldenthread.record.access.actions import grant
from goldenthread.record.answers import Denied, NotAllowed, SaveResult
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Unit
from goldenthread.record.reports import actions, queries
from goldenthread.record.reports.actions import Saved
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.models import Report
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from tests.record.measures.county import BY, NOW, TODAY, build_county

ACTIVITY = """\
report: phone_activity
title: Phone activity
serves: benefits_access
unit: north
source: calls
columns:
  - {id: handled, title: Calls handled, numerator: {count: calls, where: {outcome: answered}}}
  - id: call_time
    title: Average call time
    numerator: {mean: talked}
    show_as: {unit: minutes}
windows: [yesterday, last_week]
"""


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    build_county()


def save(*texts: str, by: Actor = BY) -> Saved:
    written = [read_report(read_yaml(text, file=f"reports/{n}.yaml")) for n, text in enumerate(texts)]
    return actions.save_reports(written, by=by, now=NOW, today=TODAY)[0]


def test_created_then_unchanged_then_another_version() -> None:
    created = save(ACTIVITY)
    assert (created.result, created.version, created.report.unit.key) == (SaveResult.CREATED, 1, "north")
    events = AuditEvent.objects.count()
    assert save(ACTIVITY).result is SaveResult.UNCHANGED
    assert AuditEvent.objects.count() == events
    changed = save(ACTIVITY.replace("Phone activity", "At the phone").replace("unit: north\n", ""))
    assert (changed.result, changed.version, changed.fields) == (SaveResult.CHANGED, 2, ("title", "unit"))
    report = Report.objects.get()
    assert (report.title, report.unit, report.versions.count()) == ("At the phone", None, 2)
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.action, event.kind, event.object_id) == ("changed", "report", "phone_activity")


def test_what_is_dumped_makes_the_same_report() -> None:
    save(ACTIVITY)
    (text,) = map(dump_yaml, queries.dump().values())
    assert "where: {outcome: answered}" in text or "outcome: answered" in text
    assert save(text).result is SaveResult.UNCHANGED


def test_a_retired_report_is_dumped_no_more_and_saving_brings_it_back() -> None:
    report = save(ACTIVITY).report
    actions.retire(report=report, by=BY, now=NOW, today=TODAY)
    assert queries.dump() == {}
    with pytest.raises(NotAllowed, match="is retired since 2026-10-13"):
        actions.retire(report=report, by=BY, now=NOW, today=TODAY)
    assert save(ACTIVITY).fields == ("retired_on",)
    assert list(queries.dump()) == ["phone_activity"]


def test_whoever_defines_measures_of_a_unit_defines_its_reports() -> None:
    user, north = User.objects.get(person__key="w01"), Unit.objects.get(key="north")
    with pytest.raises(Denied):
        save(ACTIVITY, by=Actor.user(user.pk))
    grant(user=user, role="analyst", unit=north, starts_on=TODAY, by=BY, now=NOW, today=TODAY)
    report = save(ACTIVITY, by=Actor.user(user.pk)).report
    for other in ("unit: north\n", ""), ("unit: north", "unit: south"):
        with pytest.raises(Denied):
            save(ACTIVITY.replace(*other), by=Actor.user(user.pk))
    save(ACTIVITY.replace("unit: north\n", ""))
    with pytest.raises(Denied):
        save(ACTIVITY, by=Actor.user(user.pk))
    with pytest.raises(Denied):
        actions.retire(report=Report.objects.get(pk=report.pk), by=Actor.user(user.pk), now=NOW, today=TODAY)


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "wanted"),
    [
        ("mean: talked", "mean: talkd", 10, "columns.1.numerator.mean", "“talked”"),
        ("outcome: answered", "outcme: answered", 7, "columns.0.numerator.where.outcme", "“outcome”"),
        ("source: calls", "source: cals", 5, "source", "“calls”"),
        ("unit: north", "unit: nord", 4, "unit", "“north”"),
        ("serves: benefits_access", "serves: benefits", 3, "serves", "“benefits_area”"),
        ("id: call_time", "id: handled", 8, "columns.1.id", "another id for each column"),
        ("{mean: talked}", "{value_of: other}", 10, "columns.1.numerator.value_of", "to count or add up"),
        (
            "    show_as",
            "    denominator: {value_of: other}\n    show_as",
            11,
            "columns.1.denominator.value_of",
            "not of",
        ),
        ("outcome: answered", "agent_id: w01", 7, "columns.0.numerator.where.agent_id", "missing or present"),
        ("[yesterday, last_week]", "[yesterday, yesterday]", 12, "windows.1", "each window once"),
        ("[yesterday, last_week]", "[yesterday, tomorrow]", 12, "windows.1", "today"),
        (
            "[yesterday, last_week]",
            "[yesterday]\nindicators: [waits]",
            13,
            "indicators.0",
            "key of a measure",
        ),
        ("windows: [", "indicators: [a, a]\nwindows: [", 12, "indicators.1", "each measure once"),
        (
            "{mean: talked}",
            "{mean: talked}\n    order: value",
            11,
            "columns.1.order",
            "another of: id, title",
        ),
    ],
)
def test_what_does_not_hold_is_refused_with_its_line(
    old: str, new: str, line: int, where: str, wanted: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        save(ACTIVITY.replace(old, new))
    found = [(one.line, one.where, one.wanted) for one in refused.value.problems]
    assert any((line, where) == one[:2] and wanted in one[2] for one in found), found
    assert not Report.objects.exists()


def test_a_report_that_two_files_define_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"a second time, after reports/0\.yaml"):
        save(ACTIVITY, ACTIVITY)


def test_a_report_has_a_column_and_at_most_twelve() -> None:
    head = ACTIVITY.partition("columns:")[0]
    with pytest.raises(DefinitionError):
        save(head + "columns: []\n")
    many = [f"  - {{id: c{n}, title: C, numerator: {{count: calls}}}}" for n in range(13)]
    with pytest.raises(DefinitionError):
        save(head + "\n".join(["columns:", *many]) + "\n")
    save(head + "\n".join(["columns:", *many[:12]]) + "\n")


CASES = """\
source: cases
key: [case]
time: opened
columns:
  case: {type: text}
  opened: {type: date}
  closed: {type: date}
  heard: {type: date}
derived:
  in_time: {on_time: {start: opened, done: closed, days: 10}}
  due_on: {due: in_time}
  hearing: {on_time: {start: opened, done: heard, days: 20}}
  hear_by: {due: hearing}
"""
OPEN_CASES = """\
report: open_cases
title: Open cases
source: cases
columns:
  - {id: opened, title: Opened, numerator: {count: cases}}
  - {id: waiting, title: Waiting, numerator: {open: cases, from: opened, until: closed}}
open_work: {column: waiting, item: case, due: due_on, beside: [opened, heard], by: case, threshold: 80}
"""


@pytest.mark.parametrize(
    ("old", "new", "where", "wanted"),
    [
        ("column: waiting", "column: opened", "open_work.column", "the id of a column with {open"),
        ("column: waiting", "column: nothing", "open_work.column", "the id of a column with {open"),
        ("item: case", "item: client", "open_work.item", "case, closed"),
        ("by: case", "by: program", "open_work.by", "case, closed"),
        ("[opened, heard]", "[opened, herd]", "open_work.beside.1", "case, closed"),
        ("due: due_on", "due: closed", "open_work.due", "whose clock is done at “closed”: due_on"),
        ("due: due_on", "due: hear_by", "open_work.due", "whose clock is done at “closed”: due_on"),
        ("threshold: 80", "threshold: 101", "open_work.threshold", "100"),
        ("threshold: 80", "soon: 0", "open_work.soon", "1"),
    ],
)
def test_a_list_of_open_things_that_does_not_fit_is_refused(
    old: str, new: str, where: str, wanted: str
) -> None:
    save_source(read_source(read_yaml(CASES)), by=BY, now=NOW)
    with pytest.raises(DefinitionError) as refused:
        save(OPEN_CASES.replace(old, new))
    found = [(one.line, one.where, one.wanted) for one in refused.value.problems]
    assert any((7, where) == one[:2] and wanted in one[2] for one in found), found


def test_a_list_of_open_things_is_dumped_as_it_was_written() -> None:
    save_source(read_source(read_yaml(CASES)), by=BY, now=NOW)
    save(OPEN_CASES)
    assert queries.dump()["open_cases"] == read_yaml(OPEN_CASES).value
