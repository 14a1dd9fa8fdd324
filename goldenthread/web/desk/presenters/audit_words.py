"""What the audit log says, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from goldenthread.record.access.roles import ROLES
from goldenthread.record.audit.actor import BY_TOKEN


def kind_words(kind: str) -> str:
    """ "typed value" for typed_value."""
    return kind.replace("_", " ")


def who_words(actor: str, names: Mapping[str, str]) -> str:
    """The name of an actor, of which ``names`` holds those of people; what is no person is said in words."""
    kind, _colon, name = actor.partition(":")
    if kind == "operator":
        return _("Whoever runs the server (%(account)s)") % {"account": name}
    if kind == "job":
        return _("Goldenthread itself (%(job)s)") % {"job": name}
    return _("Somebody not signed in") if kind == "stranger" else names.get(actor, actor)


def role_words(roles: Sequence[str], *, standing_in_for: Sequence[str]) -> str:
    """The names of the roles held then, by which token it was done, and in whose place some were held; one
    that is no role any more by its key."""
    named = [_role_word(key) for key in roles]
    if standing_in_for:
        named.append(_("standing in for %(names)s") % {"names": ", ".join(standing_in_for)})
    return ", ".join(named)


def _role_word(key: str) -> str:
    if key.startswith(BY_TOKEN):
        return _("by token %(number)s") % {"number": key.removeprefix(BY_TOKEN)}
    return ROLES[key].name if key in ROLES else key


def address_with(place: str, asked: Mapping[str, str]) -> str:
    """The address of a page that is asked for something."""
    return f"{place}?{urlencode(asked)}" if asked else place
