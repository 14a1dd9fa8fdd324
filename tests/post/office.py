"""A mail server on a port of its own, which keeps what it is given: enough of SMTP (RFC 5321) for a client
that means it, with STARTTLS (RFC 3207) and AUTH PLAIN (RFC 4616)."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Kept:
    """A letter as it came: for whom, how it travelled, and who had signed in."""

    receivers: list[str]
    mail: EmailMessage
    encrypted: bool
    user: str


@dataclass
class Office:
    """``refuses``: what is said to the command named. ``hangs_up_after`` takes a letter and says nothing;
    while ``slow`` is set, it takes one and lets its sender wait."""

    letters: list[Kept] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    hangs_up_after: bool = False
    slow: threading.Event | None = None
    secure: ssl.SSLContext | None = None
    port: int = 0
    greeted: int = 0


class _Counter(socketserver.StreamRequestHandler):
    server: _Server
    encrypted = False
    user = ""

    def handle(self) -> None:
        office, receivers = self.server.office, []
        office.greeted += 1
        self._say("220 office")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.split(" ")[0].upper()
            if verb in office.refuses:
                self._say(office.refuses[verb])
            elif verb == "EHLO":
                self._say(*self._abilities())
            elif verb == "STARTTLS" and office.secure:
                self._say("220 go on")
                if not self._turns_secret(office.secure):
                    return
            elif verb == "AUTH":
                self.user = base64.b64decode(words.split(" ")[2]).decode().replace("\0", ":")
                self._say("235 welcome")
            elif verb == "RCPT":
                receivers.append(words.partition("<")[2].partition(">")[0])
                self._say("250 known")
            elif verb == "RSET":
                receivers.clear()
                self._say("250 forgotten")
            elif verb == "DATA":
                self._say("354 go on")
                mail = message_from_bytes(self._body(), policy=policy.default)
                office.letters.append(Kept(list(receivers), mail, self.encrypted, self.user))
                receivers.clear()
                if office.hangs_up_after:
                    return
                if office.slow:
                    office.slow.wait()
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _turns_secret(self, secure: ssl.SSLContext) -> bool:
        """False for a client that does not believe the certificate."""
        try:
            self.request = secure.wrap_socket(self.request, server_side=True)
        except ssl.SSLError:
            return False
        self.setup()
        self.encrypted = True
        return True

    def finish(self) -> None:
        super().finish()
        if self.encrypted:
            self.request.close()

    def _abilities(self) -> list[str]:
        offers = ["STARTTLS"] if self.server.office.secure and not self.encrypted else ["AUTH PLAIN"]
        return ["250-office", *(f"250 {one}" for one in offers)]

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{one}\r\n" for one in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, office: Office) -> None:
        self.office = office
        super().__init__(("127.0.0.1", 0), _Counter)


@contextmanager
def open_office(secure: ssl.SSLContext | None = None) -> Iterator[Office]:
    """A server that is there for as long as the block."""
    office = Office(secure=secure)
    with _Server(office) as server:
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
