"""Viewers over HTTP: a bounded number, each on a connection of its own, asking as soon as it was answered."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_PATIENCE_SECONDS = 30
_CONNECTIONS = 8


@dataclass(frozen=True)
class SignIn:
    """Who signs in, and the units whose dashboards they open; ``codes`` where a second factor is asked."""

    username: str
    password: str
    units: tuple[str, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """How long each answer took, in seconds, over ``seconds`` in all."""

    seconds: float
    latencies: tuple[float, ...]

    @property
    def count(self) -> int:
        return len(self.latencies)

    @property
    def a_second(self) -> float:
        return self.count / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that ``share`` percent of answers do not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share / 100), len(ordered) - 1)]


class Browser:
    """One connection that keeps its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """The page; RuntimeError unless it was answered with 200."""
        status, body = self._ask("GET", path)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"Found {status} at {path}; wanted 200.")
        return body

    def sign_in(self, one: SignIn, *, turn: int) -> None:
        """Through the forms, as a person does; each ``turn`` takes another of the codes that count once."""
        self._fill_in("/accounts/login/", {"login": one.username, "password": one.password})
        if one.codes:
            self._fill_in("/accounts/login/code/", {"code": one.codes[turn % len(one.codes)]})
        # The server drops a connection that stays silent while others sign in: the next request opens anew.
        self.close()

    def _fill_in(self, path: str, fields: dict[str, str]) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        assert token is not None
        status, _ = self._ask("POST", path, urlencode(fields | {"csrfmiddlewaretoken": token[1]}))
        if status != http.HTTPStatus.FOUND:
            raise RuntimeError(f"Found {status} when a form was sent to {path}; wanted 302.")

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return response.status, response.read().decode()


def dashboards(port: int, sign_ins: Sequence[SignIn], seconds: float, seed: int) -> Answers:
    """Every one signed in opens dashboards of their units, in a random order, until the time is over."""

    def asked(place: int) -> tuple[Browser, Iterator[str]]:
        browser = Browser(port)
        browser.sign_in(sign_ins[place], turn=seed)
        luck = random.Random(seed * len(sign_ins) + place)
        return browser, (f"/units/{luck.choice(sign_ins[place].units)}/" for _ in iter(int, 1))

    return _until(seconds, len(sign_ins), asked)


def one_page(port: int, path: str, seconds: float) -> Answers:
    """The same page over and over, for as many connections."""
    return _until(seconds, _CONNECTIONS, lambda _: (Browser(port), (path for _ in iter(int, 1))))


def _until(seconds: float, count: int, asked: Callable[[int], tuple[Browser, Iterator[str]]]) -> Answers:
    browsers = [asked(place) for place in range(count)]
    latencies: list[float] = []
    troubles: list[Exception] = []
    started = time.perf_counter()

    def ask(browser: Browser, paths: Iterator[str]) -> None:
        try:
            while time.perf_counter() < started + seconds:
                asked_at = time.perf_counter()
                browser.get(next(paths))
                latencies.append(time.perf_counter() - asked_at)
        except (OSError, RuntimeError, http.client.HTTPException) as trouble:
            troubles.append(trouble)
        finally:
            browser.close()

    threads = [threading.Thread(target=ask, args=one) for one in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return Answers(time.perf_counter() - started, tuple(latencies))
