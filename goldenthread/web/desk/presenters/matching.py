"""An unknown worker or unit of a file, and what saying who it is does."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.jobs.extracts.matching import WORKER, Unmatched
from goldenthread.record.sources.models import Batch


@dataclass(frozen=True)
class MatchPage:
    """What stands above the form; ``note`` says what a nightly file does with the match."""

    eyebrow: str
    title: str
    verdict: str
    note: str
    back: str


def match_page(batch: Batch, unmatched: Unmatched) -> MatchPage:
    """The page for one unknown id."""
    words = {"value": unmatched.value, "rows": format_number(unmatched.rows), "system": unmatched.system}
    file = "people_ids.csv" if unmatched.role == WORKER else "unit_ids.csv"
    return MatchPage(
        eyebrow=f"{batch.source.title} · {batch.file_name}",
        title=_("Who is %(value)s?") % words
        if unmatched.role == WORKER
        else _("Which unit is %(value)s?") % words,
        verdict=ngettext(
            "%(rows)s row of this file carries this id of the system “%(system)s”. It counts for the whole "
            "organization, and for no unit until you say whose it is.",
            "%(rows)s rows of this file carry this id of the system “%(system)s”. They count for the whole "
            "organization, and for no unit until you say whose they are.",
            unmatched.rows,
        )
        % words,
        note=_(
            "It holds for every file of this system, earlier ones too. If %(file)s is loaded every night, "
            "have it carry this id as well: that file replaces what was said here."
        )
        % {"file": file},
        back=reverse("desk:batch", args=[batch.pk]),
    )
