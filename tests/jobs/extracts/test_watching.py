"""Folders that fill by themselves: what arrives, what is still coming, and what cannot be taken."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from goldenthread.jobs.extracts import accepting, importing
from goldenthread.jobs.extracts.watching import look
from goldenthread.jobs.locks import one_at_a_time
from goldenthread.jobs.tasks import load_batch, read_batch
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.models import Post
from goldenthread.record.sources.models import Batch
from tests.results.conftest import empty_store  # noqa: F401
from tests.results.counties import ORGANIZATION, PEOPLE, load_definitions
from tests.web.desk.data_world import GOOD

pytestmark = pytest.mark.django_db


def later() -> datetime:
    """When whatever was written just now has been left alone for a while."""
    return timezone.now() + timedelta(minutes=1)


@pytest.fixture
def incoming(empty_store: Path, tmp_path: Path) -> Path:  # noqa: F811
    load_definitions(tmp_path / "definitions")
    folder = Path(settings.WORKSPACE.incoming)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "calls").mkdir(parents=True)
    (folder / "organization").mkdir()
    return folder


def put_aside(folder: Path) -> list[str]:
    return sorted(file.name.partition("-")[2] for file in folder.iterdir()) if folder.exists() else []


def test_an_extract_is_loaded_and_moved_with_its_report(incoming: Path) -> None:
    (incoming / "calls" / "monday.csv").write_text(GOOD)
    (told,) = look(now=later())
    assert told.startswith("calls: monday.csv loaded as batch")
    assert put_aside(incoming / "calls" / "done") == ["monday.csv", "monday.csv.report.json"]
    assert Batch.objects.get().state == "loaded"
    assert look(now=later()) == []


def test_a_file_that_is_still_coming_is_left(incoming: Path) -> None:
    calls = incoming / "calls"
    (calls / "just-written.csv").write_text(GOOD)
    os.utime(calls / "just-written.csv", (0, 0))
    assert look(now=timezone.now()) == []
    ahead = (later() + timedelta(days=1)).timestamp()
    os.utime(calls / "just-written.csv", (ahead, ahead))
    assert "just-written.csv loaded" in look(now=later())[0], "another machine's clock does not count here"
    for name in ("monday.csv.part", ".monday.csv", "monday.tmp"):
        (calls / name).write_text(GOOD)
    assert [one for one in look(now=later()) if "just-written" not in one] == []


def test_the_same_name_twice_keeps_both(incoming: Path) -> None:
    now = later()
    for text in (GOOD, GOOD.replace("answered", "abandoned")):
        (incoming / "calls" / "calls.csv").write_text(text)
        look(now=now)
    assert [one for one in put_aside(incoming / "calls" / "done") if one.endswith(".csv")] == [
        "2-calls.csv",
        "calls.csv",
    ]


def test_a_refused_file_is_moved_with_the_reason(incoming: Path) -> None:
    (incoming / "calls" / "empty.csv").write_text("")
    (told,) = look(now=later())
    assert told.startswith("calls: empty.csv was refused.")
    (report,) = (incoming / "calls" / "refused").glob("*.report.json")
    assert json.loads(report.read_text())["sentence"] == told


def test_a_refused_file_comes_with_a_proposal_and_is_loaded_once_it_is_accepted(incoming: Path) -> None:
    (incoming / "calls" / "renamed.csv").write_text(GOOD.replace("call,agent", "CALL ID,agent"))
    (told,) = look(now=later())
    assert "Proposed: call: read it also from “CALL ID”" in told
    assert "Its page has a button that accepts this." in told
    batch = Batch.objects.get()
    accepting.accept(batch, by=Actor.operator(), now=timezone.now())
    read_batch.call(batch.pk)
    load_batch.call(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.accepted) == ("loaded", 60)
    assert look(now=later()) == []
    assert Batch.objects.count() == 1


def test_a_file_that_lost_a_column_to_another_name_waits_and_is_not_loaded_by_itself(incoming: Path) -> None:
    (incoming / "calls" / "renamed.csv").write_text(GOOD.replace("wait,outcome", "Wait Seconds,outcome"))
    (told,) = look(now=later())
    batch = Batch.objects.get()
    assert told.startswith(f"calls: renamed.csv waits as batch {batch.pk}. It is not loaded by itself")
    assert (batch.state, batch.accepted) == ("waiting", 60)
    again = importing.load(batch, by=Actor.operator(), now=timezone.now())
    assert (again.state, again.message) == ("loaded", ""), "a person may load it as it is"


def test_a_column_that_nobody_can_find_again_or_that_is_new_holds_nothing_up(incoming: Path) -> None:
    lines = [",".join([*line.split(",")[:3], line.split(",")[4], "x"]) for line in GOOD.splitlines()[1:]]
    (incoming / "calls" / "less.csv").write_text("\n".join(["call,agent,day,outcome,queue", *lines]))
    (told,) = look(now=later())
    assert "loaded as batch" in told


def test_one_new_word_in_a_few_rows_holds_nothing_up(incoming: Path) -> None:
    (incoming / "calls" / "word.csv").write_text(
        GOOD.replace("c9,w3,2026-03-10,9,answered", "c9,w3,2026-03-10,9,lost")
    )
    (told,) = look(now=later())
    assert "59 of 60 rows" in told


def test_a_folder_that_went_is_made_again(incoming: Path) -> None:
    shutil.rmtree(incoming)
    assert look(now=later()) == []
    assert (incoming / "calls").is_dir()


def test_a_folder_that_cannot_be_used_does_not_keep_others_waiting(incoming: Path) -> None:
    (incoming / "organization").rmdir()
    (incoming / "organization").write_text("no folder")
    (incoming / "calls" / "monday.csv").write_text(GOOD)
    problem, loaded = look(now=later())
    assert problem.startswith("organization: File exists")
    assert "loaded as batch" in loaded


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_it_may_not_read_is_refused_with_the_reason(incoming: Path) -> None:
    (incoming / "calls" / "secret.csv").write_text(GOOD)
    (incoming / "calls" / "secret.csv").chmod(0)
    (told,) = look(now=later())
    assert "Permission denied" in told


def test_a_file_waits_for_a_load_that_is_under_way(incoming: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (incoming / "calls" / "monday.csv").write_text(GOOD)
    wait_not = one_at_a_time.__wrapped__.__kwdefaults__
    monkeypatch.setitem(wait_not, "wait_seconds", 0)
    with one_at_a_time("calls"):
        (told,) = look(now=later())
    assert told.startswith("calls: monday.csv stays where it is.")
    assert "loaded as batch" in look(now=later())[0]
    assert [batch.state for batch in Batch.objects.all()] == ["loaded"]


def test_after_an_interruption_the_same_batch_goes_on(incoming: Path) -> None:
    file = incoming / "calls" / "monday.csv"
    file.write_text(GOOD)
    before = importing.bring_in("calls", file, by=Actor.job("watch"), now=timezone.now()).batch
    look(now=later())
    assert [(batch.pk, batch.state) for batch in Batch.objects.all()] == [(before.pk, "loaded")]


class TestOrganization:
    def test_a_nightly_file_from_human_resources_moves_people(self, incoming: Path) -> None:
        moved = PEOPLE.replace("w2,Bo Li,north,member,2025-06-01,", "w2,Bo Li,south,member,2025-06-01,")
        (incoming / "organization" / "people.csv").write_text(moved)
        ids = "person,system,id,from,to\nw2,phone,4711,2025-06-01,\n"
        (incoming / "organization" / "people_ids.csv").write_text(ids)
        told = look(now=later())
        assert len(told) == 2
        assert Post.objects.get(person__key="w2").unit.key == "south"
        assert put_aside(incoming / "organization" / "done")[0] == "people.csv"

    def test_a_file_that_was_cut_off_is_refused_and_says_what_to_do(self, incoming: Path) -> None:
        people = [f"p{number},Person {number},north,member,2025-06-01," for number in range(40)]
        for sent in (people, people[:9]):
            text = "\n".join([*PEOPLE.splitlines(), *sent])
            (incoming / "organization" / "people.csv").write_text(text)
            told = look(now=later())
        assert told == [
            "organization: refused, and nothing was changed. 31 of 43 open posts end. Is a file cut off? If "
            "that is right, copy the file by its own name into an empty folder and load it by hand: "
            "goldenthread load FOLDER"
        ]
        assert put_aside(incoming / "organization" / "refused") == ["people.csv", "people.csv.report.json"]
        assert Post.objects.filter(person__key__startswith="p").count() == 40

    def test_a_refused_file_changes_nothing(self, incoming: Path) -> None:
        (incoming / "organization" / "organization.yaml").write_text(ORGANIZATION)
        (incoming / "organization" / "people.csv").write_text(
            PEOPLE.replace("w2,Bo Li,north", "w2,Bo Li,moon")
        )
        told = look(now=later())
        assert len(told) == 2
        assert all("nothing was changed" in one and "moon" in one for one in told)
        assert Post.objects.get(person__key="w2").unit.key == "north"

    def test_files_that_belong_together_wait_for_each_other(self, incoming: Path) -> None:
        (incoming / "organization" / "people.csv").write_text(PEOPLE)
        (incoming / "organization" / "organization.yaml.part").write_text("organ")
        assert look(now=later()) == []
