"""Who acts: the ``by=`` of every write."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_KEY = 200
"""How many characters a column has that keeps who did something."""
BY_TOKEN = "token:"  # noqa: S105
"""Before the number of a token, among an actor's roles: by that token the actor's script acted."""
_USER = "user:"
# As many digits as a database has room for.
_LONGEST_NUMBER = 18
_BETWEEN = ", "


def in_one_cell(keys: Iterable[str]) -> str:
    """Roles or people, as one cell of the log holds them."""
    return _BETWEEN.join(keys)


def of_one_cell(cell: str) -> tuple[str, ...]:
    """What one cell holds, one by one."""
    return tuple(filter(None, cell.split(_BETWEEN)))


@dataclass(frozen=True)
class Actor:
    """Someone or something that acts. ``key`` is what the audit log keeps: user:7, operator:root,
    job:watch.

    ``roles`` are the keys of the roles held at that moment, ``standing_in_for`` those of the people in whose
    place some of them are held, ``request`` what all rows of one request share; all are empty for what acts
    without a request.
    """

    key: str
    user_id: int | None = None
    roles: tuple[str, ...] = ()
    standing_in_for: tuple[str, ...] = ()
    request: str = ""

    @property
    def is_the_machine(self) -> bool:
        """Whether it is the operator of the machine, or a job: nobody gives them permission."""
        return self.user_id is None and self != Actor.stranger()

    @classmethod
    def user(
        cls,
        user_id: int,
        *,
        roles: tuple[str, ...] = (),
        standing_in_for: tuple[str, ...] = (),
        request: str = "",
    ) -> Actor:
        """A person who is signed in."""
        return cls(f"{_USER}{user_id}", user_id, roles, standing_in_for, request)

    @classmethod
    def operator(cls) -> Actor:
        """Whoever runs a command on the machine itself, by their system account."""
        return cls(f"operator:{getpass.getuser()}")

    @classmethod
    def job(cls, name: str) -> Actor:
        """What the product does by itself."""
        return cls(f"job:{name}")

    @classmethod
    def stranger(cls) -> Actor:
        """Someone who is not signed in."""
        return cls("stranger")

    @classmethod
    def from_key(cls, key: str) -> Actor:
        """The actor that a log row or another record names; what is no number of a user is none."""
        number = key.removeprefix(_USER)
        is_user = key.startswith(_USER) and number.isdecimal() and len(number) <= _LONGEST_NUMBER
        return cls(key, int(number) if is_user else None)
