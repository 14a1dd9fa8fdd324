"""With whose eyes a command looks: those of whom ``--as`` names, or the operator's."""

from __future__ import annotations

from dataclasses import dataclass

import click

from goldenthread.accounts import queries as accounts
from goldenthread.accounts.models import User
from goldenthread.commands.context import now, operator, today
from goldenthread.facts.scope import Scope
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import Rights, rights_of
from goldenthread.record.access.roles import PERMISSION_WORDS, Permission
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.access.subjects import Subject, sees_access_of, subject_called
from goldenthread.record.audit.actions import Happening, record_looks
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.tree import DayTree


@dataclass(frozen=True)
class Viewer:
    """With whose eyes a command looks: those of a user, or of the operator, whom no ``rights`` narrow."""

    scope: Scope
    tree: DayTree
    rights: Rights | None


def viewer(username: str | None, reason: str) -> Viewer:
    """The user that ``--as`` names, or without one the operator, who sees everything for this ``reason``."""
    if username is None:
        return Viewer(system_scope(by=operator(), reason=reason), orgs.tree().as_of(today()), None)
    rights = rights_of(find_user(username), today=today())
    return Viewer(scope_of(rights, today=today()), rights.tree, rights)


def find_user(username: str) -> User:
    """The account of that name; a sentence and exit 2 when there is none."""
    user = accounts.find_user(username)
    if user is None:
        raise click.UsageError(f"There is no user “{username}”.")
    return user


def check_sees(seen: Viewer, permission: Permission, username: str | None) -> None:
    """A sentence and exit 1 for a user who may not."""
    if seen.rights is not None and not seen.rights.may(permission):
        raise click.ClickException(
            f"{username} may not {PERMISSION_WORDS[permission]}, and so sees nothing of this."
        )


def subject_seen(person: str, username: str | None) -> Subject:
    """Whose access somebody asks for; a sentence and exit 1 when there is nobody of that name to be seen."""
    found, seen = subject_called(person), viewer(username, "goldenthread access")
    if found is None or not (seen.rights is None or _sees(seen.rights, found)):
        beyond = f" that {username} may look at" if username else ""
        raise click.ClickException(f"There is no person and no account “{person}”{beyond}.")
    return found


def _sees(rights: Rights, subject: Subject) -> bool:
    """Oneself, and whomever one may look at."""
    own = subject.user is not None and subject.user.pk == rights.user_id
    return own or sees_access_of(rights, subject, today=today())


def is_own(subject: Subject, username: str) -> bool:
    """Whether it is the user of that name who looks at themselves."""
    return subject.user is not None and subject.user.username == username


def reason_as(username: str | None, reason: str = "") -> str:
    """Why the operator looks, beginning with whose eyes they borrow: "as edda.moreau: yearly check"."""
    return ": ".join(filter(None, (f"as {username}" if username else "", reason)))


def note_look(kind: str, object_id: str, *, unit: str = "", username: str | None) -> None:
    """Write down, before it is printed, what the operator looks at, and with whose eyes."""
    action = Action.VIEWED if object_id else Action.LISTED
    happened = Happening(action, kind, object_id, unit=unit, reason=reason_as(username))
    record_looks([happened], by=operator(), now=now())
