"""The columns that facts have beside those of their source's definition."""

BATCH = "_batch"
"""The load that brought the row."""
ROW = "_row"
"""The row of the file, from 1; with the batch it names one row of the store."""
DAY_SUFFIX = "__day"
"""A `datetime` column X is kept as UTC instant X and local day X + this; a `date` column is its own day."""


def day_of(column: str) -> str:
    """Where the local day of a `datetime` column stands."""
    return f"{column}{DAY_SUFFIX}"
