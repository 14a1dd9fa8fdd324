"""Unit dashboards under load: a real server, signed-in viewers, and the queries of each page."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.apart import apart, environment
from benchmarks.figures import Figure
from benchmarks.generate import Extract
from benchmarks.load import Answers, SignIn
from benchmarks.timing import say

_PATIENCE_SECONDS = 60
_SIGN_IN_PAGE = "/accounts/login/"
VIEWERS = 8
_FIRST = 2
"""How much longer than a round the server is asked before the first one."""


def figures(folder: Path, *, extract: Extract, rounds: int, seconds: float, seed: int) -> list[Figure]:
    """Requests a second, the 95th percentile and the queries of unit dashboards."""
    home = folder / "dashboard"
    say(f"Building and computing a workspace of {extract.rows:,} facts")
    apart("building:build", home=home, folder=folder, extract=extract, seed=seed)
    sign_ins: list[SignIn] = apart("pages:prepare", home=home, viewers=VIEWERS)
    queries: dict[str, int] = apart("pages:queries", home=home)
    pages: list[Answers] = []
    plain: list[Answers] = []
    with served(home) as port:
        # Each process of the server judges each unit once, and anew after each load of facts: told beside.
        first: Answers = apart(
            "load:dashboards", port=port, sign_ins=sign_ins, seconds=_FIRST * seconds, seed=seed - 1
        )
        for number in range(rounds):
            # In a process of its own: the viewers' work is no part of what is measured, but shares the cores.
            pages.append(
                apart("load:dashboards", port=port, sign_ins=sign_ins, seconds=seconds, seed=seed + number)
            )
            plain.append(apart("load:one_page", port=port, path=_SIGN_IN_PAGE, seconds=seconds / 4))
            say(f"  round {number + 1} of {rounds}: {pages[-1].a_second:.0f} dashboards a second")
    county = extract.county
    size = f"{county.staff:,} staff, {county.units} units, {extract.rows:,} facts"
    a_second, ordinary = (median(one.a_second for one in some) for some in (pages, plain))
    most = max(queries, key=lambda unit: queries[unit])
    return [
        Figure(
            "dashboard",
            f"unit dashboards a second, {size}",
            a_second,
            "/s",
            f"{VIEWERS} viewers at once, {sum(one.count for one in pages):,} pages in {rounds} rounds; "
            f"sign-in pages in the same run: {ordinary:.0f} /s; before it, in the {_FIRST * seconds:.0f} "
            f"seconds in which most pages are of new rows: {first.a_second:.0f} /s",
            at_least=100,
        ),
        Figure(
            "dashboard",
            "95th percentile",
            1000 * median(one.percentile(95) for one in pages),
            "ms",
            f"median {1000 * median(one.percentile(50) for one in pages):.0f} ms",
            at_most=150,
        ),
        Figure(
            "dashboard",
            "most queries for a dashboard",
            queries[most],
            "",
            f"{most}, of {len(queries)} units at every level",
            at_most=25,
        ),
    ]


@contextmanager
def served(home: Path) -> Iterator[int]:
    """``goldenthread serve`` on a free port of this machine; ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = home / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "goldenthread", "serve", "--port", str(port)],
            env=environment(home),
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(server, port, log)
            yield port
        finally:
            server.terminate()
            try:
                server.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", _SIGN_IN_PAGE)
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(
                f"The server did not answer on port {port}. It said: {log.read_text()[-2000:]}"
            )
        time.sleep(0.2)
