"""A small county whose calls come as files, with an analyst, and somebody who may see raw data."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.models import Batch
from tests.results.counties import load_definitions

HEADER = "call,agent,day,wait,outcome"
GOOD = f"{HEADER}\n" + "\n".join(
    f"c{number},{agent},2026-03-{number % 20 + 1:02},{number % 90},answered"
    for number, agent in enumerate(["w1", "w2", "w3"] * 20, start=1)
)
BAD_ROWS = (
    "b1,w1,2026-03-05,--,answered",
    "b2,w2,2026-03-05,--,abandoned",
    "b3,w3,2026-03-06,12,vm left",
    "b4,w1,2026-02-30,12,answered",
    "c1,w1,2026-03-06,12,answered",
    "b5,TEMP_0417,2026-03-07,12,answered",
    "b6,,2026-03-07,12,answered",
)
MIXED = "\n".join([GOOD, *BAD_ROWS])

HOLDERS = (
    ("ada", ["analyst"], "county"),
    ("rob", ["analyst", "data_custodian"], "county"),
    ("mia", ["executive"], "county"),
    ("una", ["analyst", "data_custodian"], "benefits"),
)


def build_world(folder: Path) -> None:
    """The county of ``tests.results.counties`` in an empty workspace; ada is its analyst, rob sees raw data,
    mia and una nothing of this: una is the analyst of one unit, and extracts have rows of all."""
    for place in (settings.WORKSPACE.store, settings.WORKSPACE.uploads, settings.WORKSPACE.incoming):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700, parents=True)
    load_definitions(folder)
    for username, roles, place in HOLDERS:
        user = User.objects.create_user(username, name=username.capitalize())
        unit = Unit.objects.get(key=place)
        for role in roles:
            Grant.objects.create(user=user, role=role, unit=unit, starts_on=datetime.date(2020, 1, 1))


def signed_in(username: str = "ada") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def say_why(client: Client, batch: Batch, words: str = "A row of mine is refused.") -> None:
    """State the purpose without which nobody sees who stands in a file."""
    assert client.post(f"/data/batches/{batch.pk}/workers/", {"why": words}).status_code == 302


def extract(text: str = MIXED, name: str = "calls.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def send(text: str = MIXED, *, client: Client | None = None, name: str = "calls.csv") -> Batch:
    """Bring a file through the page, and let the worker read it."""
    sender = client or signed_in()
    response = sender.post("/data/sources/calls/upload/", {"file": extract(text, name)})
    assert response.status_code == 302, response.content.decode()
    work()
    return Batch.objects.get(pk=int(response["Location"].split("/")[-2]))


def work() -> None:
    """The job worker, until nothing is left to do."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
