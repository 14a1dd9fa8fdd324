"""The only door through which the product asks databases of others.

The operator names each with its address, user and password; a definition has that name and a query. Every
session only reads, nothing is ever committed, and rows are written down as they come, never held together.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DataError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from goldenthread.jobs.extracts.hosts import Hosts
from goldenthread.jobs.extracts.outgoing import Bounds
from goldenthread.jobs.refused import Refused

_KINDS = {
    "postgresql": ("postgresql+psycopg", 5432),
    "mysql": ("mysql+pymysql", 3306),
    "oracle": ("oracle+oracledb", 1521),
    "sqlserver": ("mssql+pymssql", 1433),
}
"""What an address begins with, its driver, and its port when the address has none."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PIECE = 5_000
"""So many rows are held at a time."""


def ask(name: str, query: str, out: Path, *, known: Mapping[str, str], hosts: Hosts, bounds: Bounds) -> None:
    """Write the rows that a database answers to ``out``, a new CSV file in UTF-8 with a header.

    ``known`` are the addresses of the operator's databases by name. Refused with a sentence when the name is
    none of them, its host is not on the list, it cannot be asked, or the answer takes too much.
    """
    url = opened(name, known=known, hosts=hosts)
    ends = time.monotonic() + bounds.seconds
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=driver_arguments(url, bounds))
        with engine.connect() as connection:
            _read_only(connection)
            _keep(connection, query, out, name, bounds, ends)
    except ImportError as error:
        kind = _kind(url)
        raise Refused(f"The driver for {name} is not installed: pip install goldenthread[{kind}].") from error
    except SQLAlchemyError as error:
        # Without its cause: the log of an exception would have the statement and what it was given.
        raise Refused(f"The database {name} said: {_why(error, url)}.") from None


def opened(name: str, *, known: Mapping[str, str], hosts: Hosts) -> URL:
    """The address of one of the operator's databases, which is on a host of the list. Refused otherwise."""
    url = _address(name, known)
    if not hosts.names_port(url.host, url.port):
        raise Refused(
            f"The database {name} is on {url.host}:{url.port}, which is no host that this machine may fetch "
            "from. Whoever looks after it can add it to GOLDENTHREAD_PULL_HOSTS."
        )
    return url


def _address(name: str, known: Mapping[str, str]) -> URL:
    """What the operator wrote, with its driver and its port."""
    variable = f"GOLDENTHREAD_PULL_DATABASE_{name.upper()}"
    if name not in known:
        raise Refused(
            f"This machine knows no database “{name}”. Whoever looks after it can name it in {variable}_FILE."
        )
    try:
        url = make_url(known[name])
    except (ArgumentError, ValueError):
        url = URL.create("unknown")
    if url.drivername not in _KINDS or not url.host:
        # What was found is not repeated: it may hold a password.
        raise Refused(
            f"{variable} is no address of a database. Wanted one that begins with "
            f"{', '.join(f'{kind}://' for kind in _KINDS)} and names user, password, host and database."
        )
    driver, port = _KINDS[url.drivername]
    return url.set(drivername=driver, port=url.port or port)


def _kind(url: URL) -> str:
    return next(kind for kind, (driver, _port) in _KINDS.items() if driver == url.drivername)


def driver_arguments(url: URL, bounds: Bounds) -> dict[str, Any]:
    """How long each driver waits for a silent machine; of PostgreSQL also that the session only reads, and
    that beyond this machine it shows a certificate, unless the operator's address says otherwise."""
    silence, whole = int(bounds.silence), int(bounds.seconds)
    match _kind(url):
        case "postgresql":
            encrypted = "sslmode" in url.query or url.host in _LOOPBACK
            return {
                "connect_timeout": silence,
                "keepalives_idle": silence,
                "options": "-c default_transaction_read_only=on "
                f"-c statement_timeout={int(bounds.seconds * 1000)}",
            } | ({} if encrypted else {"sslmode": "verify-full"})
        case "mysql":
            return {"connect_timeout": silence, "read_timeout": whole}
        case "oracle":
            return {"tcp_connect_timeout": silence}
        case _:
            return {"login_timeout": silence, "timeout": whole}


def _read_only(connection: Connection) -> None:
    """SQL Server has no words for it: there the rights of the operator's user are all that stands in the
    way."""
    if connection.dialect.name != "mssql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _keep(connection: Connection, query: str, out: Path, name: str, bounds: Bounds, ends: float) -> None:
    # A cursor of the server, which takes one statement and hands over its rows in pieces.
    streamed = connection.execution_options(stream_results=True, max_row_buffer=_PIECE, no_parameters=True)
    with (
        streamed.exec_driver_sql(query) as rows,
        out.open("x", encoding="utf-8", newline="") as file,
    ):
        columns = tuple(rows.keys())
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        count = 0
        for piece in rows.partitions(_PIECE):
            count += len(piece)
            if count > bounds.rows:
                raise Refused(
                    f"{name} answers more than the {bounds.rows:,} rows that one extract may bring. Ask it "
                    "for fewer days at a time, or raise GOLDENTHREAD_MOST_ROWS."
                )
            writer.writerows(_cells(row, columns) for row in piece)
            if file.tell() > bounds.size:
                raise Refused(f"{name} answers more than the {bounds.size:,} bytes that a file may have.")
            if time.monotonic() > ends:
                raise Refused(
                    f"{name} took longer than the {bounds.seconds:,.0f} seconds that a file may take."
                )


def _cells(row: Sequence[Any], columns: Sequence[str]) -> list[str]:
    return [_cell(value, column) for value, column in zip(row, columns, strict=True)]


def _cell(value: Any, column: str) -> str:
    """A value as the intake reads it; none is an empty cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case timedelta():
            return str(value.total_seconds())
        case Decimal():
            return format(value, "f")
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str)
        case bytes() | bytearray() | memoryview():
            raise Refused(f"Found bytes in “{column}”; leave the column out of the query.")
        case _:
            return str(value)


def _why(error: SQLAlchemyError, url: URL) -> str:
    """The first line of what the driver says, without the password. Where a value does not fit, the driver
    would repeat the value, and that may be somebody's name."""
    if isinstance(error, DataError):
        return "a value does not fit what the query makes of it"
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    line = said.splitlines()[0].rstrip(".")
    return line.replace(url.password, "***") if isinstance(url.password, str) and url.password else line
