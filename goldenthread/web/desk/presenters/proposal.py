"""What is proposed where a file differs from the definition of its source, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.jobs.extracts.drifting import Proposed


@dataclass(frozen=True)
class LineShown:
    """One change of a column: the YAML as it is and as it would be, and why. ``now`` is a sentence where
    nothing is said yet."""

    column: str
    now: str
    now_is_yaml: bool
    then: str
    why: str


@dataclass(frozen=True)
class ProposalShown:
    """See desk/batch_proposal.html. Without lines nothing can be accepted, and ``told`` says what differs."""

    title: str
    lines: tuple[LineShown, ...]
    told: tuple[str, ...]


def proposal_shown(proposed: Proposed | None) -> ProposalShown | None:
    """What the page of a file shows of it; None where nothing differs."""
    if proposed is None:
        return None
    count = len(proposed.lines)
    title = ngettext(
        "One change of the definition is proposed", "%(count)s changes of the definition are proposed", count
    )
    return ProposalShown(
        title=title % {"count": count} if count else _("What differs from the definition"),
        lines=tuple(
            LineShown(
                column=line.column,
                now=line.now or _("Nothing yet: the name of the column itself."),
                now_is_yaml=bool(line.now),
                then=line.then,
                why=f"{line.why[:1].upper()}{line.why[1:]}.",
            )
            for line in proposed.lines
        ),
        told=proposed.told,
    )
