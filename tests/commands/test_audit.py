"""goldenthread audit, as whoever runs the server types it."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.faults.county import write_definitions


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    folder = tmp_path_factory.mktemp("audit")
    shell = Shell(folder / "home")
    shell("init")
    shell("load", write_definitions(folder / "definitions"))
    return shell


def test_init_makes_a_key_for_its_owner_alone(shell: Shell) -> None:
    key = shell.home / "audit_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    made = key.read_text()
    shell("init")
    assert key.read_text() == made


def test_the_log_is_sealed_and_verified(shell: Shell) -> None:
    said = shell("audit", "seal")
    assert "Sealed up to row" in said
    assert str(shell.home / "audit-heads") in said
    assert shell("audit", "verify").startswith("The audit log is whole.")
    verdict = json.loads(shell("audit", "verify", "--json"))
    assert verdict["broken"] == ""
    assert verdict["rows"] > 0
    assert verdict["heads"] > 0


def test_rows_are_printed_for_a_collector(shell: Shell) -> None:
    rows = [json.loads(line) for line in shell("audit", "export", "--format", "jsonl").splitlines()]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    last = rows[-1]
    assert (last["kind"], last["action"], last["fields"]) == ("audit_log", "exported", ["rows"])
    since = shell("audit", "export", "--since", len(rows)).splitlines()
    assert [json.loads(line)["seq"] for line in since] == [len(rows) + 1]


def test_rows_are_for_whoever_may_read_the_log(shell: Shell) -> None:
    shell("account", "audrey", "--name", "Audrey Lee", "--role", "auditor")
    shell("account", "ana", "--name", "Ana Ruiz", "--role", "analyst")
    last = json.loads(shell("audit", "export", "--as", "audrey").splitlines()[-1])
    assert (last["action"], last["reason"]) == ("exported", "as audrey")
    refused = shell("audit", "export", "--as", "ana", code=1)
    assert "ana may not read the audit log, and so sees nothing of this." in refused
    assert '"seq"' not in refused
    assert "no user “nobody”" in shell("audit", "export", "--as", "nobody", code=2)


def test_a_collector_that_follows_gets_each_row_as_it_comes(shell: Shell) -> None:
    known = len(shell("audit", "export").splitlines())
    following = shell.start("audit", "export", "--since", known, "--follow")
    assert following.stdout is not None
    try:
        assert json.loads(following.stdout.readline())["action"] == "exported"
        shell("account", "kim.lee", "--name", "Kim Lee")
        assert json.loads(following.stdout.readline())["kind"] == "user"
    finally:
        following.terminate()
        following.communicate()


def test_a_reader_that_has_enough_leaves_no_complaint(shell: Shell) -> None:
    exporting = shell.start("audit", "export")
    assert exporting.stdout is not None
    exporting.stdout.readline()
    exporting.stdout.close()
    assert exporting.stderr is not None
    with exporting.stderr as complaint:
        assert complaint.read() == ""
    exporting.wait()


def test_nothing_young_is_dropped(shell: Shell) -> None:
    assert "wanted a month, such as 2026-03" in shell("audit", "drop", "--before", "2026-13", code=2)
    assert "no rows from before 2020-01" in shell("audit", "drop", "--before", "2020-01")


def test_a_changed_row_is_named_and_the_exit_code_says_so(shell: Shell, tmp_path: Path) -> None:
    copy = Shell(tmp_path / "home")
    subprocess.run(["cp", "-a", str(shell.home), str(copy.home)], check=True)
    with sqlite3.connect(copy.home / "goldenthread.sqlite3") as database:
        database.execute("DROP TRIGGER audit_event_says_what_it_said")
        database.execute("UPDATE record_auditevent SET actor = 'user:1' WHERE seq = 2")
    broken = "The audit log is broken. Row 2 does not say what it said when it was written."
    assert broken in copy("audit", "verify", code=1)
    with sqlite3.connect(copy.home / "goldenthread.sqlite3") as database:
        before = database.execute("SELECT actor FROM record_auditevent WHERE seq = 1").fetchone()[0]
        database.execute("UPDATE record_auditevent SET actor = ? WHERE seq = 2", [before])
    assert "lacks the guard audit_event_says_what_it_said" in copy("audit", "verify", code=1)
    copy("init")
    assert "is whole" in copy("audit", "verify")
