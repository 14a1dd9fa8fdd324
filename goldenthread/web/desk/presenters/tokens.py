"""Tokens, as their owners and administrators see them; never a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.policies import why_dead
from goldenthread.record.tokens.purposes import MEANINGS
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import Link, Question


@dataclass(frozen=True)
class TokensPage:
    """One's own tokens; without a table ``nothing`` says so."""

    title: str
    verdict: str
    actions: tuple[Link, ...]
    table: Table | None
    nothing: str


def tokens_page(tokens: Sequence[Token], *, now: datetime, may_make: bool) -> TokensPage:
    """``may_make``: the reader holds something that a token could be for."""
    make = Link(_("Make a token"), reverse("desk:token_new"))
    return TokensPage(
        title=_("My tokens"),
        verdict=_(
            "A token lets a script read or send what you could, and only what it was made for. It ends by "
            "itself, and whatever you may no longer do, it can no longer do either."
        ),
        actions=(make,) if may_make else (),
        table=tokens_table(tokens, now=now, may_end=True) if tokens else None,
        nothing=_("You have no tokens.")
        if may_make
        else _("You have no tokens, and hold no right today that one could be for."),
    )


def tokens_table(tokens: Sequence[Token], *, now: datetime, may_end: bool) -> Table:
    """``may_end``: the reader can end those that are alive."""
    columns = (
        Column(_("Token")),
        Column(_("What it is for")),
        Column(_("Made")),
        Column(_("Last used")),
        Column(_("Ends")),
    )
    rows = tuple(_row(one, now=now, may_end=may_end) for one in tokens)
    return Table(_("Tokens, the newest first"), columns, rows)


def end_page(token: Token, *, back: Link) -> Question:
    """Asking before it ends."""
    return Question(
        back=back,
        title=_("End the token “%(name)s”") % {"name": token.name},
        verdict=_(
            "From the next request on it opens nothing, and the script that uses it stops. It cannot be "
            "brought back; a new one can be made."
        ),
        yes=_("End it"),
        no=_("Leave it as it is"),
    )


def _row(one: Token, *, now: datetime, may_end: bool) -> Row:
    dead = why_dead(one, now=now)
    used = full_day(one.last_used_on) if one.last_used_on else _("never")
    ends = Cell(full_day(one.expires_at))
    if dead:
        ended = one.ended_at or one.expires_at
        ends = Cell(_("ended %(day)s") % {"day": full_day(min(ended, now))}, tone=Tone.QUIET)
    elif may_end:
        ends = Cell(
            _("%(day)s, end it now") % {"day": ends.text}, href=reverse("desk:token_end", args=[one.pk])
        )
    return Row(
        (
            Cell(one.name, below=_("number %(number)s") % {"number": one.pk}),
            Cell(purpose_words(one), below=", ".join(one.sources)),
            Cell(full_day(one.made_at)),
            Cell(used, tone=Tone.PLAIN if one.last_used_on else Tone.QUIET),
            ends,
        )
    )


def purpose_words(token: Token) -> str:
    """What it is for, by name."""
    return ", ".join(meaning.name for one, meaning in MEANINGS.items() if one in token.purposes)
