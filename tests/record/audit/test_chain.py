"""The chain as pure functions: what a hash is taken over, and the first place that does not fit."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from goldenthread.record.audit.chain import (
    BEGINNING,
    GENESIS,
    Mark,
    Place,
    Row,
    canonical,
    digest,
    first_break,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
contents = st.dictionaries(
    st.sampled_from(["actor", "kind", "reason", "at", "fields"]), words | st.lists(words, max_size=3)
)


@given(contents)
def test_the_canonical_form_is_json_without_what_is_empty(content):
    kept = {key: value for key, value in content.items() if value}
    plain = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert canonical(content) == plain.encode()


def test_a_hash_that_anybody_can_compute_again():
    said = '{"actor":"user:7","fields":["na\\u00efve"],"previous":"' + GENESIS + '","seq":1}'
    wanted = hashlib.sha256(said.encode()).hexdigest()
    assert digest(1, GENESIS, {"actor": "user:7", "fields": ["naïve"], "reason": ""}) == wanted


def test_a_column_that_is_added_later_changes_no_hash():
    assert digest(1, GENESIS, {"actor": "a"}) == digest(1, GENESIS, {"actor": "a", "case": ""})


def chain_of(count: int) -> list[Row]:
    rows: list[Row] = []
    last = GENESIS
    for seq in range(1, count + 1):
        content = {"actor": "a", "object_id": str(seq)}
        found = digest(seq, last, content)
        rows.append((seq, last, found, content))
        last = found
    return rows


def broken(rows: list[Row], *, until: Place | None = None, marks: dict[int, Mark] | None = None) -> str:
    end = until or Place(rows[-1][0], rows[-1][2])
    found = first_break(rows, until=end, marks=marks or {})
    return found.sentence if found else ""


def test_a_whole_chain_has_no_break():
    assert broken(chain_of(5)) == ""
    assert first_break([], until=BEGINNING, marks={}) is None


def test_a_chain_whose_beginning_was_dropped_has_no_break():
    rows = chain_of(5)
    after = Place(rows[1][0], rows[1][2])
    assert first_break(rows[2:], after=after, until=Place(5, rows[4][2]), marks={}) is None


def test_the_first_place_is_named():
    rows = chain_of(5)
    assert broken([*rows[:2], *rows[3:]]) == "Row 3 is gone: after row 2 comes row 4."
    assert broken([*rows[:2], rows[1], *rows[2:]]) == "Row 2 stands twice."
    changed = (3, rows[2][1], rows[2][2], {"actor": "b", "object_id": "3"})
    assert broken([*rows[:2], changed, *rows[3:]]) == "Row 3 does not say what it said when it was written."
    rehashed = (3, rows[2][1], digest(3, rows[2][1], changed[3]), changed[3])
    assert broken([*rows[:2], rehashed, *rows[3:]]) == "Row 4 names another row before it than row 3."
    assert broken(rows[:3], until=Place(5, rows[4][2])) == (
        "The log ends with row 3 and had 5: row 4 is gone."
    )
    assert broken(rows, until=Place(5, "other")) == "Row 5 is not the one that the head of the chain names."
    assert broken(rows, marks={3: Mark("other", "the head of 2026-03")}) == (
        "Row 3 is not the one that the head of 2026-03 was written about."
    )
