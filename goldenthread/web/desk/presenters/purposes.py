"""What the page says that asks why."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.record.access.purposes import HOLDS_FOR
from goldenthread.record.sources.models import Batch
from goldenthread.web.desk.presenters.parts import Link, Question

_HOURS = int(HOLDS_FOR.total_seconds() // 3600)


def why_their_access(name: str) -> Question:
    """What one person can see."""
    return _asked(
        title=_("Why do you look at what %(name)s can see?") % {"name": name},
        who=name,
        back=Link(_("Access"), reverse("desk:access")),
    )


def why_their_rows(names: Sequence[str]) -> Question:
    """What the audit log says of some people."""
    told = ", ".join(names)
    return _asked(
        title=_("Why do you look up %(names)s in the audit log?") % {"names": told},
        who=told,
        back=Link(_("Audit log"), reverse("desk:audit")),
    )


def why_the_workers(batch: Batch, *, loads: bool) -> Question:
    """Who stands in a file; ``loads``: whether the page of the batch is open to the caller."""
    source = {"batch": batch.pk, "source": batch.source.title}
    return _asked(
        title=_("Why do you look at who stands in batch %(batch)s of %(source)s?") % source,
        who=_("everybody whose rows could be in it"),
        back=Link(_("Batch %(batch)s") % source, reverse("desk:batch", args=[batch.pk]))
        if loads
        else Link(_("Home"), reverse("desk:home")),
    )


def _asked(title: str, who: str, back: Link) -> Question:
    read_by = _(
        "What you write here is read, with your name, by %(who)s under “Who looked at me”. It holds for "
        "%(hours)s hours."
    ) % {"who": who, "hours": _HOURS}
    return Question(back, title, read_by, yes=_("Look, for this purpose"), no=_("Do not look"))
