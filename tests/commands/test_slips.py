"""What a slip of the hand gets: a sentence and an exit code, never a traceback."""

from __future__ import annotations

import json

import pytest

from tests.commands.shell import Shell
from tests.results.counties import write_definitions


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A workspace with definitions and no facts."""
    folder = tmp_path_factory.mktemp("slips")
    shell = Shell(folder / "workspace")
    shell("init")
    shell("load", write_definitions(folder / "definitions"))
    return shell


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("moon",), 2, "No such command 'moon'"),
        (("series", "in_time", "--by", "moon"), 2, "'year_to_date'"),
        (("series", "in_time", "--by", "day"), 1, "Without --by it prints its own"),
        (("series", "in_time", "--as", "moon"), 2, "There is no user “moon”"),
        (("series", "moon"), 1, "Error: There is no measure “moon”"),
        (("import", "moon", __file__), 1, "Error: There is no source “moon”"),
        (("init", "--home", "/sys/goldenthread"), 1, "Error: /sys/goldenthread: "),
        (("dump", "/sys/goldenthread"), 1, "Error: /sys/goldenthread"),
        (("account", "ana", "--role", "moon"), 2, "'analyst'"),
        (("account", "ana", "--role", "analyst", "--unit", "moon"), 1, "There is no unit “moon”"),
    ],
)
def test_a_slip_gets_a_sentence(shell: Shell, words: tuple[str, ...], code: int, says: str):
    said = shell(*words, code=code)

    assert says in said
    assert "Traceback" not in said


def test_an_account_is_made_once_and_read_by_a_script(shell: Shell):
    made = json.loads(shell("account", "ana.ruiz", "--role", "analyst", "--json"))
    again = json.loads(shell("account", "ana.ruiz", "--json"))

    assert made["username"] == "ana.ruiz"
    assert made["invitation"].startswith("http://localhost:8000/accounts/invitation/")
    assert again == {"username": "ana.ruiz", "invitation": None, "changes": []}
    assert made["invitation"] not in shell("account", "ana.ruiz", "--invite")
