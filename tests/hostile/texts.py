"""Text: what a reader of CSV or JSON Lines might choke on."""

from __future__ import annotations

import json

from tests.hostile.files import HEADER, PLAIN, ROW, Hostile

MEGABYTE = 1 << 20


def rows(*more: str) -> bytes:
    return "\n".join([HEADER, ROW, *more, ""]).encode()


def _wide(columns: int) -> bytes:
    names = ",".join([HEADER, *(f"x{number}" for number in range(columns))])
    return f"{names}\n{ROW}{',' * columns}\n".encode()


TEXTS = {
    "nul-in-a-cell.csv": Hostile(lambda: rows("c\0002,w1,2026-03-02,5,answered"), rows=2),
    "nothing-but-nul.csv": Hostile(lambda: bytes(MEGABYTE), ""),
    "nul-after-a-table.csv": Hostile(lambda: PLAIN + bytes(MEGABYTE), ""),
    "no-bytes.csv": Hostile(lambda: b"", "The file is empty"),
    "only-a-mark.csv": Hostile(lambda: b"\xef\xbb\xbf", "only blank lines"),
    "marks.csv": Hostile(lambda: b"\xef\xbb\xbf" * 5 + PLAIN, ""),
    "only-line-ends.csv": Hostile(lambda: b"\n" * (5 * MEGABYTE), "only blank lines"),
    "only-delimiters.csv": Hostile(lambda: PLAIN + b"," * (3 * MEGABYTE) + b"\n", rows=1),
    "only-quotes.csv": Hostile(lambda: PLAIN + b'"' * MEGABYTE, rows=1),
    "a-quote-never-closed.csv": Hostile(lambda: PLAIN + b'"' + b"a,b\n" * (2 * MEGABYTE), rows=1),
    "utf-16.csv": Hostile(lambda: PLAIN.decode().encode("utf-16"), rows=1),
    "utf-16-without-mark.csv": Hostile(lambda: PLAIN.decode().encode("utf-16-be"), rows=1),
    "utf-16-cut-in-a-letter.csv": Hostile(lambda: PLAIN.decode().encode("utf-16")[:-1], ""),
    "utf-32.csv": Hostile(lambda: PLAIN.decode().encode("utf-32"), rows=1),
    "utf-7.csv": Hostile(lambda: rows("+ADw-script+AD4-,w1,2026-03-02,5,answered"), rows=2),
    "bytes-of-no-encoding.csv": Hostile(
        lambda: PLAIN + b"\xff\xfe\xc0\xaf,w1,2026-03-02,5,answered\n", rows=2
    ),
    "letters-written-too-long.csv": Hostile(
        lambda: PLAIN + b"\xc0\xbcscript\xc0\xbe,w1,2026-03-02,5,answered\n", rows=2
    ),
    "half-a-pair.csv": Hostile(lambda: PLAIN + b"\xed\xa0\x80,w1,2026-03-02,5,answered\n", rows=2),
    "two-encodings.csv": Hostile(
        lambda: PLAIN + (PLAIN + b"\xe9\n") * 20_000 + "é,w1,2026-03-02,5,answered\n".encode(), ""
    ),
    "letters-that-turn-the-line.csv": Hostile(
        lambda: rows("\u202e\u2066c2,w1,2026-03-02,5,answered"), rows=2
    ),
    "terminal-commands.csv": Hostile(lambda: rows("\x1b]0;x\x07\x1b[2J,w1,2026-03-02,5,answered"), rows=2),
    "ten-megabytes-in-a-cell.csv": Hostile(
        lambda: rows("x" * (10 * MEGABYTE) + ",w1,2026-03-02,5,answered"), rows=1
    ),
    "a-line-without-end.csv": Hostile(lambda: b"x" * (50 * MEGABYTE), "The first line is longer"),
    "a-row-without-end.csv": Hostile(lambda: PLAIN + b"x" * (50 * MEGABYTE), rows=1),
    "a-million-columns.csv": Hostile(lambda: _wide(1_000_000), "The first line is longer"),
    "sixteen-thousand-columns.csv": Hostile(lambda: _wide(16_384), "at most 2,000 are accepted"),
    # One complaint for each cell too many, and each quotes the whole row.
    "cells-without-end-in-a-row.csv": Hostile(
        lambda: rows(
            *(f"d{number},w1,2026-03-02,5,answered" for number in range(600)), "c2," + "1," * 10_000
        ),
        rows=601,
    ),
    "spaces-in-the-header.csv": Hostile(lambda: f"{HEADER},{' ' * 200_000}x\n{ROW},\n".encode(), rows=1),
    "spaces-in-a-cell.csv": Hostile(lambda: rows(f"c2,w1,2026-03-02,{' ' * 100_000}x,answered"), rows=1),
    "digits-in-a-cell.csv": Hostile(lambda: rows(f"c2,w1,2026-03-02,{'9' * 100_000}x,answered"), rows=1),
    "apostrophes.csv": Hostile(lambda: rows("'" * 200_000 + ",w1,2026-03-02,5,answered"), rows=2),
    "numbers-beyond-measure.csv": Hostile(
        lambda: rows(
            "c2,w1,2026-03-02,1e9999,answered",
            f"c3,w1,2026-03-02,{'9' * 10_000},answered",
            "c4,w1,2026-03-02,NaN,answered",
            "c5,w1,2026-03-02,-Infinity,answered",
            "c6,w1,2026-03-02,0x1F,answered",
        ),
        rows=1,
    ),
    "days-beyond-measure.csv": Hostile(
        lambda: rows(
            "c2,w1,999999999-12-31,5,answered",
            "c3,w1,-4713-01-01,5,answered",
            "c4,w1,infinity,5,answered",
            "c5,w1,2026-99-99,5,answered",
            "c6,w1,0000-00-00,5,answered",
        ),
        rows=1,
    ),
    "commands-in-cells.csv": Hostile(
        lambda: rows(
            "=cmd|' /C calc'!A0,w1,2026-03-02,5,answered", "'; DROP TABLE x;--,w1,2026-03-02,5,answered"
        ),
        rows=3,
    ),
    "sql-in-the-header.csv": Hostile(
        lambda: f"""{HEADER},"x"") FROM read_csv('/etc/passwd') --"\n{ROW},1\n""".encode(), rows=1
    ),
    "deep.jsonl": Hostile(
        lambda: b'{"call": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}\n", "", heavy=True
    ),
    "keys-without-end.jsonl": Hostile(
        lambda: "".join(json.dumps({f"k{number}": 1}) + "\n" for number in range(50_000)).encode(), ""
    ),
    "not-closed.jsonl": Hostile(lambda: b'{"call": "c1", "agent": "w1"' * 1000, ""),
    "one-key-of-megabytes.jsonl": Hostile(lambda: json.dumps({"x" * (8 * MEGABYTE): 1}).encode() + b"\n", ""),
}
