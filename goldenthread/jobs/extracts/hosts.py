"""The operator's list of machines that extracts may be fetched from."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::(\d{1,5}))?")

Ip = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Hosts:
    """``names``: hosts with their ports, exactly as an address must name them. ``ranges``: addresses of an
    inner network that these names may lead to; whatever else is not public is refused."""

    names: frozenset[tuple[str, int]] = frozenset()
    ranges: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Hosts:
        """``data.example.gov, files.example.gov:8443, 10.20.0.0/16``; without a port it is that of HTTPS.

        A single address is a host and a range of one. ValueError says which entry is none of these.
        """
        names: set[tuple[str, int]] = set()
        ranges = []
        for entry in filter(None, (one.strip().lower() for one in text.split(","))):
            if "/" in entry:
                ranges.append(_network(entry))
                continue
            found = _HOST.fullmatch(entry)
            if found is None:
                raise ValueError(
                    f"found “{entry}”; wanted a host such as data.example.gov or data.example.gov:8443, or a "
                    "range such as 10.20.0.0/16."
                )
            host = found[1].strip("[]")
            names.add((host, int(found[2] or _PORTS["https"])))
            if (address := ip_of(host)) is not None:
                ranges.append(ipaddress.ip_network(address))
        return cls(frozenset(names), tuple(ranges))

    def lists(self, parts: SplitResult) -> bool:
        """Whether an address with these parts is on a host of the list."""
        try:
            port = parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            return False
        return self.names_port(parts.hostname, port)

    def names_port(self, host: str | None, port: int | None) -> bool:
        """Whether a port of a host is on the list."""
        return (host, port) in self.names

    def opens(self, address: Ip) -> bool:
        """Whether a host of the list may turn out to be at this address."""
        listed = any(address in one for one in self.ranges)
        return listed or (address.is_global and not address.is_multicast)


def ip_of(host: str) -> Ip | None:
    """The address that a text is; None for a name. One in the clothes of the other version is what it
    means: ::ffff:10.0.0.1 is 10.0.0.1."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(entry: str) -> IPv4Network | IPv6Network:
    try:
        return ipaddress.ip_network(entry)
    except ValueError as error:
        raise ValueError(f"found “{entry}”; wanted a range such as 10.20.0.0/16.") from error
