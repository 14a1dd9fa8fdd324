"""An OpenID Connect provider that says whatever a test wants it to say, on a port of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt


class Provider(ThreadingHTTPServer):
    """``claims`` are those of the next ID token.

    ``answer`` and ``status``: what the page that exchanges codes says instead. ``calls_itself``: the issuer
    its metadata name. ``moved_to``: where its metadata are said to stand.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": "goldenthread",
            "sub": "w-4711",
            "exp": int(time.time()) + 300,
        }
        self.answer: str | None = None
        self.status = 200
        self.calls_itself = self.issuer
        self.moved_to: str | None = None

    def told(self) -> str:
        """What the page that exchanges codes says."""
        if self.answer is not None:
            return self.answer
        token = jwt.encode(self.claims, "k" * 32, algorithm="HS256")
        return json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": token})


class _Pages(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        base, moved_to = self.server.issuer, self.server.moved_to
        if moved_to and not self.path.startswith(moved_to):
            self.send_response(302)
            self.send_header("Location", base + moved_to)
            self.end_headers()
            return
        self._say(
            200,
            json.dumps(
                {
                    "issuer": self.server.calls_itself,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/keys",
                }
            ),
        )

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(self.server.status, self.server.told())

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that answers until the block ends."""
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
