"""The words of giving a role, taking it back, and deciding on a proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.record.access.models import Grant, Proposal
from goldenthread.record.access.roles import ROLES, Role
from goldenthread.record.access.subjects import Subject
from goldenthread.record.audit.actor import Actor
from goldenthread.web.desk.forms.granting import DecideForm
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import Link, Question


@dataclass(frozen=True)
class GrantPage:
    """``roles`` explain what can be chosen."""

    back: Link
    title: str
    verdict: str
    roles: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class ProposalRow:
    """One thing that waits; without a ``form`` somebody else decides, and ``why_not`` says why."""

    number: int
    title: str
    sentence: str
    days: str
    reason: str
    href: str
    form: DecideForm | None
    why_not: str


@dataclass(frozen=True)
class WaitingPage:
    """What waits to be confirmed."""

    title: str
    verdict: str
    rows: tuple[ProposalRow, ...]


def grant_page(subject: Subject) -> GrantPage:
    """Giving this subject a role."""
    return GrantPage(
        back=Link(subject.name, reverse("desk:access_subject", args=[subject.key])),
        title=_("Give %(name)s a role") % {"name": subject.name},
        verdict=_(
            "Roles only add. One that opens personal records, publishes, audits or administers gives nothing "
            "until a second administrator has confirmed it, nor does any to an account that stands for no "
            "person of the organization."
        ),
        roles=tuple({"term": role.name, "text": _role_words(role)} for role in ROLES.values()),
    )


def _role_words(role: Role) -> str:
    said = [role.sentence]
    if role.is_guarded:
        said.append(_("Takes two administrators."))
    if role.is_for_services:
        said.append(_("Can be held over a service."))
    return " ".join(said)


def given_words(given: Grant | Proposal, name: str) -> str:
    """What became of it."""
    words = {"name": name, "role": ROLES[given.role].name}
    if isinstance(given, Proposal):
        return (
            _("%(role)s for %(name)s is proposed. It gives nothing until another administrator confirms it.")
            % words
        )
    if ROLES[given.role].is_guarded:
        return (
            _(
                "%(name)s has the role %(role)s. There is nobody to confirm it, so HR, the auditors and "
                "%(name)s are told."
            )
            % words
        )
    return _("%(name)s has the role %(role)s.") % words


def revoke_page(grant: Grant, subject: Subject) -> Question:
    """Taking this grant back."""
    place = {"role": ROLES[grant.role].name, "place": grant.unit.name if grant.unit else grant.service}
    return Question(
        back=Link(subject.name, reverse("desk:access_subject", args=[subject.key])),
        title=_("Take a role back from %(name)s") % {"name": subject.name},
        verdict=_("%(role)s over %(place)s. It takes one administrator, and works at once.") % place,
        yes=_("Take it back"),
        no=_("Leave it as it is"),
    )


def revoked_words(name: str) -> str:
    """What was done."""
    return _("The role of %(name)s is taken back.") % {"name": name}


def waiting_page(
    rows: Sequence[Proposal], names: Mapping[str, str], *, reader: Actor, form: DecideForm | None
) -> WaitingPage:
    """``names`` of those who proposed; ``form`` is the one that was sent with a mistake."""
    count = len(rows)
    title = ngettext("%(count)s role waits to be confirmed", "%(count)s roles wait to be confirmed", count)
    return WaitingPage(
        title=title % {"count": count_words(count).capitalize()}
        if count
        else _("Nothing waits to be confirmed"),
        verdict=_(
            "A second administrator looks at what opens personal records, publishes, audits or administers, "
            "and at whatever an account would hold that stands for no person of the organization."
        ),
        rows=tuple(_proposal(one, names, reader, form) for one in rows),
    )


def _proposal(one: Proposal, names: Mapping[str, str], reader: Actor, form: DecideForm | None) -> ProposalRow:
    role = ROLES[one.role]
    said = {"name": names.get(one.proposed_by, one.proposed_by), "role": role.name, "unit": one.unit.name}
    why_not = ""
    if reader.key == one.proposed_by:
        why_not = _("You proposed it, so somebody else decides.")
    elif reader.user_id == one.user_id:
        why_not = _("It is for you, so somebody else decides.")
    mine = form if form is not None and form.number == one.pk else DecideForm(number=one.pk)
    return ProposalRow(
        number=one.pk,
        title=_("%(role)s for %(name)s") % {"role": role.name, "name": one.user.name},
        sentence=_("Over %(unit)s and all below it, proposed by %(name)s.") % said + f" {role.sentence}",
        days=_days(one),
        reason=one.reason,
        href=reverse("desk:access_decide", args=[one.pk]),
        form=None if why_not else mine,
        why_not=why_not,
    )


def _days(one: Proposal) -> str:
    first = full_day(one.starts_on)
    if one.ends_on is None:
        return _("From %(first)s, for good.") % {"first": first}
    return _("From %(first)s until %(last)s.") % {"first": first, "last": full_day(one.ends_on)}


def decided_words(proposal: Proposal, *, refused: bool) -> str:
    """What was done."""
    words = {"name": proposal.user.name, "role": ROLES[proposal.role].name}
    if refused:
        return _("%(role)s for %(name)s is refused, and whoever proposed it is told why.") % words
    return _("%(name)s has the role %(role)s.") % words
