"""Who looked at the reader, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.jobs.looking_at_people import ACCESS, AUDIT_LOG, NUMBERS, Look
from goldenthread.jobs.rejects import ORIGINAL, REFUSED_UNMASKED
from goldenthread.record.audit.enums import Action
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.web.desk.presenters.audit_words import address_with, role_words, who_words
from goldenthread.web.desk.presenters.moments import full_moment


@dataclass(frozen=True)
class LooksPage:
    """Who looked at the reader, newest first, the last look of all in ``lead``; without a table ``nothing``
    says so."""

    lead: str
    verdict: str
    table: Table | None
    nothing: str
    older: str
    newest: str


def looks_page(looks: Sequence[Look], *, before: int | None, per_page: int) -> LooksPage:
    """``looks`` may hold one more than a page does: then there is an older one."""
    here, shown = reverse("desk:who_looked"), looks[:per_page]
    return LooksPage(
        lead=_lead(shown[0]) if shown and before is None else "",
        verdict=_(
            "Each time somebody else sees, lists or takes along records about you, it is written down here "
            "before they see them."
        ),
        table=_table_of_looks(shown) if shown else None,
        nothing=_("Nobody else has looked at records about you.")
        if before is None
        else _("Nobody looked at records about you before that."),
        older=address_with(here, {"before": str(shown[-1].number)}) if len(looks) > per_page else "",
        newest=here if before else "",
    )


def _lead(last: Look) -> str:
    name = who_words(last.actor, {last.actor: last.name})
    return _("Last looked at on %(when)s, by %(name)s.") % {"name": name, "when": full_moment(last.at)}


def _table_of_looks(looks: Collection[Look]) -> Table:
    columns = (Column(_("When")), Column(_("Who")), Column(_("What they did")))
    rows = tuple(
        Row(
            (
                Cell(full_moment(one.at), value=one.at),
                Cell(
                    who_words(one.actor, {one.actor: one.name}),
                    below=role_words(one.roles, standing_in_for=one.standing_in_for),
                ),
                Cell(_deed(one), below=_more(one)),
            )
        )
        for one in looks
    )
    return Table(_("Who looked at records about you, newest first"), columns, rows)


def _deed(look: Look) -> str:
    """What somebody did, as a sentence without its subject."""
    if look.kind == "batch":
        source = {"source": look.source, "batch": look.object_id}
        if look.fields == (ORIGINAL,):
            return _("Took along the file as received: %(source)s, batch %(batch)s") % source
        if look.fields == (REFUSED_UNMASKED,):
            return _("Took along refused rows with the ids of workers: %(source)s, batch %(batch)s") % source
        return _("Saw the ids of workers: %(source)s, batch %(batch)s") % source
    if look.fields == (AUDIT_LOG,):
        return _("Looked up in the audit log what you did, or what was done to records about you")
    if look.fields == (NUMBERS,):
        if look.action == Action.EXPORTED:
            return _("Took numbers of your work along as a file")
        return _("Saw numbers of your work")
    if look.fields == (ACCESS,):
        return _("Saw what you can see, and why")
    words = {
        Action.VIEWED: _("Saw your record"),
        Action.LISTED: _("Saw you in a list of records"),
        Action.EXPORTED: _("Took your record along as a file"),
    }
    return words[Action(look.action)]


def _more(look: Look) -> str:
    """That one may not have been in a file at all, and what it was for."""
    said = [_("Rows about you may have been in it.")] if look.kind == "batch" else []
    if look.why:
        said.append(_("Purpose: %(why)s") % {"why": look.why})
    return " ".join(said)
