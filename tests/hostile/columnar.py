"""Parquet whose footer lies, or whose few bytes stand for more rows than any machine holds."""

from __future__ import annotations

import io
import struct

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.files import Hostile


def parquet(rows: int = 1, **options: object) -> bytes:
    """The same row again and again."""
    one = {"call": "c1", "agent": "w1", "day": "2026-03-02", "wait": "5", "outcome": "answered"}
    buffer = io.BytesIO()
    pq.write_table(pa.table({name: [value] * rows for name, value in one.items()}), buffer, **options)
    return buffer.getvalue()


def _of_nothing(millions: int) -> bytes:
    """Rows without a value, which take next to no bytes."""
    buffer = io.BytesIO()
    group = pa.table({"call": pa.nulls(1_000_000, pa.string())})
    with pq.ParquetWriter(buffer, group.schema) as writer:
        for _ in range(millions):
            writer.write_table(group)
    return buffer.getvalue()


def _footer_of(length: int) -> bytes:
    whole = parquet()
    return whole[:-8] + struct.pack("<I", length) + b"PAR1"


def _more_rows_than_it_has() -> bytes:
    """The footer's number of rows, a varint of Thrift, is made as large as it can be in its place."""
    whole = parquet(63)
    footer = whole[-8 - struct.unpack("<I", whole[-8:-4])[0] :]
    return whole[: -len(footer)] + footer.replace(bytes([63 * 2]), bytes([127]))


def _garbled() -> bytes:
    whole = parquet(1000)
    length = struct.unpack("<I", whole[-8:-4])[0]
    return whole[: -8 - length] + bytes(byte ^ 0x5A for byte in whole[-8 - length : -8]) + whole[-8:]


def _pages_garbled() -> bytes:
    whole = bytearray(parquet(1000, compression="zstd"))
    for place in range(60, 200):
        whole[place] ^= 0xA5
    return bytes(whole)


COLUMNAR = {
    "cut-short.parquet": Hostile(lambda: parquet(1000)[:-300], "cut short"),
    "footer-longer-than-the-file.parquet": Hostile(lambda: _footer_of(1 << 30), "Parquet file is damaged"),
    "footer-of-the-largest-number.parquet": Hostile(
        lambda: _footer_of(0xFFFFFFFF), "Parquet file is damaged"
    ),
    "footer-of-nothing.parquet": Hostile(lambda: _footer_of(0), "Parquet file is damaged"),
    "footer-garbled.parquet": Hostile(_garbled, "Parquet file is damaged"),
    "pages-garbled.parquet": Hostile(_pages_garbled, ""),
    "more-rows-than-it-has.parquet": Hostile(_more_rows_than_it_has, ""),
    "eleven-million-rows.parquet": Hostile(lambda: _of_nothing(11), "which no real extract does"),
    "nothing-but-the-marks.parquet": Hostile(lambda: b"PAR1PAR1", "Parquet file is damaged"),
}
