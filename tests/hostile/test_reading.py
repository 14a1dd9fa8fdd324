"""Every file that means harm is refused with a sentence, or read; the heavy ones in the limited process that
reads every file of the product."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldenthread.definitions import check, read_yaml
from goldenthread.facts.intake import Limits, Report, Unreadable, read, read_limited
from goldenthread.facts.sources import SourceDefinition
from tests.hostile.archives import ARCHIVES
from tests.hostile.columnar import COLUMNAR
from tests.hostile.files import Hostile
from tests.hostile.texts import TEXTS
from tests.hostile.workbooks import WORKBOOKS
from tests.results.counties import CALLS

EVERY = {**ARCHIVES, **TEXTS, **COLUMNAR, **WORKBOOKS}
DEFINITION = check(SourceDefinition, read_yaml(CALLS))


def test_there_are_many_and_none_twice() -> None:
    assert len(EVERY) == sum(map(len, (ARCHIVES, TEXTS, COLUMNAR, WORKBOOKS))) >= 100


@pytest.mark.parametrize("name", EVERY)
def test_it_is_refused_with_a_sentence_or_read(name: str, tmp_path: Path) -> None:
    hostile, file, out = EVERY[name], tmp_path / name, tmp_path / "out"
    file.write_bytes(hostile.content())
    if hostile.says is None:
        assert read_it(hostile, file, out).accepted == hostile.rows
    else:
        with pytest.raises(Unreadable) as refused:
            read_it(hostile, file, out)
        assert hostile.says in str(refused.value)
        assert str(refused.value).endswith(".")
        assert str(tmp_path) not in str(refused.value)
        assert list(out.iterdir()) == []
    assert {one.name for one in tmp_path.iterdir()} == {name, "out"}


@pytest.mark.long
@pytest.mark.parametrize("name", EVERY)
def test_with_half_a_gigabyte_and_a_minute_it_is_so_too(name: str, tmp_path: Path) -> None:
    """Less than the product allows, for what people send in earnest can be larger."""
    hostile, file, out = EVERY[name], tmp_path / name, tmp_path / "out"
    file.write_bytes(hostile.content())
    half = Limits(memory=512 << 20, processor_seconds=60, seconds=120)
    said = ""
    try:
        found = read_limited(file, DEFINITION, out=out, timezone="UTC", batch=1, limits=half)
    except Unreadable as refused:
        said = str(refused)
    if said:
        assert said.endswith(".")
        assert list(out.iterdir()) == []
    else:
        assert hostile.says is None
        assert found.accepted == hostile.rows


def read_it(hostile: Hostile, file: Path, out: Path) -> Report:
    if hostile.heavy:
        return read_limited(file, DEFINITION, out=out, timezone="UTC", batch=1)
    return read(file, DEFINITION, out=out, timezone="UTC", batch=1)
