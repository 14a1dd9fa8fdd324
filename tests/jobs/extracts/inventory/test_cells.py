import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.jobs.extracts.inventory.cells import number_in, printing, read_cell
from goldenthread.jobs.extracts.inventory.keys import LONGEST, again, key_of
from goldenthread.record.orgs.keys import is_key


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (".9", 0.9),
        ("-9.9", -9.9),
        ("1,234,567.5", 1234567.5),
        ("$1,200", 1200),
        ("-$12", -12),
        ("$-12", -12),
        ("(3.2)", -3.2),
        ("95%", 95),
        ("95.", 95),
        ("−4", -4),
        ("0", 0),
        ("(0)", 0),
        ("AAA", None),
        ("Yes", None),
        ("1,23", None),
        ("12O", None),
        ("(3", None),
        ("(-3)", None),
        ("1-2", None),
        ("4.3/5", None),
        ("<5", None),
        ("1e5", None),
        ("NaN", None),
        (".", None),
        ("", None),
    ],
)
def test_only_what_a_person_means_as_a_number_is_one(text: str, number: float | None) -> None:
    assert number_in(text) == number


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_number_is_read_however_it_is_dressed(number) -> None:
    for text in (f"{number}", f"{number:,}", f"{number} %", f" {number:+,} "):
        assert number_in(text) == float(number)
    bare = f"(${abs(number):,})"
    assert number_in(bare) == -abs(float(number))


def test_a_word_keeps_its_meaning_and_an_unknown_one_has_none() -> None:
    words = {"no goal": "no goal was set"}
    assert read_cell("NO GOAL", words).note == "NO GOAL (no goal was set)"
    assert read_cell("TBD", words).is_words
    assert read_cell("TBD", words).meaning is None
    assert not read_cell("", words).is_words
    assert printing(" P1 \x13 09:59\x00\n ") == "P1  09:59"


def test_keys_survive_another_spelling_and_stay_apart_when_cut() -> None:
    assert key_of(["PR", "Café visits, total (%)"]) == "pr-cafe-visits-total"
    assert key_of(["pr", "CAFE VISITS - Total %"]) == "pr-cafe-visits-total"
    long = "Percent of " + "very " * 40
    assert key_of(["a", long + "old"]) != key_of(["a", long + "new"])
    assert key_of(["?", "!"]) == ""


@given(st.lists(st.text(max_size=120), max_size=4))
def test_every_key_can_name_a_unit_or_a_measure(names: list[str]) -> None:
    key = key_of(names)
    assert len(key) <= LONGEST
    assert not key or (is_key(key) and is_key(again(key, 99)))
