"""Whose access is looked at, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.orgs.models import Person, Post
from goldenthread.record.orgs.queries import open_on


@dataclass(frozen=True)
class Subject:
    """Somebody whose access is looked at: a person, an account, or a person who has one."""

    person: Person | None
    user: User | None

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.user.name if self.user else ""

    @property
    def key(self) -> str:
        """What addresses call them: the person's key; for an account of nobody ~ and its name, which is no
        key."""
        return self.person.key if self.person else f"~{self.user.username}" if self.user else ""


def subject_of_person(person: Person) -> Subject:
    return Subject(person, person.user)


def subject_of_user(user: User) -> Subject:
    return Subject(Person.objects.filter(user=user).first(), user)


def find_subject(key: str) -> Subject | None:
    """Whom an address means; see ``Subject.key``."""
    if key.startswith("~"):
        user = User.objects.filter(username=key[1:], person=None).first()
        return Subject(None, user) if user else None
    person = Person.objects.select_related("user").filter(key=key).first()
    return subject_of_person(person) if person else None


def subject_called(name: str) -> Subject | None:
    """Whom somebody means who types a person's key or the name of an account."""
    user = User.objects.filter(username=name).first()
    return find_subject(name) or (subject_of_user(user) if user else None)


def sees_access_of(rights: Rights, subject: Subject, *, today: date) -> bool:
    """Whether the holder may see what this subject can see: of whoever has a post or a grant in a unit over
    which they may; with the permission over the whole organization, of everybody."""
    units = rights.units_with(Permission.SEE_ACCESS)
    if rights.tree.top in units:
        return True
    posts = Post.objects.filter(open_on(today), person=subject.person, unit__key__in=units)
    grants = Grant.objects.filter(open_on(today), user=subject.user, unit__key__in=units)
    return (subject.person is not None and posts.exists()) or (subject.user is not None and grants.exists())


def people_to_look_at(rights: Rights, *, search: str, today: date) -> QuerySet[Person]:
    """The people whose access the holder may see, by name, with the posts and grants of today; ``search`` is
    part of a name, a key, an account or an address."""
    rows = Person.objects.order_by("name", "key")
    if search:
        fields = ("name", "key", "email", "user__username")
        rows = rows.filter(_any_contains(fields, search))
    units = rights.units_with(Permission.SEE_ACCESS)
    if rights.tree.top not in units:
        posts = Post.objects.filter(open_on(today), person=OuterRef("pk"), unit__key__in=units)
        grants = Grant.objects.filter(open_on(today), user=OuterRef("user"), unit__key__in=units)
        rows = rows.filter(Exists(posts) | Exists(grants))
    posts_today = Post.objects.filter(open_on(today)).select_related("unit")
    return rows.select_related("user").prefetch_related(
        Prefetch("posts", posts_today), Prefetch("user__grants", _grants_today(today))
    )


def accounts_to_look_at(rights: Rights, *, search: str, today: date) -> QuerySet[User]:
    """The accounts that are nobody's of the organization, as ``people_to_look_at``."""
    rows = User.objects.filter(person=None).order_by("name", "username")
    if search:
        rows = rows.filter(_any_contains(("name", "username", "email"), search))
    units = rights.units_with(Permission.SEE_ACCESS)
    if rights.tree.top not in units:
        grants = Grant.objects.filter(open_on(today), user=OuterRef("pk"), unit__key__in=units)
        rows = rows.filter(Exists(grants))
    return rows.prefetch_related(Prefetch("grants", _grants_today(today)))


def _grants_today(today: date) -> QuerySet[Grant]:
    return Grant.objects.filter(open_on(today)).select_related("unit")


def _any_contains(fields: Iterable[str], text: str) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": text})
    return found
