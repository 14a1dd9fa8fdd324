"""Who looked at whose records: for each person's own eyes, and for auditors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from goldenthread.accounts.models import User
from goldenthread.jobs.rejects import ORIGINAL, REFUSED_UNMASKED, WORKERS
from goldenthread.record.access.purposes import Named
from goldenthread.record.access.subjects import Subject
from goldenthread.record.audit import queries as audit
from goldenthread.record.audit.actions import Happening, record_look, record_looks
from goldenthread.record.audit.actor import Actor, of_one_cell
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.audit.names import people_behind
from goldenthread.record.audit.queries import Wanted
from goldenthread.record.orgs.models import Person, PersonIdentifier
from goldenthread.record.sources import queries as sources

AUDIT_LOG = "audit log"
"""What a row calls a look at somebody's own rows of the audit log."""

NUMBERS = "numbers"
"""What a row calls a look at the numbers of somebody's work."""

ACCESS = "access"
"""What a row calls a look at what somebody can see."""


@dataclass(frozen=True)
class Look:
    """One look: the key of who it was, their name when it was a person, and the keys of the roles they held
    then. ``kind`` and ``object_id`` say at what; ``source`` is the title of the source when that was a batch.
    ``number`` orders looks. ``standing_in_for`` are the names of those in whose place some of the roles were
    held, ``why`` is the purpose that was stated."""

    number: int
    at: datetime
    actor: str
    name: str
    roles: tuple[str, ...]
    standing_in_for: tuple[str, ...]
    action: str
    kind: str
    object_id: str
    fields: tuple[str, ...]
    source: str
    why: str


def looks_at(user: User, *, before: int | None, at_most: int) -> tuple[Look, ...]:
    """Others' looks at the records of the person whose account this is, newest first; those with a number
    below ``before``.

    A file as received is told to everybody whose ids it could hold: who stands in it is not known to the log,
    and one too many is better than one who is not told.
    """
    person = Person.objects.filter(user=user).first()
    about = Q(kind="user", object_id=str(user.pk))
    if person is not None:
        about |= Q(kind="person", object_id=person.key) | _files_with(person)
    found = audit.looks_at(about, but_by=Actor.user(user.pk).key)
    if before is not None:
        found = found.filter(pk__lt=before)
    return _told(list(found[:at_most]))


def named_in(wanted: Wanted, *, by: Actor) -> tuple[Named, ...]:
    """Whose rows of the log somebody asks for: of those who did it, and of the one person or account it was
    done to. One's own are nobody else's business."""
    ids = (Actor.from_key(key).user_id for key in wanted.actors or ())
    did = {one for one in ids if one is not None and one != by.user_id}
    named = [Named("user", str(one)) for one in sorted(did)]
    if wanted.object_id and wanted.kind in ("", "person"):
        people = Person.objects.filter(key=wanted.object_id).exclude(pk__in=_own(by))
        named += [Named("person", key) for key in people.values_list("key", flat=True)]
    account = Actor.from_key(f"user:{wanted.object_id}").user_id
    if account is not None and wanted.kind in ("", "user"):
        accounts = User.objects.filter(pk=account).exclude(pk__in=[by.user_id, *did])
        named += [Named("user", str(pk)) for pk in accounts.values_list("pk", flat=True)]
    return tuple(named)


def _own(by: Actor) -> QuerySet[Person]:
    return Person.objects.filter(user=by.user_id) if by.user_id is not None else Person.objects.none()


def called(things: Iterable[Named]) -> tuple[str, ...]:
    """What the people and accounts among these are called, in the order of the alphabet."""
    keys = [one.object_id for one in things if one.kind == "person"]
    accounts = [int(one.object_id) for one in things if one.kind == "user"]
    people = Person.objects.filter(key__in=keys).values_list("name", flat=True)
    return tuple(sorted({*people, *User.objects.filter(pk__in=accounts).values_list("name", flat=True)}))


def record_listing(
    asked: Sequence[str], purposes: Mapping[Named, str], *, action: Action, by: Actor, now: datetime
) -> None:
    """Write down that rows of the log were listed or taken along: what was asked for, and whose rows it was
    about when it was about somebody's, with the purpose that was stated."""
    looks = [Happening(action, "audit_log", "", fields=tuple(asked))]
    looks += [
        Happening(action, one.kind, one.object_id, fields=(AUDIT_LOG,), reason=why)
        for one, why in purposes.items()
    ]
    record_looks(looks, by=by, now=now)


def named_subject(subject: Subject) -> Named:
    """Whose access is looked at, as the log names them."""
    if subject.person is not None:
        return Named("person", subject.person.key)
    assert subject.user is not None
    return Named("user", str(subject.user.pk))


def record_look_at_access(subject: Subject, *, why: str, by: Actor, now: datetime) -> None:
    """Write down that somebody looked at what another can see, for this purpose; one's own leaves no row."""
    if subject.user is not None and subject.user.pk == by.user_id:
        return
    seen = named_subject(subject)
    record_look(
        by=by,
        action=Action.VIEWED,
        kind=seen.kind,
        object_id=seen.object_id,
        fields=(ACCESS,),
        reason=why,
        now=now,
    )


def record_look_at_numbers(people: Iterable[str], *, action: Action, by: Actor, now: datetime) -> None:
    """Write down that somebody saw, or took along, the numbers of these people's work."""
    looks = [Happening(action, "person", key, fields=(NUMBERS,)) for key in people]
    record_looks(looks, by=by, now=now)


def actors_called(words: str) -> tuple[str, ...]:
    """The keys of the actors that somebody means: a key as the log has it, a username, or a part of a
    name."""
    if ":" in words or words == Actor.stranger().key:
        return (words,)
    called = User.objects.filter(Q(username=words) | Q(name__icontains=words)).order_by("pk")
    return tuple(Actor.user(pk).key for pk in called.values_list("pk", flat=True))


def _files_with(person: Person) -> Q:
    """Looks at batches by which the ids of their workers were seen, of sources that may name this person."""
    systems = {None, *PersonIdentifier.objects.filter(person=person).values_list("system", flat=True)}
    keys = [
        key
        for key, definition in sources.definitions().items()
        if definition.worker is not None and definition.worker.system in systems
    ]
    batches = sources.batches().filter(source__key__in=keys).annotate(as_text=Cast("pk", CharField()))
    seen = Q(fields__in=[[WORKERS], [REFUSED_UNMASKED], [ORIGINAL]])
    return Q(kind="batch", object_id__in=batches.values("as_text")) & seen


def _told(events: Collection[AuditEvent]) -> tuple[Look, ...]:
    names = people_behind(one.actor for one in events)
    givers = {key for one in events for key in of_one_cell(one.standing_in_for)}
    stood_in_for = dict(Person.objects.filter(key__in=givers).values_list("key", "name"))
    titles = dict(
        sources.batches()
        .filter(pk__in=[int(one.object_id) for one in events if one.kind == "batch"])
        .values_list("pk", "source__title")
    )
    return tuple(
        Look(
            number=one.pk,
            at=one.at,
            actor=one.actor,
            name=names.get(one.actor, one.actor),
            roles=of_one_cell(one.roles),
            standing_in_for=tuple(stood_in_for.get(key, key) for key in of_one_cell(one.standing_in_for)),
            action=one.action,
            kind=one.kind,
            object_id=one.object_id,
            fields=tuple(one.fields),
            source=titles.get(int(one.object_id), "") if one.kind == "batch" else "",
            why=one.reason,
        )
        for one in events
    )
