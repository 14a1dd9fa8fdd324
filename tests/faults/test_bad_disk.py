"""A disk that goes bad at some call: a sentence, nothing half visible, and a second try succeeds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from tests.faults.county import write_definitions, write_extract
from tests.faults.killing import Operations, operations_on

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

ERRORS = ("ENOSPC", "EIO", "EROFS")
# How many points of each command: in every run, one of each error.
COUNTS = [pytest.param(3, id="some"), pytest.param(12, id="many", marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Iterator[Operations]:
    """A workspace with one batch loaded."""
    folder = tmp_path_factory.mktemp("faults")
    definitions = write_definitions(folder / "definitions")
    write_definitions(folder / "changed", frequency="quarter")
    first = write_extract(folder / "one.csv", seed=31)
    write_extract(folder / "two.csv", seed=32)
    with operations_on(folder / "home") as county:
        county.seen_after("init", f"load={definitions}", f"import={first}")
        county.keep()
        yield county


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(
    "words", ["import calls {}/two.csv --yes", "load {}/changed", "undo 1", "compute", "backup {}/b.gz"]
)
def test_a_command_on_a_bad_disk_says_so_and_can_be_typed_again(
    prepared: Operations, tmp_path: Path, words: str, count: int
) -> None:
    prepared.go_back()
    folder = prepared.home.parent
    step, backup = f"command={words.format(folder)}", folder / "b.gz"
    (before,) = prepared.seen_after("look")
    points = prepared.points_of_each(step, tmp_path / "log", count=count)
    (after,) = prepared.seen_after("look")
    assert len(points) == count
    failed = 0
    for point, error in zip(points, cycle(ERRORS), strict=False):
        prepared.go_back()
        backup.unlink(missing_ok=True)
        (said,) = prepared.run(step, strace=point.fail(error)).said
        told = f"{words}, {error} at {point}: {said['printed']}"
        failed += said["code"] != 0
        assert said["code"] in (0, 1), told
        last = said["printed"].splitlines()[-1]
        assert said["code"] == 0 or last.endswith("."), told
        assert said["code"] == 0 or not backup.exists(), told
        struck, healed = prepared.seen_after("look", "start", "look")
        assert struck["rows"] in (before["rows"], after["rows"]), told
        for measure, digest in struck["observations"].items():
            assert digest in (before["observations"][measure], after["observations"][measure]), told
        assert healed["loaded"] == healed["in_store"], told
        assert not healed["outdated"], told
        backup.unlink(missing_ok=True)
        (again, seen) = prepared.run(step, "look").said
        undone_already = words.startswith("undo") and healed["rows"] == after["rows"]
        assert again["code"] == 0 or undone_already, again["printed"]
        same = ("rows", "frequencies", "observations")
        assert [seen[one] for one in same] == [after[one] for one in same], told
    assert failed >= count // 3


@pytest.mark.parametrize("count", COUNTS)
def test_a_page_on_a_bad_disk_says_that_it_broke_and_the_next_request_works(
    prepared: Operations, tmp_path: Path, count: int
) -> None:
    prepared.go_back()
    # Who sends it has signed in before.
    prepared.run("upload=/dev/null")
    step = f"upload={prepared.home.parent}/two.csv"
    with prepared.kept_as_it_is():
        (before,) = prepared.seen_after("look")
        stands = [before[one] for one in ("loaded", "in_store", "observations")]
        broken = 0
        points = prepared.points_of_each(step, tmp_path / "log", count=count)
        for point, error in zip(points, cycle(ERRORS), strict=False):
            prepared.go_back()
            (said,) = prepared.run(step, strace=point.fail(error)).said
            told = f"{error} at {point}: {said['status']} {said['text'][:2000]}"
            broken += said["status"] != 302
            assert said["status"] in (200, 302, 500), told
            assert "Traceback" not in said["text"], told
            assert said["status"] != 500 or "Something went wrong" in said["text"], told
            struck, again, _started, healed = prepared.run("look", step, "start", "look").said
            assert again["status"] == 302, f"{told} {again['text']}"
            for seen in (struck, healed):
                assert [seen[one] for one in ("loaded", "in_store", "observations")] == stands, told
            # What was sent first waits, too, or is refused where its file did not stay on the disk.
            assert set(healed["on_the_way"]) <= {"waiting", "refused"}, told
            assert "waiting" in healed["on_the_way"], told
        assert broken >= count // 3
