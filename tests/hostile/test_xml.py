"""XML in a workbook, which is the one kind of file with XML inside that is read: nothing it names is opened
or asked for, and no document type gets in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from goldenthread.definitions import check, read_yaml
from goldenthread.facts.intake import Unreadable, read
from goldenthread.facts.sources import SourceDefinition
from tests.facts.intake.sheets import ods
from tests.hostile.archives import zipped
from tests.hostile.documents import TRAPS, Trap
from tests.hostile.files import HEADER, ROW
from tests.hostile.reaching import SECRET, Bait, laid_out
from tests.hostile.workbooks import _parts, book
from tests.results.counties import CALLS

DEFINITION = check(SourceDefinition, read_yaml(CALLS))
WORD = "answered"
LEAST_REFUSED = 20


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    (tmp_path / "bait").mkdir()
    with laid_out(tmp_path / "bait") as found:
        yield found


def parts_of(kind: str) -> dict[str, bytes]:
    return book() if kind == "xlsx" else _parts(ods([HEADER.split(","), ROW.split(",")]))


def part_with_the_word(parts: dict[str, bytes]) -> str:
    (name,) = (name for name, content in parts.items() if WORD.encode() in content)
    return name


def sprung(trap: Trap, kind: str, bait: Bait) -> bytes:
    parts = parts_of(kind)
    name = part_with_the_word(parts)
    return zipped({**parts, name: trap.sprung(parts[name].decode(), WORD, bait)})


def test_a_touch_is_seen(bait: Bait) -> None:
    """That what follows could fail."""
    assert bait.touched() == []
    assert bait.file.read_text() == SECRET
    assert bait.touched() == [str(bait.file)]
    there = urlsplit(bait.address)
    socket.create_connection((there.hostname, there.port)).close()
    assert bait.touched() == [bait.address]


def test_there_are_twenty_to_refuse() -> None:
    assert sum(not trap.harmless for trap in TRAPS.values()) >= LEAST_REFUSED


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@pytest.mark.parametrize("name", TRAPS)
def test_a_workbook_with_it(name: str, kind: str, bait: Bait, tmp_path: Path) -> None:
    file, out = tmp_path / f"calls.{kind}", tmp_path / "out"
    file.write_bytes(sprung(TRAPS[name], kind, bait))
    try:
        report = read(file, DEFINITION, out=out, timezone="UTC", batch=1)
    except Unreadable as refused:
        told = str(refused)
        assert told.endswith(".")
        assert list(out.iterdir()) == []
    else:
        assert TRAPS[name].harmless, "it was read"
        told = str(report)
    assert bait.touched() == []
    assert SECRET not in told
    assert SECRET.encode() not in b"".join(one.read_bytes() for one in out.iterdir() if one.is_file())


@pytest.mark.parametrize("ending", [".dat", ".XML", ""])
def test_a_part_by_another_name(ending: str, bait: Bait, tmp_path: Path) -> None:
    parts = dict(book())
    name, other = "xl/worksheets/sheet1.xml", f"xl/worksheets/sheet1{ending}"
    held = TRAPS["entity nobody asks for"].sprung(parts.pop(name).decode(), WORD, bait)
    changed = {
        key: content.replace(b"sheet1.xml", f"sheet1{ending}".encode()) for key, content in parts.items()
    }
    file = tmp_path / "calls.xlsx"
    file.write_bytes(zipped({**changed, other: held}))
    with pytest.raises(Unreadable, match="document type inside"):
        read(file, DEFINITION, out=tmp_path / "out", timezone="UTC", batch=1)
    assert bait.touched() == []
