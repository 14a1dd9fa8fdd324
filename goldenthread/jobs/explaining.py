"""What one person can see, and why, in sentences: the lines of record/access with the names they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.access.enums import DelegationKind
from goldenthread.record.access.explain import About, Change, Line, compare, explain
from goldenthread.record.access.holdings import Holding, Source
from goldenthread.record.access.models import Delegation, Grant
from goldenthread.record.access.rights import Rights, Step, rights_of
from goldenthread.record.access.roles import PERMISSION_WORDS, Permission
from goldenthread.record.access.seen import Tie
from goldenthread.record.access.subjects import Subject
from goldenthread.record.audit.names import names_of
from goldenthread.record.framework.queries import element_names, services_below
from goldenthread.record.orgs.models import Person, Unit


@dataclass(frozen=True)
class Told:
    """One line: what is open (``what``, of the thing ``key``), and ``why``; ``since`` is its first day and
    ``until`` the first day without it, None where there is none. ``by``: post, grant or delegation; empty for
    what needs no right."""

    about: About
    key: str
    what: str
    why: str
    by: str
    since: date | None
    until: date | None
    units: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """One post, grant or delegation, in words; ``row`` is its number."""

    words: str
    by: str
    row: int
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Explanation:
    """Everything that is open to somebody on one day, and what they hold that opens it; nothing without an
    account that can sign in."""

    on: date
    held: tuple[Held, ...]
    lines: tuple[Told, ...]


@dataclass(frozen=True)
class Compared:
    """What was gained, lost and kept between two days."""

    earlier: date
    later: date
    gained: tuple[Told, ...]
    lost: tuple[Told, ...]
    kept: tuple[Told, ...]


def explain_subject(subject: Subject, *, on: date) -> Explanation:
    """What this person or account can see on that day, line by line; queries constant in the lines."""
    rights = _rights(subject, on)
    lines = _lines(rights, on)
    names = _Names(subject, lines, rights.holdings)
    return Explanation(
        on, tuple(map(names.held, rights.holdings)), _in_order(names.told(line) for line in lines)
    )


def compare_subject(subject: Subject, *, earlier: date, later: date) -> Compared:
    """What this person or account can see on one day and not on the other, and on both."""
    was, now = _rights(subject, earlier), _rights(subject, later)
    before, after = _lines(was, earlier), _lines(now, later)
    names = _Names(subject, (*before, *after), (*was.holdings, *now.holdings))
    found = compare(before, after)

    def told(changes: Iterable[Change]) -> tuple[Told, ...]:
        return _in_order(names.told(line, change.units) for change in changes for line in change.by)

    return Compared(earlier, later, told(found.gained), told(found.lost), told(found.kept))


_ORDER = {about: place for place, about in enumerate(About)}


def _in_order(told: Iterable[Told]) -> tuple[Told, ...]:
    """By what they are about, then by name, so that all reasons for one thing stand together."""
    return tuple(sorted(told, key=lambda one: (_ORDER[one.about], one.what, one.key)))


def why_nothing(subject: Subject) -> str:
    """Why there is no line."""
    if subject.user is None:
        return _("%(name)s has no account, and so cannot sign in.") % {"name": subject.name}
    if not subject.user.is_active:
        return _("The account %(name)s is closed.") % {"name": subject.user.username}
    return _("No post, grant or delegation held on that day.")


def _lines(rights: Rights, on: date) -> tuple[Line, ...]:
    return explain(rights, below=services_below(rights.seen_services()), today=on)


def _rights(subject: Subject, on: date) -> Rights:
    return rights_of(subject.user or AnonymousUser(), today=on)


class _Names:
    """The names that some lines and holdings need, fetched together."""

    def __init__(self, subject: Subject, lines: Sequence[Line], held: Sequence[Holding]) -> None:
        self.subject = subject
        self.units = dict(Unit.objects.values_list("key", "name")) if lines else {}
        people = {line.key for line in lines if line.about is About.PERSON}
        self.people = dict(Person.objects.filter(key__in=people).values_list("key", "name"))
        services = {line.key for line in lines if line.about is About.SERVICE}
        services |= {one.service for one in held if one.service}
        self.services = element_names(services) if services else {}
        rows = {one.row for one in held if one.source is Source.GRANT}
        self.grants = Grant.objects.in_bulk(rows)
        given = self.grants.values()
        self.actors = names_of({name for one in given for name in (one.given_by, one.confirmed_by) if name})
        rows = {one.row for one in held if one.source is Source.DELEGATION}
        self.delegations = Delegation.objects.select_related("giver").in_bulk(rows)

    def held(self, one: Holding) -> Held:
        return Held(self._held(one), one.source.value, one.row, one.days.start, one.days.end)

    def told(self, line: Line, units: frozenset[str] | None = None) -> Told:
        """``units``: only these, of a permission."""
        held = line.holding
        over = line.units if units is None else line.units & units
        return Told(
            about=line.about,
            key=line.key,
            what=self._what(line, over),
            why=self._why(line),
            by=held.source.value if held else "",
            since=held.days.start if held else None,
            until=held.days.end if held else None,
            units=tuple(sorted(over)),
        )

    def _what(self, line: Line, units: frozenset[str]) -> str:
        if line.about is About.UNIT:
            return self._unit(line.key)
        if line.about is About.SERVICE:
            return self._service(line.key)
        if line.about is About.PERSON:
            return self.people.get(line.key, line.key)
        words = PERMISSION_WORDS[Permission(line.key)]
        first = line.holding.unit if line.holding and line.holding.unit in units else ""
        others = len(units) - bool(first)
        if not first:
            named = ", ".join(sorted(map(self._unit, units)))
            return _("May %(do)s: %(units)s") % {"do": words, "units": named}
        if not others:
            return _("May %(do)s: %(unit)s") % {"do": words, "unit": self._unit(first)}
        return ngettext(
            "May %(do)s: %(unit)s and %(count)s unit below it",
            "May %(do)s: %(unit)s and %(count)s units below it",
            others,
        ) % {"do": words, "unit": self._unit(first), "count": others}

    def _why(self, line: Line) -> str:
        if line.about is About.PERSON:
            return self._why_person(line)
        held = self._held(line.holding) if line.holding else ""
        step = self._step(line)
        return f"{held}; {step}." if step else f"{held}."

    def _step(self, line: Line) -> str:
        """The step in the tree from where the role is held; empty where there is none."""
        if line.holding is None or line.key in (line.holding.unit, line.holding.service):
            return ""
        if line.about is About.SERVICE:
            both = {"service": self._service(line.key), "held": self._service(line.holding.service)}
            return _("%(service)s hangs below %(held)s") % both
        if line.about is not About.UNIT:
            return ""
        if line.key == NOT_ASSIGNED:
            return _("what nobody could place belongs to the whole")
        place = {"unit": self._unit(line.key), "held": self._unit(line.holding.unit)}
        if line.step is Step.ABOVE:
            return _("%(unit)s stands above %(held)s") % place
        return _("%(unit)s stands below %(held)s") % place

    def _why_person(self, line: Line) -> str:
        if line.step is Tie.SELF:
            return _("Everybody sees their own numbers.")
        held = self._held(line.holding) if line.holding else ""
        if line.step is Tie.MEMBER:
            return _("Member of %(unit)s. %(held)s.") % {"unit": self._unit(line.unit), "held": held}
        named = self.subject.name
        if line.holding is not None:
            named = self.delegations[line.holding.row].giver.name
        if line.step is Tie.NAMED:
            tie = _("The post in %(unit)s names %(name)s as supervisor.")
        else:
            tie = _("The post in %(unit)s names a supervisor whose own post names %(name)s.")
        words = tie % {"unit": self._unit(line.unit), "name": named}
        return f"{words} {held}." if held else words

    def _held(self, held: Holding) -> str:
        """ "Director of Benefits, by a post"."""
        place = {"role": held.role.name, "place": self._place(held)}
        if held.source is Source.POST:
            return _("%(role)s of %(place)s, by a post") % place
        if held.source is Source.GRANT:
            return self._granted(self.grants[held.row], place)
        one = self.delegations[held.row]
        words = _("Stands in for %(name)s, %(role)s of %(place)s by a post (%(kind)s)")
        kind = DelegationKind(one.kind).label.lower()
        said = words % {"name": one.giver.name, **place, "kind": kind}
        if not held.only:
            return said
        return _("%(said)s, only in %(unit)s") % {"said": said, "unit": self._unit(held.only)}

    def _granted(self, one: Grant, place: dict[str, str]) -> str:
        said = _("%(role)s over %(place)s, by a grant") % place
        if one.given_by:
            said = _("%(said)s of %(name)s") % {"said": said, "name": self.actors[one.given_by]}
        if one.confirmed_by:
            said = _("%(said)s that %(name)s confirmed") % {
                "said": said,
                "name": self.actors[one.confirmed_by],
            }
        return f"{said} (“{one.reason.rstrip('.')}”)" if one.reason else said

    def _place(self, held: Holding) -> str:
        return self._service(held.service) if held.service else self._unit(held.unit)

    def _service(self, key: str) -> str:
        return self.services.get(key, key)

    def _unit(self, key: str) -> str:
        return _("Not assigned") if key == NOT_ASSIGNED else self.units.get(key, key)
