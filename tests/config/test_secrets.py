"""Secrets come from the environment or from files that it names, and are found nowhere else."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from goldenthread.config.secrets import secret, secrets_under
from goldenthread.facts.intake import child
from tests.commands.shell import outside
from tests.commands.test_serving import wait_until
from tests.faults.county import write_definitions

SIGNING = "canary-of-the-signing-key-0123456789-0123456789"
CLIENT = "canary-of-the-single-sign-on-client"
DATABASE = "canary-of-the-database"
TYPED = "canary-that-somebody-typed-as-a-password"

PROVIDERS = """
openid_connect:
  - {{provider: city, title: City sign-in, issuer: "http://127.0.0.1:1", client_id: goldenthread,
     secret_file: {file}}}
"""

# Everything is logged, down to what libraries say to themselves; each answer's body is printed.
VISIT = """
import logging, os
from goldenthread.commands import open_workspace
open_workspace()
from django.conf import settings
from django.db import connection
from django.test import Client
for name in (None, *logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel(logging.DEBUG)
connection.force_debug_cursor = True
settings.ALLOWED_HOSTS.append("testserver")

def show(response):
    print(response.status_code, response.headers, response.getvalue().decode())

client = Client(raise_request_exception=False)
show(client.get("/"))
show(client.post("/", {"login": "kim.lee", "password": os.environ["TYPED"]}))
show(client.post("/accounts/oidc/city/login/"))
show(client.get("/accounts/oidc/city/login/callback/?state=x&code=y"))
show(Client(raise_request_exception=False, enforce_csrf_checks=True).post("/", {"login": "kim.lee"}))
show(client.get("/nothing-here/"))
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE accounts_user RENAME TO gone")
show(client.post("/", {"login": "kim.lee", "password": os.environ["TYPED"]}))
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE gone RENAME TO accounts_user")
"""


@dataclass
class Machine:
    """A workspace whose every secret is a canary, and all that was said there."""

    home: Path
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)

    def run(self, *words: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.said.append(done.stdout)
        return done.stdout

    def type(self, *words: object, **more: str) -> str:
        return self.run("-m", "goldenthread", *map(str, words), **more)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "client").write_text(CLIENT)
    (folder / "providers.yaml").write_text(PROVIDERS.format(file=folder / "client"))
    home = folder / "home"
    machine = Machine(
        home,
        {
            **outside(),
            "GOLDENTHREAD_HOME": str(home),
            "GOLDENTHREAD_SECRET_KEY": SIGNING,
            "GOLDENTHREAD_SSO": str(folder / "providers.yaml"),
        },
    )
    machine.type("init")
    machine.type("load", write_definitions(folder / "definitions"))
    machine.type("account", "kim.lee", "--name", "Kim Lee")
    machine.type("dump", home / "dumped")
    machine.type("doctor")
    machine.type("audit", "export")
    return machine


def canaries_in(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [canary for canary in (SIGNING, CLIENT, DATABASE, TYPED) if canary.encode() in data]


def test_no_page_and_no_line_of_the_log_holds_one(machine: Machine) -> None:
    said = machine.run("-c", VISIT, TYPED=TYPED)
    assert "\n500 " in said
    assert " DEBUG " in said
    assert "403 " in said
    assert canaries_in(said) == []


def test_a_database_that_does_not_answer_is_told_without_its_password(machine: Machine) -> None:
    url = f"postgresql://someone:{DATABASE}@127.0.0.1:1/records"
    for command in ("doctor", "batches", "init"):
        said = machine.type(command, DATABASE_URL=url)
        assert "does not answer" in said
        assert canaries_in(said) == []
    assert canaries_in(machine.type("doctor", DATABASE_URL=f"postgresql://:{DATABASE}@[/")) == []


def test_no_process_shows_one_to_the_machine(machine: Machine) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "goldenthread", "serve", "--port", str(free_port())],
        env=machine.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert server.stdout is not None
        machine.said.append(server.stdout.readline())
        shown = b"".join(command_lines())
        assert b"goldenthread" in shown
        assert canaries_in(shown) == []
    finally:
        server.terminate()
        machine.said.append(server.communicate()[0])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def command_lines() -> Iterator[bytes]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield (process / "cmdline").read_bytes()
        except OSError:
            continue  # It has ended meanwhile.


def test_nothing_that_is_kept_or_was_said_holds_one(machine: Machine) -> None:
    kept = [file for file in machine.home.rglob("*") if file.is_file()]
    assert machine.home / "goldenthread.sqlite3" in kept
    assert machine.home / "dumped" / "organization.yaml" in kept
    assert machine.home / "secret_key" not in kept, "a key that is kept elsewhere is not made anew"
    assert [file for file in kept if canaries_in(file.read_bytes())] == []
    assert [said for said in machine.said if canaries_in(said)] == []


class TestSecret:
    NAME = "GOLDENTHREAD_SECRET_KEY"

    def test_from_the_environment_or_from_a_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert secret(self.NAME) is None
        monkeypatch.setenv(self.NAME, "plain")
        assert secret(self.NAME) == "plain"
        monkeypatch.delenv(self.NAME)
        (tmp_path / "key").write_text("kept apart\n")
        monkeypatch.setenv(f"{self.NAME}_FILE", str(tmp_path / "key"))
        assert secret(self.NAME) == "kept apart"

    def test_many_under_one_beginning(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "phones").write_text("one\n")
        monkeypatch.setenv("GOLDENTHREAD_PULL_DATABASE_PHONES_FILE", str(tmp_path / "phones"))
        monkeypatch.setenv("GOLDENTHREAD_PULL_DATABASE_CASE_FILES", "two")
        assert secrets_under("GOLDENTHREAD_PULL_DATABASE_") == {"phones": "one", "case_files": "two"}

    @pytest.mark.parametrize(
        ("content", "beside", "sentence"),
        [
            (None, "", "cannot be read: No such file or directory"),
            (b"", "", "which is empty; wanted the secret in it"),
            (b"\xff\xfe" + SIGNING.encode(), "", "cannot be read: it is no text"),
            (SIGNING.encode(), SIGNING, "wanted one of them"),
        ],
        ids=["no file", "an empty file", "no text", "both"],
    )
    def test_what_is_wrong_is_told_without_it(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        content: bytes | None,
        beside: str,
        sentence: str,
    ) -> None:
        if content is not None:
            (tmp_path / "key").write_bytes(content)
        monkeypatch.setenv(f"{self.NAME}_FILE", str(tmp_path / "key"))
        monkeypatch.setenv(self.NAME, beside)
        with pytest.raises(ImproperlyConfigured, match=sentence) as said:
            secret(self.NAME)
        assert canaries_in(str(said.value)) == []


def test_what_reads_a_strangers_file_is_handed_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDENTHREAD_SECRET_KEY", SIGNING)
    reader = child._started()
    environment = Path(f"/proc/{reader.pid}/environ")
    try:
        # It is empty for a moment: the kernel writes it after it has let go of what started the process.
        wait_until(lambda: environment.read_bytes() != b"")
        handed = environment.read_bytes()
    finally:
        reader.kill()
        reader.communicate()
    assert b"PATH=" in handed
    assert canaries_in(handed) == []
