"""A machine that others fetch extracts from, as a process of its own: ``file_server.py [CERTIFICATE KEY]``.

It prints its port. ``/to?URL`` sends on to another address, ``/drip`` says a letter now and then,
``/half`` promises more than it sends.
"""

from __future__ import annotations

import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CALLS = b"Call Id,Date,Agent,Result,Wait\n1,2026-06-01 09:00,w1,answered,20\n"


class Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, rest = self.path.partition("?")
        if path == "/to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/gone.csv":
            self.send_error(410)
        else:
            self.send_response(200)
            if path == "/half":
                self.send_header("Content-Length", str(2 * len(CALLS)))
            self.end_headers()
            if path == "/drip":
                self.drip()
            elif path == "/host":
                self.wfile.write(self.headers["Host"].encode())
            else:
                self.wfile.write(CALLS)

    def drip(self) -> None:
        try:
            for _letter in range(100):
                self.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            pass  # Nobody listens any more.

    def log_message(self, *_words: object) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    if sys.argv[1:]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*sys.argv[1:])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    server.serve_forever()
