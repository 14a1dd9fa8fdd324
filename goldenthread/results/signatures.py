"""Who stands behind a change, by name."""

from __future__ import annotations

from collections.abc import Iterable

from goldenthread.accounts.models import User

_USER = "user:"


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What each actor of the audit log is called: people by name, the rest by what they are."""
    keys = set(actors)
    numbers = {key.removeprefix(_USER) for key in keys if key.startswith(_USER)}
    people = {
        f"{_USER}{pk}": name for pk, name in User.objects.filter(pk__in=numbers).values_list("pk", "name")
    }
    return {key: people.get(key) or key.replace(":", " ") for key in keys}
