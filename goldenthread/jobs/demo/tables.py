"""Columns of text as the county's systems print them, and files made of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from goldenthread.jobs.demo.drawing import Days, Flags, Numbers, Whole, Words

_SECONDS_OF_DAY = 86_400
Moments = NDArray[np.datetime64]


def us_date(days: Days, *, shown: Flags | None = None) -> Words:
    """10/13/2026; nothing where `shown` is false."""
    known, place = np.unique(days, return_inverse=True)
    words = np.array([f"{day:%m/%d/%Y}" for day in known.astype(object)], dtype="U10")[place]
    return words if shown is None else np.where(shown, words, "")


def iso_date(days: Days, *, shown: Flags | None = None) -> Words:
    """2026-10-13; nothing where `shown` is false."""
    words = np.datetime_as_string(days.astype("datetime64[D]"))
    return words if shown is None else np.where(shown, words, "")


def us_time(seconds: Whole) -> Words:
    """08:14:09 AM out of seconds since midnight."""
    clock = np.array(
        [
            f"{(hour % 12) or 12:02}:{second // 60 % 60:02}:{second % 60:02} {'AM' if hour < 12 else 'PM'}"
            for second in range(_SECONDS_OF_DAY)
            for hour in (second // 3600,)
        ]
    )
    return clock[seconds]


def us_moment(moments: Moments) -> Words:
    """10/13/2026 08:14:09 AM."""
    days = moments.astype("datetime64[D]")
    seconds = (moments - days.astype("datetime64[s]")).astype(np.int64)
    return join(us_date(days), us_time(seconds))


def us_minute(seconds: Whole) -> Words:
    """08:14 AM out of seconds since midnight."""
    clock = np.array(
        [
            f"{(minute // 60 % 12) or 12:02}:{minute % 60:02} {'AM' if minute < 720 else 'PM'}"
            for minute in range(_SECONDS_OF_DAY // 60)
        ]
    )
    return clock[seconds // 60]


def clock(seconds: Numbers) -> Words:
    """0:06:09 out of seconds."""
    known, place = np.unique(np.rint(seconds).astype(np.int64), return_inverse=True)
    return np.array([f"{one // 3600}:{one // 60 % 60:02}:{one % 60:02}" for one in known])[place]


def minutes(seconds: Numbers) -> Words:
    """6:09 out of seconds."""
    known, place = np.unique(np.rint(seconds).astype(np.int64), return_inverse=True)
    return np.array([f"{one // 60}:{one % 60:02}" for one in known])[place]


def money(amounts: Numbers) -> Words:
    """$1,234.50, and ($210.00) for what came back."""
    return np.array([f"(${-one:,.2f})" if one < 0 else f"${one:,.2f}" for one in amounts.tolist()], dtype=str)


def join(*parts: NDArray[Any]) -> Words:
    """Columns of words side by side, a space between."""
    joined = parts[0].astype(str)
    for part in parts[1:]:
        joined = np.char.add(np.char.add(joined, " "), part.astype(str))
    return joined


def write(path: Path, columns: Mapping[str, NDArray[Any]], *, delimiter: str = ",") -> Path:
    """A file with a header and a row per entry; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    csv.write_csv(table, path, csv.WriteOptions(delimiter=delimiter, quoting_style="needed"))
    return path


def take(columns: Mapping[str, NDArray[Any]], rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The same columns, only these rows (a mask or places), in that order."""
    return {name: values[rows] for name, values in columns.items()}
