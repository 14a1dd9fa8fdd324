"""A front of a PostgreSQL server that shows a certificate: the one in the tests was built without TLS."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What a client sends first when it wants TLS."""
_PIECE = 65_536


@dataclass(frozen=True)
class Certificate:
    """A key, its certificate, and that of the authority which signed it, as files."""

    key: Path
    shown: Path
    authority: Path


def certify(folder: Path, address: str) -> Certificate:
    """A certificate for an IP address, of an authority of its own."""
    signing, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    signer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of one test")])
    server = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Phones")])
    began = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)

    def signed(name: x509.Name, of: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType) -> bytes:
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(signer)
            .public_key(of.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(began)
            .not_valid_after(began + dt.timedelta(days=30))
            .add_extension(extension, critical=True)
            .sign(signing, hashes.SHA256())
        )
        return made.public_bytes(Encoding.PEM)

    made = Certificate(folder / "server.key", folder / "server.crt", folder / "authority.crt")
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    place = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    made.shown.write_bytes(signed(server, key, place))
    made.authority.write_bytes(signed(signer, signing, x509.BasicConstraints(ca=True, path_length=None)))
    return made


@contextlib.contextmanager
def in_front_of(port: int, certificate: Certificate | None) -> Iterator[int]:
    """The port of 127.0.0.2 at which the server of 127.0.0.1 is reached over TLS, or, without a certificate,
    says that it has none."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.shown, certificate.key)

    class Front(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = self.request.recv(len(SSL_REQUEST))
            if asked != SSL_REQUEST:
                return
            if context is None:
                self.request.sendall(b"N")
                return
            self.request.sendall(b"S")
            with (
                contextlib.suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as client,
                socket.create_connection(("127.0.0.1", port)) as server,
            ):
                back = threading.Thread(target=_pass_on, args=(server, client))
                back.start()
                _pass_on(client, server)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.2", 0), Front) as fronts:
        threading.Thread(target=fronts.serve_forever, daemon=True).start()
        try:
            yield fronts.server_address[1]
        finally:
            fronts.shutdown()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Until one side ends."""
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
