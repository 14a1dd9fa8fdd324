"""A cache in front of the product, set up as carelessly as it can be, keeps nothing made for somebody."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.functional.conftest import free_port, wait_for
from tests.web.desk.worlds import as_user, build_world

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

TIMES = 1000
ADDRESSES = ("/", "/measures/", "/measures/data.csv", "/my-access/", "/who-looked/", "/units/", "/no/such/")
NAMES = {"ana": "Ana Ruiz", "eli": "Eli Novak"}
# Keyed by the address alone, without the cookie; every status kept for ten minutes. As whoever runs the test:
# a master that is root would give its work to somebody who may not enter the folder.
CONFIGURATION = """\
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  fastcgi_temp_path {folder}/fastcgi;
  proxy_temp_path {folder}/proxy;
  scgi_temp_path {folder}/scgi;
  uwsgi_temp_path {folder}/uwsgi;
  proxy_cache_path {folder}/cache keys_zone=all:10m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {behind};
      proxy_set_header Host $http_host;
      proxy_cache all;
      proxy_cache_key $request_uri;
      proxy_cache_valid any 10m;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


@pytest.fixture
def proxy(live_server: LiveServer, tmp_path: Path) -> Iterator[str]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed; scripts/system-packages does that")
    port, configuration = free_port(), tmp_path / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            user=pwd.getpwuid(os.getuid()).pw_name, folder=tmp_path, port=port, behind=live_server.url
        )
    )
    with subprocess.Popen([program, "-p", str(tmp_path), "-c", str(configuration)]) as process:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def test_a_careless_cache_keeps_nothing_of_anybody(proxy: str) -> None:
    build_world()
    cookies = {
        username: as_user(username).cookies.output(attrs=[], header="", sep=";").strip() for username in NAMES
    }
    assert fetched(f"{proxy}/static/goldenthread/knot.svg", "")[1] == "MISS"
    assert fetched(f"{proxy}/static/goldenthread/knot.svg", "")[1] == "HIT"
    for number in range(TIMES):
        address = ADDRESSES[number % len(ADDRESSES)]
        for username, cookie in cookies.items():
            text, cache = fetched(proxy + address, cookie)
            assert cache == "MISS", (address, cache)
            for other, name in NAMES.items():
                assert other == username or name not in text, (address, username)


def fetched(address: str, cookie: str) -> tuple[str, str]:
    """What came, and whether the cache had it."""
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode(), answer.headers["X-Cache"]
    except urllib.error.HTTPError as error:
        return error.read().decode(), error.headers["X-Cache"]
