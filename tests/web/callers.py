"""Everybody who could ask for an address of the whole county."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """Somebody who asks for an address: the ``username`` of an account, or "" for a stranger."""

    username: str
    who: str


CALLERS = {
    "stranger": Caller("", "Not signed in."),
    "member": Caller("ana", "Ana, a member of North. What is somebody's own in an address is hers."),
    "peer": Caller("pete", "Another member of North."),
    "supervisor": Caller("sam", "The supervisor of North."),
    "stand-in": Caller("stig", "A member of South, standing in for the supervisor of North."),
    "other supervisor": Caller("sue", "The supervisor of South, beside North."),
    "director": Caller("dora", "The director of Benefits, over North and South."),
    "other director": Caller("eli", "The director of Public works, where North is not."),
    "HR": Caller("hal", "HR of the whole county."),
    "labor liaison": Caller("lia", "The labor liaison of the whole county."),
    "auditor": Caller("aud", "An auditor of the whole county."),
    "analyst": Caller("ada", "An analyst of the whole county."),
    "analyst of a unit": Caller("una", "An analyst of Roads alone, below Public works."),
    "data custodian": Caller("carl", "A data custodian of the whole county, and nothing else."),
    "publisher": Caller("pia", "A publisher of the whole county."),
    "executive": Caller("exa", "An executive of the whole county."),
    "administrator": Caller("adam", "An administrator of the whole county."),
    "former supervisor": Caller("fay", "Supervised North until last midnight."),
    "newcomer": Caller("new", "An account to which nothing was given yet."),
    "closed account": Caller(
        "cleo", "Once an analyst, HR, auditor and administrator; the account is closed."
    ),
}
