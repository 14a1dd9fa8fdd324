"""Who stands behind the keys of actors, by name."""

from __future__ import annotations

from collections.abc import Iterable

from goldenthread.accounts.models import User
from goldenthread.record.audit.actor import Actor


def people_behind(actors: Iterable[str]) -> dict[str, str]:
    """The names of those of these actors who are people, by key."""
    ids = {Actor.from_key(key).user_id for key in actors} - {None}
    names = User.objects.filter(pk__in=ids).values_list("pk", "name")
    return {Actor.user(pk).key: name for pk, name in names}


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What each of these actors is called, by key: people by name, the rest by what they are."""
    keys = set(actors)
    people = people_behind(keys)
    return {key: people.get(key) or key.replace(":", " ") for key in keys}
