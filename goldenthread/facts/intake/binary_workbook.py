"""Finds the error cells of an .xlsb, which its reader hands over as empty ([MS-XLSB] has the records)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_ROW, _SHEET, _ERRORS = 0, 156, (3, 11)
_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_UNNAMED = "#VALUE!"


def sheet_relations(book: bytes) -> Iterator[bytes]:
    """The id of the relation to each sheet, in the order of the sheets."""
    for kind, record in _records(book):
        if kind == _SHEET:
            (length,) = struct.unpack_from("<I", record, 8)
            yield record[12 : 12 + 2 * length].decode("utf-16-le").encode()


def errors_of(sheet: bytes) -> dict[tuple[int, int], str]:
    """The error cells of a sheet, by row and column from 0."""
    found: dict[tuple[int, int], str] = {}
    row = 0
    for kind, record in _records(sheet):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", record)
        elif kind in _ERRORS:
            (column,) = struct.unpack_from("<I", record)
            found[row, column] = _CODES.get(record[8], _UNNAMED)
    return found


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes of each record; both the kind and the length are written seven bits to a byte."""
    place = 0
    while place < len(content):
        kind, place = _seven_bits(content, place, 2)
        length, place = _seven_bits(content, place, 4)
        yield kind, content[place : place + length]
        place += length


def _seven_bits(content: bytes, place: int, most: int) -> tuple[int, int]:
    number = 0
    for index, byte in enumerate(content[place : place + most]):
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, place + index + 1
    return number, place + most
