"""The only door through which the product fetches anything from an address.

It opens to hosts of the operator's list alone. A name is resolved once and the connection goes to the address
that was looked at, for a name may lead elsewhere the next time it is asked. Proxies of the environment are
left aside: they would resolve the name again, where nobody looks.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from goldenthread.jobs.extracts.hosts import Hosts, Ip, ip_of
from goldenthread.jobs.refused import Refused

_PIECE = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 3


@dataclass(frozen=True)
class Bounds:
    """What one file may take: bytes, rows where they can be counted as they come, seconds from the first word
    to the last, seconds of silence."""

    size: int
    rows: int = 100_000_000
    seconds: float = 1800
    silence: float = 30


def fetch(address: str, out: Path, *, hosts: Hosts, bounds: Bounds) -> None:
    """Write what the address answers to ``out``, a new file. Refused with a sentence when it is on no host of
    the list, leads to one that is not, answers anything but a file, or takes too much."""
    ends = time.monotonic() + bounds.seconds
    for _hop in range(_MOST_REDIRECTS + 1):
        response = _ask(urlsplit(address), hosts, bounds)
        try:
            if response.status in _REDIRECTS:
                address = urljoin(address, response.headers.get("Location", ""))
                continue
            if response.status != 200:
                raise Refused(f"{_host(address)} answered {response.status} and sent no file.")
            _keep(response, out, _host(address), bounds, ends)
        except HTTPError as error:
            host, reason = _host(address), error.args[0]
            raise Refused(f"{host} broke off before the whole file was here: {reason}.") from error
        finally:
            response.close()
        return
    raise Refused(f"{_host(address)} sends on and on; wanted the file after {_MOST_REDIRECTS} at most.")


def _ask(parts: SplitResult, hosts: Hosts, bounds: Bounds) -> BaseHTTPResponse:
    _check(parts, hosts)
    host = str(parts.hostname)
    patience = urllib3.Timeout(connect=bounds.silence, read=bounds.silence)
    try:
        place = _resolved(host, hosts)
        if parts.scheme == "https":
            pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                str(place), parts.port, timeout=patience, server_hostname=host, assert_hostname=host
            )
        elif place.is_loopback:
            pool = urllib3.HTTPConnectionPool(str(place), parts.port, timeout=patience)
        else:
            raise Refused(f"{parts.netloc} is not asked without HTTPS: others could read or change the file.")
        return pool.urlopen(
            "GET",
            parts._replace(scheme="", netloc="", fragment="").geturl() or "/",
            headers={"Host": parts.netloc, "Accept-Encoding": "identity", "User-Agent": "Goldenthread"},
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
    except (HTTPError, OSError) as error:
        raise Refused(f"{parts.netloc} could not be asked: {_why(error)}.") from error


def _why(error: Exception) -> str:
    """The words of the system for what went wrong, where it has any, without the objects they happened to."""
    return getattr(error.__cause__ or error, "strerror", None) or str(error).rstrip(".")


def _check(parts: SplitResult, hosts: Hosts) -> None:
    if parts.scheme not in ("https", "http") or parts.username is not None:
        raise Refused(
            f"Found “{parts.scheme}://{parts.hostname}”; wanted an address that begins with https://"
        )
    if not hosts.lists(parts):
        raise Refused(
            f"{parts.netloc} is no host that this machine may fetch from. Whoever looks after it can add it "
            "to GOLDENTHREAD_PULL_HOSTS."
        )


def _resolved(host: str, hosts: Hosts) -> Ip:
    """The first address of the host, if the list opens every one of them."""
    told = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    found = [address for *_rest, place in told if (address := ip_of(str(place[0]))) is not None]
    closed = [address for address in found if not hosts.opens(address)]
    if closed or not found:
        raise Refused(
            f"{host} is at {closed[0] if closed else 'no address'}, inside a network of your own. If that is "
            "right, whoever looks after this machine adds it, or its range, to GOLDENTHREAD_PULL_HOSTS."
        )
    return found[0]


def _keep(response: BaseHTTPResponse, out: Path, host: str, bounds: Bounds, ends: float) -> None:
    size = 0
    with out.open("xb") as file:
        while piece := response.read1(_PIECE, decode_content=False):
            size += len(piece)
            if size > bounds.size:
                raise Refused(f"{host} sends more than the {bounds.size:,} bytes that a file may have.")
            if time.monotonic() > ends:
                raise Refused(
                    f"{host} took longer than the {bounds.seconds:,.0f} seconds that a file may take."
                )
            file.write(piece)


def _host(address: str) -> str:
    return urlsplit(address).netloc
