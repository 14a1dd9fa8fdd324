"""A measure inventory into the record: read, told what it would change, loaded, and taken back."""

from goldenthread.jobs.extracts.inventory.loading import (
    Applied,
    apply_inventory,
    file_again,
    preview_inventory,
    withdraw_inventory,
)
from goldenthread.jobs.extracts.inventory.reading import read_inventory
from goldenthread.jobs.extracts.inventory.rows import InventoryReading

__all__ = [
    "Applied",
    "InventoryReading",
    "apply_inventory",
    "file_again",
    "preview_inventory",
    "read_inventory",
    "withdraw_inventory",
]
