"""Who may see what of the whole county, said once more in the plainest way: by name, and not by the product's
own rules."""

from __future__ import annotations

NORTH, SOUTH, ROADS = "north", "south", "roads"
UNITS = frozenset({"county", "benefits", "works", NORTH, SOUTH, ROADS})
_UP_FROM_NORTH = frozenset({NORTH, "benefits", "county"})
_UP_FROM_SOUTH = frozenset({SOUTH, "benefits", "county"})
_UP_FROM_ROADS = frozenset({ROADS, "works", "county"})
LINES = {NORTH: _UP_FROM_NORTH, SOUTH: _UP_FROM_SOUTH, ROADS: _UP_FROM_ROADS}
"""Each place with all that is above it: where a measure of the place has values."""

RESULTS = {
    "stranger": frozenset[str](),
    "member": _UP_FROM_NORTH,
    "peer": _UP_FROM_NORTH,
    "supervisor": _UP_FROM_NORTH,
    "stand-in": _UP_FROM_NORTH | _UP_FROM_SOUTH,
    "other supervisor": _UP_FROM_SOUTH,
    "director": _UP_FROM_NORTH | _UP_FROM_SOUTH,
    "other director": _UP_FROM_ROADS,
    "HR": UNITS,
    "labor liaison": UNITS,
    "auditor": UNITS,
    "analyst": UNITS,
    "analyst of a unit": frozenset({ROADS}),
    "data custodian": frozenset[str](),
    "publisher": UNITS,
    "executive": UNITS,
    "administrator": frozenset[str](),
    "former supervisor": frozenset[str](),
    "newcomer": frozenset[str](),
    "closed account": frozenset[str](),
}
"""The units whose results each may see: values, notes, missions, measures that only these have."""

WORKERS = {"supervisor": {NORTH}, "stand-in": {NORTH}, "other supervisor": {SOUTH}}
"""The units whose every worker each may see."""
HOLD_NOTHING = frozenset({"stranger", "former supervisor", "newcomer", "closed account"})
SEE_ACCESS = frozenset({"HR", "labor liaison", "auditor", "administrator"})
READ_THE_LOG = frozenset({"auditor"})
LOAD = frozenset({"analyst"})
DEFINE = frozenset({"analyst", "analyst of a unit"})


def is_theirs(caller: str, place: str, address: str) -> bool:
    """Whether it is about one's own access: every day is explained with the names that the unit had then, and
    a role that is proposed with the unit that it would be over."""
    own = {("former supervisor", NORTH), ("newcomer", NORTH)}
    return (caller, place) in own and address.startswith("/my-access/")
