"""Starts ``make demo`` as a terminal does, opens its page, presses Ctrl-C, and looks for what is left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 60  # seconds for a start, and for an end


def main() -> None:
    # A session of its own, so that the signal reaches all it started and nothing else.
    demo = subprocess.Popen(
        ["make", "demo"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        address = printed_address(demo)
        page = opened(address)
        if "<h1" not in page or 'type="password"' not in page:
            sys.exit(f"{address}/ is no sign-in page:\n{page[:1000]}")
        print(f"{address}/ shows the sign-in page.")
        os.killpg(demo.pid, signal.SIGINT)
        demo.communicate(timeout=PATIENCE)
        left = subprocess.run(
            ["pgrep", "--session", str(demo.pid), "--list-full"], stdout=subprocess.PIPE, text=True
        )
        if left.stdout:
            sys.exit(f"Ctrl-C left these running:\n{left.stdout}")
        print("Ctrl-C stopped everything.")
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)


def printed_address(demo: subprocess.Popen[str]) -> str:
    """Passes on what the demo says, up to the address it serves on."""
    assert demo.stdout
    for line in demo.stdout:
        print("   ", line, end="")
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found.group()
    sys.exit("The demo ended without an address.")


def opened(address: str) -> str:
    """The front page, as soon as the server answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(f"{address}/", timeout=10) as answer:
                return str(answer.read().decode())
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    main()
