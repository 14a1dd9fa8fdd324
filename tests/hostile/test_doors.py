"""Hostile files through the doors of the product: the upload page, the command line, the watch folder.

In every run: names and links. In the long one: every file of this folder through each door.
"""

from __future__ import annotations

import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from goldenthread.jobs.extracts.watching import look
from goldenthread.record.sources.models import Batch
from tests.commands.shell import Shell
from tests.hostile.files import PLAIN
from tests.hostile.test_reading import EVERY
from tests.results.counties import write_definitions
from tests.web.desk.data_world import build_world, say_why, signed_in, work

MEGABYTE = 1 << 20
ENDS = {"waiting", "refused", "loaded"}
BROKEN = "Something broke"
BOUNDARY = "a-line-that-no-file-holds"
NAMES = (
    "../../../etc/passwd.csv",
    "..\\..\\windows\\win.csv",
    "/etc/cron.d/calls.csv",
    "CON.csv",
    "nul",
    ".htaccess",
    "-rf.csv",
    "~root.csv",
    "calls.csv\r\nSet-Cookie: x=1",
    'calls".csv; filename="x.exe',
    "<img src=x onerror=ran(1)>.csv",
    "=1+1.csv",
    "\u202evsc.exe",
    "a" * 300 + ".csv",
    "calls.csv%00.exe",
    "*.csv",
    "résumé 日本.csv",
)


@pytest.mark.django_db
def test_a_name_leads_nowhere(tmp_path: Path) -> None:
    build_world(tmp_path / "definitions")
    client = signed_in("rob")
    outside = set(tmp_path.rglob("*"))
    for number, name in enumerate(NAMES):
        content = PLAIN + f"n{number},w1,2026-03-02,5,answered\n".encode()
        sent = client.post("/data/sources/calls/upload/", {"file": SimpleUploadedFile(name, content)})
        assert sent.status_code == 302, name
        batch = Batch.objects.get(pk=int(sent["Location"].split("/")[-2]))
        assert not set(batch.file_name) & set("/\\\r\n\0"), name
        assert len(batch.folder) == 32
        page = client.get(sent["Location"])
        assert b"<img src=x" not in page.content
        say_why(client, batch)
        answer = client.get(f"{sent['Location']}original/")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/octet-stream"
        assert "Set-Cookie" not in answer.headers
        assert b"".join(answer.streaming_content) == content
    assert set(tmp_path.rglob("*")) == outside


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_is_for_the_service_alone(tmp_path: Path) -> None:
    build_world(tmp_path / "definitions")
    client = signed_in()
    file = SimpleUploadedFile("calls.csv", PLAIN)
    assert client.post("/data/sources/calls/upload/", {"file": file}).status_code == 302
    work()
    assert client.post("/new/source/", {"file": SimpleUploadedFile("new.csv", PLAIN)}).status_code == 302
    kept = list(Path(settings.WORKSPACE.uploads).rglob("*"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in kept}
    assert {"original", "proposal.json", "accepted.parquet"} <= modes.keys()
    assert {mode for path in kept if path.is_file() for mode in [modes[path.name]]} == {0o600}
    assert {mode for path in kept if path.is_dir() for mode in [modes[path.name]]} == {0o700}
    assert not str(settings.WORKSPACE.uploads).startswith(str(settings.STATIC_ROOT))


@pytest.mark.django_db
def test_a_link_in_a_watched_folder_is_not_followed(tmp_path: Path) -> None:
    build_world(tmp_path / "definitions")
    folder = Path(settings.WORKSPACE.incoming) / "calls"
    folder.mkdir(parents=True)
    secret = Path(settings.WORKSPACE.home) / "a-secret.csv"
    secret.write_bytes(PLAIN)
    (folder / "symbolic.csv").symlink_to(secret)
    (folder / "dangling.csv").symlink_to(tmp_path / "nothing")
    (folder / "hard.csv").hardlink_to(secret)
    (folder / "folder.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "plain.csv").write_bytes(PLAIN)
    told = look(now=timezone.now() + timedelta(minutes=1))
    secret.unlink()
    assert "plain.csv loaded" in told[0]
    assert [one.split()[1] for one in told[1:]] == ["dangling.csv", "hard.csv", "pipe.csv", "symbolic.csv"]
    assert all("It is a link, or no file at all" in one for one in told[1:])
    assert Batch.objects.count() == 1


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Every hostile file, on disk."""
    folder = tmp_path / "sent"
    folder.mkdir()
    for name, hostile in EVERY.items():
        (folder / name).write_bytes(hostile.content())
    return sorted(folder.iterdir())


def memory() -> int:
    """What this process holds, in bytes; of its children nothing."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def send_from_disk(client: Client, address: str, file: Path) -> HttpResponse:
    """Send a file as a browser does, piece by piece from the disk. The test client's own way would hold all
    of it in this process, whose memory is counted."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    message = file.with_suffix(".message")
    with message.open("wb") as body, file.open("rb") as content:
        body.write(head.encode())
        shutil.copyfileobj(content, body)
        body.write(f"\r\n--{BOUNDARY}--\r\n".encode())
    with message.open("rb") as body:
        sent: HttpResponse = client.generic(
            "POST",
            address,
            CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
            CONTENT_LENGTH=str(message.stat().st_size),
            **{"wsgi.input": body},
        )
    message.unlink()
    return sent


@pytest.mark.long
@pytest.mark.django_db
def test_the_upload_page_survives_them_all(files: list[Path], tmp_path: Path) -> None:
    """The process of this test takes each file, has it read in its child, and shows the page of it."""
    build_world(tmp_path / "definitions")
    client = signed_in()
    states, first = [], 0
    for file in files:
        # How many files a minute are taken is another test's.
        cache.clear()
        sent = send_from_disk(client, "/data/sources/calls/upload/", file)
        assert sent.status_code in (200, 302), file.name
        if sent.status_code == 302:
            work()
            page = client.get(sent["Location"])
            assert page.status_code == 200, file.name
            assert BROKEN not in page.content.decode(), file.name
            states.append(Batch.objects.latest("pk").state)
        # Libraries are loaded with the first of them.
        first = first or memory()
    assert set(states) <= ENDS
    assert len(states) >= 100
    assert memory() - first < 50 * MEGABYTE


@pytest.mark.long
@pytest.mark.django_db
def test_the_watch_folder_survives_them_all(files: list[Path], tmp_path: Path) -> None:
    build_world(tmp_path / "definitions")
    folder = Path(settings.WORKSPACE.incoming) / "calls"
    folder.mkdir(parents=True)
    for file in files:
        file.rename(folder / file.name)
    told = look(now=timezone.now() + timedelta(minutes=1))
    assert len(told) == len(files)
    assert not [one for one in told if BROKEN in one]
    assert set(Batch.objects.values_list("state", flat=True)) <= ENDS


@pytest.mark.long
def test_the_command_line_survives_them_all(files: list[Path], tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    shell("init")
    shell("load", write_definitions(tmp_path / "definitions"))
    process = shell.start("import", "calls", *files, "--json", "--dry-run")
    out, err = process.communicate()
    assert process.returncode == 1, err
    assert "Traceback" not in err
    told = [line for line in out.splitlines() if line.strip()]
    assert sum('"batch"' in line for line in told) == len(files)
    assert not [line for line in told if BROKEN in line]
