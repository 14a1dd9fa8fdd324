"""Eight who write through their pages and one who imports, at once: everybody gets their turn, on SQLite."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.commands.shell import Shell
from tests.commands.test_serving import answers
from tests.faults.county import write_definitions, write_extract
from tests.faults.killing import Operations, operations_on
from tests.faults.operations import PASSWORD
from tests.functional.conftest import free_port

WRITERS = [f"w{number}" for number in range(1, 9)]
MISSION = """
missions:
  - {unit: north, version: 1, mission: We answer., adopted: 2025-07-01}
"""
LOCKED = "database is locked"
ROUNDS_SIGNED_IN = 25


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Operations]:
    """A workspace whose office in the north has a mission and eight people, each with an account."""
    definitions = write_definitions(tmp_path / "definitions")
    people = [f"{one},Member {one},north,member,2025-06-01," for one in WRITERS]
    (definitions / "people.csv").write_text("\n".join(["person,name,unit,role,from,to", *people, ""]))
    (definitions / "framework.yaml").write_text(MISSION)
    with operations_on(tmp_path / "home") as county:
        first = write_extract(tmp_path / "one.csv", seed=31)
        accounts = f"accounts={','.join(WRITERS)}"
        county.seen_after("init", f"load={definitions}", accounts, f"import={first}")
        yield county


@contextmanager
def served(home: Path, log: Path) -> Iterator[str]:
    """The address of a server that answers, started by the command; what it and its processes say is in
    ``log``."""
    port = free_port()
    with log.open("w") as out:
        process = Shell(home).start("serve", "--port", str(port), to=out)
        try:
            while not answers(port):
                assert process.poll() is None, log.read_text()
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


class Writer:
    """One who signs in with a password and sends forms, one after the other."""

    def __init__(self, address: str, username: str) -> None:
        self._address = address
        self._username = username
        self.answers: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.written = 0

    def write_until(self, over: threading.Event) -> None:
        """Write until it is over, and at least once: on a slow machine some have not signed in by then."""
        while not self._is_through(over):
            self._sign_in()
            for _ in range(ROUNDS_SIGNED_IN):
                if self._is_through(over):
                    break
                self._support("yes", said="You support it.")
                self._send("/accounts/drafts/keep/", goldenthread_address="/my-numbers/", text="half a sen")
                self._support("no", said="You no longer support it.")
            self._send("/accounts/logout/")

    def _is_through(self, over: threading.Event) -> bool:
        return over.is_set() and bool(self.written or self.wrong)

    def _sign_in(self) -> None:
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))
        self._ask("/")
        page = self._send("/accounts/login/", login=self._username, password=PASSWORD)
        self._check("Sign out" in page, "is not signed in", page)

    def _support(self, choice: str, *, said: str) -> None:
        page = self._send("/units/north/mission/support/", support=choice)
        self._check(said in page, f"support={choice} did not say {said}", page)
        self.written += 1

    def _send(self, path: str, **fields: str) -> str:
        (secret,) = [one.value for one in self._cookies if one.name == "goldenthread-csrf"]
        return self._ask(path, urlencode({**fields, "csrfmiddlewaretoken": secret}).encode())

    def _ask(self, path: str, form: bytes | None = None) -> str:
        try:
            answer = self._opener.open(self._address + path, form, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            self.answers[answer.status] += 1
            page = answer.read().decode()
        self._check(answer.status < 400 and LOCKED not in page, f"{path} answered {answer.status}", page)
        return page

    def _check(self, right: bool, what: str, page: str) -> None:
        if not right:
            self.wrong.append(f"{self._username}: {what}: {page[-2000:]}")


def import_until(over: threading.Event, county: Operations, file: Path) -> int:
    """Import a file and take it back, again and again; how often."""
    number = 1
    while not over.is_set():
        number += 1
        outcome = county.run(f"import={file}", f"undo={number}")
        assert outcome.status == 0, outcome
        assert outcome.said == ["import done", "undo done"]
    return number - 1


def audited(county: Operations) -> int:
    """The rows of the audit log, which is whole."""
    (seen,) = county.seen_after("chain")
    assert seen["broken"] == ""
    return seen["rows"]


@pytest.mark.parametrize(
    "seconds", [pytest.param(4, id="some"), pytest.param(600, id="ten minutes", marks=pytest.mark.long)]
)
def test_nobody_is_told_that_the_database_is_locked(county: Operations, tmp_path: Path, seconds: int) -> None:
    log, over = tmp_path / "log", threading.Event()
    before = audited(county)
    file = write_extract(tmp_path / "two.csv", seed=32)
    with served(county.home, log) as address, ThreadPoolExecutor(len(WRITERS) + 1) as at_once:
        writers = [Writer(address, one) for one in WRITERS]
        importing = at_once.submit(import_until, over, county, file)
        writing = [at_once.submit(one.write_until, over) for one in writers]
        over.wait(seconds)
        over.set()
        imports = importing.result()
        for one in writing:
            one.result()
    statuses = sum((one.answers for one in writers), Counter())
    print(f"{statuses} answers, {sum(one.written for one in writers)} forms, {imports} imports")
    assert [said for one in writers for said in one.wrong] == []
    assert set(statuses) == {200, 204}
    assert all(one.written for one in writers)
    assert imports
    said = log.read_text()
    assert LOCKED not in said
    assert "Traceback" not in said
    assert audited(county) - before > sum(one.written for one in writers)
