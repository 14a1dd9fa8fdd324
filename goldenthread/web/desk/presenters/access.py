"""What somebody can see, and why; who can be looked at; and what differs between two days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.accounts.models import User
from goldenthread.calc.formatting import format_number
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.jobs.explaining import Compared, Explanation, Held, Told, why_nothing
from goldenthread.record.access.explain import About
from goldenthread.record.access.holdings import Source
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.access.roles import ROLES
from goldenthread.record.access.subjects import Subject
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.models import Person
from goldenthread.record.tokens.models import Token
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import Link, Option
from goldenthread.web.desk.presenters.stand_ins import stand_in_words
from goldenthread.web.desk.presenters.tokens import tokens_table


@dataclass(frozen=True)
class ListPage:
    """One page of people or accounts; without a table ``nothing`` says what is missing."""

    title: str
    verdict: str
    switch: dict[str, object]
    actions: tuple[Link, ...]
    query: str
    show: str
    table: Table | None
    nothing: str
    total: str
    before: str
    after: str


@dataclass(frozen=True)
class Section:
    """Lines about one kind of thing."""

    title: str
    finding: str
    table: Table


@dataclass(frozen=True)
class AccessPage:
    """What one person can see on one day, and why; ``before`` is a day to compare it with, ``around`` are
    sentences on what is arranged or waits."""

    eyebrow: Link | None
    title: str
    verdict: str
    actions: tuple[Link, ...]
    on: str
    before: str
    compare: str
    sections: tuple[Section, ...]
    around: tuple[str, ...]


@dataclass(frozen=True)
class ComparisonPage:
    """What was gained, lost and kept."""

    back: Link
    title: str
    verdict: str
    one: str
    other: str
    sections: tuple[Section, ...]


def list_page(
    rows: Sequence[Person | User],
    *,
    alone: bool,
    search: str,
    count: int,
    page: int,
    per_page: int,
    waiting: int,
    keeps_records: bool,
) -> ListPage:
    """``rows`` are those of this page, ``count`` those of all pages; ``alone``: accounts that are nobody's;
    ``waiting`` proposals can be decided on; ``keeps_records``: the reader may see for how long."""
    here = reverse("desk:access")

    def address(show: str, **more: str | int) -> str:
        asked = {"q": search, "show": show, **more}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{here}?{query}" if query else here

    show = "accounts" if alone else ""
    options = [
        Option(_("People"), address(""), not alone),
        Option(_("Accounts alone"), address("accounts"), alone),
    ]
    first = (page - 1) * per_page + 1
    place = {"first": first, "last": first + len(rows) - 1, "count": format_number(count)}
    return ListPage(
        title=_("Who can see what, and why"),
        verdict=_(
            "Open somebody to read each thing they can see or do, and what gives it. Nothing is seen that is "
            "not given there."
        ),
        switch={"label": _("Who is listed"), "options": options},
        actions=_list_actions(waiting, keeps_records=keeps_records),
        query=search,
        show=show,
        table=_list_table(rows, alone=alone) if rows else None,
        nothing=_("No name, key or account has this in it.") if search else _("Nobody is here yet."),
        total=_("%(first)s to %(last)s of %(count)s") % place if rows else "",
        before=address(show, page=page - 1) if page > 1 else "",
        after=address(show, page=page + 1) if count > page * per_page else "",
    )


def _list_actions(waiting: int, *, keeps_records: bool) -> tuple[Link, ...]:
    words = ngettext("%(count)s waits to be confirmed", "%(count)s wait to be confirmed", waiting)
    links = [(waiting, Link(words % {"count": waiting}, reverse("desk:access_waiting")))]
    links.append((keeps_records, Link(_("How long records are kept"), reverse("desk:retention"))))
    return tuple(link for shown, link in links if shown)


def _list_table(rows: Sequence[Person | User], *, alone: bool) -> Table:
    titles = [_("Account"), _("Roles by grant")]
    if not alone:
        titles = [_("Person"), _("Posts"), *titles]
    caption = _("Accounts that are nobody's") if alone else _("People")
    row = _account_row if alone else _person_row
    return Table(caption, tuple(map(Column, titles)), tuple(map(row, rows)))


def _person_row(one: Person | User) -> Row:
    assert isinstance(one, Person)
    posts = ", ".join(f"{PostRole(post.role).label}, {post.unit.name}" for post in one.posts.all())
    account = _account_words(one.user) if one.user else ""
    granted = _grants_words(one.user.grants.all()) if one.user else ""
    return Row(
        (
            Cell(one.name, href=_address(one.key), below=one.key),
            Cell(posts or _("No post today"), tone=Tone.PLAIN if posts else Tone.QUIET),
            Cell(account or _("None"), tone=Tone.PLAIN if account else Tone.QUIET),
            Cell(granted or _("None"), tone=Tone.PLAIN if granted else Tone.QUIET),
        )
    )


def _account_row(one: Person | User) -> Row:
    assert isinstance(one, User)
    granted = _grants_words(one.grants.all())
    return Row(
        (
            Cell(one.name, href=_address(f"~{one.username}"), below=_account_words(one)),
            Cell(granted or _("None"), tone=Tone.PLAIN if granted else Tone.QUIET),
        )
    )


def _account_words(user: User) -> str:
    return user.username if user.is_active else _("%(name)s, closed") % {"name": user.username}


def _grants_words(grants: Iterable[Grant]) -> str:
    return ", ".join(
        f"{ROLES[one.role].name}, {one.unit.name if one.unit else one.service}" for one in grants
    )


def access_page(
    subject: Subject,
    explained: Explanation,
    *,
    delegations: Sequence[Delegation],
    proposals: Sequence[Proposal],
    tokens: Sequence[Token],
    may_give: bool,
    own: bool,
    now: datetime,
    today: date,
) -> AccessPage:
    """``own``: the reader looks at themselves; ``may_give``: the reader can give this subject a role, and end
    their tokens."""
    day = {"name": subject.name, "day": full_day(explained.on)}
    title = (
        _("What %(name)s can see, and why")
        if explained.on == today
        else _("What %(name)s can see on %(day)s, and why")
    )
    return AccessPage(
        eyebrow=None if own else Link(_("Access"), reverse("desk:access")),
        title=title % day,
        verdict=_verdict(explained) if explained.lines else why_nothing(subject),
        actions=_actions(subject, may_give=may_give, own=own),
        on=explained.on.isoformat(),
        before=month_before(explained.on).isoformat(),
        compare=_comparison_address(subject, own=own),
        sections=(
            *_held(explained, may_give=may_give),
            *_tokens(tokens, may_end=may_give, now=now),
            *_lines(explained),
        ),
        around=tuple(_around(delegations, proposals)),
    )


def _verdict(explained: Explanation) -> str:
    lines = [one for one in explained.lines if one.key != NOT_ASSIGNED]
    count = {about: len({one.key for one in lines if one.about is about}) for about in About}
    services = (About.SERVICE,) if count[About.SERVICE] else ()
    order = (About.UNIT, *services, About.PERSON, About.PERMISSION)
    parts = [_counted(about, count[about]) for about in order]
    sentence = ", ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _counted(about: About, count: int) -> str:
    """Nobody's numbers are said to be nobody's, for that is what is looked for here."""
    if about is About.PERSON and not count:
        return _("nobody's own numbers")
    words = {
        About.UNIT: ngettext("results of %(count)s unit", "results of %(count)s units", count),
        About.SERVICE: ngettext(
            "results of what serves %(count)s service", "results of what serves %(count)s services", count
        ),
        About.PERMISSION: ngettext("%(count)s permission", "%(count)s permissions", count),
        About.PERSON: ngettext("numbers of %(count)s person", "numbers of %(count)s people", count),
    }
    return words[about] % {"count": format_number(count)}


def _actions(subject: Subject, *, may_give: bool, own: bool) -> tuple[Link, ...]:
    if own:
        return (Link(_("Let somebody stand in"), reverse("desk:stand_ins")),)
    if may_give and subject.user is not None:
        return (Link(_("Give a role"), reverse("desk:access_grant", args=[subject.key])),)
    return ()


def _held(explained: Explanation, *, may_give: bool) -> Iterable[Section]:
    if explained.held:
        yield Section(
            _("Posts, grants and delegations"),
            _("What is held on this day. Each line below names what gives it, and nothing else does."),
            _held_table(explained.held, may_give=may_give),
        )


def _lines(explained: Explanation) -> Iterable[Section]:
    for about, title, finding in _abouts():
        lines = [one for one in explained.lines if one.about is about]
        if lines:
            yield Section(title, finding, _lines_table(title, lines, {}))


def _tokens(tokens: Sequence[Token], *, may_end: bool, now: datetime) -> Iterable[Section]:
    if tokens:
        yield Section(
            _("Tokens"),
            _("Scripts act by them in this name: each opens what it is for, never more than stands here."),
            tokens_table(tokens, now=now, may_end=may_end),
        )


def _abouts() -> tuple[tuple[About, str, str], ...]:
    return (
        (About.UNIT, _("Units whose results are open"), _("Totals of a unit; nobody's own numbers.")),
        (
            About.SERVICE,
            _("Services whose results are open"),
            _("The measures that serve it or what hangs below it, at every unit that does the work."),
        ),
        (About.PERMISSION, _("What may be done"), ""),
        (
            About.PERSON,
            _("People whose numbers are open"),
            _(
                "One's own, and those of the people one supervises or stands in for. A person stands here "
                "once for each thing that opens their numbers."
            ),
        ),
    )


def _held_table(held: Sequence[Held], *, may_give: bool) -> Table:
    columns = (Column(_("What")), Column(_("From")), Column(_("Until")))
    rows = []
    for one in held:
        revocable = may_give and one.by == Source.GRANT
        href = reverse("desk:access_revoke", args=[one.row]) if revocable else ""
        until = _until(one.until)
        rows.append(
            Row(
                (
                    Cell(f"{one.words}."),
                    Cell(_since(one.since)),
                    Cell(_("%(until)s, take it back") % {"until": until} if href else until, href=href),
                )
            )
        )
    return Table(_("Posts, grants and delegations"), columns, tuple(rows))


def _lines_table(title: str, lines: Iterable[Told], words: Mapping[About, str]) -> Table:
    """``words`` put what is open into a sentence, by what it is about."""
    columns = (Column(_("What, and why")), Column(_("From")), Column(_("Until")))
    rows = tuple(
        Row(
            (
                Cell(words.get(one.about, "%s") % one.what, below=one.why),
                Cell(_since(one.since)),
                Cell(_until(one.until)),
            )
        )
        for one in lines
    )
    return Table(title, columns, rows)


def _told_apart() -> dict[About, str]:
    """Where lines about everything stand in one table."""
    return {
        About.UNIT: _("Results of %s"),
        About.SERVICE: _("Results of what serves %s"),
        About.PERSON: _("Numbers of %s"),
    }


def _around(delegations: Sequence[Delegation], proposals: Sequence[Proposal]) -> Iterable[str]:
    yield from map(stand_in_words, delegations)
    for one in proposals:
        words = _(
            "%(role)s over %(unit)s is proposed and waits for another administrator; it gives nothing yet."
        )
        yield words % {"role": ROLES[one.role].name, "unit": one.unit.name}


def month_before(day: date) -> date:
    """The day that another is compared with unless the reader says otherwise."""
    return day - min(timedelta(days=30), day - date.min)


def comparison_page(subject: Subject, compared: Compared, *, own: bool) -> ComparisonPage:
    """``own``: the reader looks at themselves."""
    sides = (
        (_("Gained"), compared.gained, _("Open on the later day, not on the earlier one.")),
        (_("Lost"), compared.lost, _("Open on the earlier day, no longer on the later one.")),
        (_("Kept"), compared.kept, _("Open on both days; what gives it on the later day.")),
    )
    days = {"earlier": full_day(compared.earlier), "later": full_day(compared.later), "name": subject.name}
    counts = {
        "gained": format_number(len(compared.gained)),
        "lost": format_number(len(compared.lost)),
        "kept": format_number(len(compared.kept)),
    }
    return ComparisonPage(
        back=Link(subject.name, reverse("desk:my_access") if own else _address(subject.key)),
        title=_("What changed for %(name)s from %(earlier)s to %(later)s") % days,
        verdict=_("Lines gained: %(gained)s. Lost: %(lost)s. Kept: %(kept)s.") % counts
        if compared.gained or compared.lost
        else _("Nothing was gained or lost. Lines kept: %(kept)s.") % counts,
        one=compared.earlier.isoformat(),
        other=compared.later.isoformat(),
        sections=tuple(
            Section(title, finding, _lines_table(title, lines, _told_apart()))
            for title, lines, finding in sides
            if lines
        ),
    )


def _comparison_address(subject: Subject, *, own: bool) -> str:
    return reverse("desk:my_access_compared") if own else reverse("desk:access_compared", args=[subject.key])


def _address(key: str) -> str:
    return reverse("desk:access_subject", args=[key])


def _since(day: date | None) -> str:
    return full_day(day) if day else _("Always")


def _until(day: date | None) -> str:
    return full_day(day) if day else _("No end")
