"""YAML read with its lines, and written back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.definitions import DefinitionError, Located, dump_yaml, read_yaml

TEXT = """\
# A source.
source: calls
columns:
  wait:
    type: number
    missing: ["", n/a]
  language: {type: category, values: [en, no]}
from: 2026-07-01
answers: [yes, off, true, ~]
clock: [12:30, 5:30:10, 1:30.5, 750]
"""


def test_values_are_plain_and_no_word_turns_into_a_boolean():
    assert read_yaml(TEXT).value == {
        "source": "calls",
        "columns": {
            "wait": {"type": "number", "missing": ["", "n/a"]},
            "language": {"type": "category", "values": ["en", "no"]},
        },
        "from": date(2026, 7, 1),
        "answers": ["yes", "off", True, None],
        "clock": ["12:30", "5:30:10", "1:30.5", 750],
    }


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 2),
        (("source",), 2),
        (("columns", "wait"), 4),
        (("columns", "wait", "type"), 5),
        (("columns", "wait", "missing", 1), 6),
        (("columns", "language", "values", 0), 7),
        (("answers", 3), 9),
        (("columns", "wait", "minimum"), 4),
        (("columns", "nothing", "at", "all"), 3),
        (("nothing",), 2),
    ],
)
def test_each_place_has_its_line_or_that_of_what_encloses_it(place, line):
    assert read_yaml(TEXT).line_of(place) == line


def test_what_never_stood_in_a_file_has_no_line():
    assert Located({"source": "calls"}).line_of(("source",)) is None


def problems_of(text):
    with pytest.raises(DefinitionError) as caught:
        read_yaml(text, file="calls.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", ["calls.yaml, line 3: found “a” a second time, wanted each key once"]),
        (
            "x:\n  a: 1\n  a: 2\ny: {b: 1, b: 2}\n",
            [
                "calls.yaml, line 3, x: found “a” a second time, wanted each key once",
                "calls.yaml, line 4, y: found “b” a second time, wanted each key once",
            ],
        ),
        (
            "a: [1, 2\nb: 3\n",
            ["calls.yaml, line 2: found expected ',' or ']', but got ':', wanted valid YAML"],
        ),
        ("a: 1\n---\nb: 2\n", ["calls.yaml, line 2: found but found another document, wanted valid YAML"]),
        ("a: 2026-02-30\n", ["calls.yaml: found day is out of range for month, wanted a date that exists"]),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            [
                "calls.yaml, line 1: found could not determine a constructor for the tag "
                "'tag:yaml.org,2002:python/object/apply:os.system', wanted valid YAML"
            ],
        ),
        (
            "a: 1\nb: \x07\n",
            ["calls.yaml, line 2: found the control character #x0007, wanted text without control"],
        ),
    ],
)
def test_what_cannot_be_read(text, problems):
    found = problems_of(text)
    assert len(found) == len(problems)
    for one, wanted in zip(found, problems, strict=True):
        assert one.startswith(wanted)


def test_an_empty_file_is_nothing():
    assert read_yaml("# only a comment\n").value is None


def test_a_file_with_a_byte_order_mark(tmp_path):
    file = tmp_path / "organization.yaml"
    file.write_bytes("organization: Peña\n".encode("utf-8-sig"))
    assert read_yaml(file).value == {"organization": "Peña"}


def test_a_file_that_is_not_utf8(tmp_path):
    file = tmp_path / "organization.yaml"
    file.write_bytes("organization: Peña\n".encode("latin-1"))
    with pytest.raises(
        DefinitionError, match=r"organization\.yaml: found a byte that is not UTF-8 at position 16"
    ):
        read_yaml(file)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &a [1]\nb: *a\n", "line 2: found the alias \\*a, which stands for another part of the text"),
        ("a: &a [*a]\n", "line 1: found the alias"),
        (
            "a0: &a0 [x]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)),
            "line 2: found the alias \\*a0",
        ),
        ("a: " + "[" * 5000, "inside each other without end, wanted a few levels"),
    ],
)
def test_text_that_stands_for_more_than_it_says_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DefinitionError, match=sentence):
        read_yaml(text)


def test_what_stands_twice_is_written_twice() -> None:
    words = ["", "n/a"]
    assert read_yaml(dump_yaml({"a": words, "b": words})).value == {"a": words, "b": words}


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes()
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"))
    | st.sampled_from(
        ["yes", "no", "on", "off", "true", "null", "~", "1", "1.0", "2026-01-01", "- a", "a: b", "#"]
    )
)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcyesno_~1", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(documents)
def test_what_is_dumped_reads_back(document):
    assert read_yaml(dump_yaml(document)).value == document
