"""What Home offers where nothing is measured yet: the next step, to whoever may take it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.web.desk.presenters.parts import Link


@dataclass(frozen=True)
class Begun:
    """What a workspace holds already: ``loaded`` a file, ``measures`` any that the reader may see."""

    units: bool
    sources: bool
    loaded: bool
    measures: bool


@dataclass(frozen=True)
class FirstStep:
    """What to do next; without a link it is done elsewhere, and ``text`` says where."""

    title: str
    text: str
    link: Link | None = None


def first_step(held: Rights, begun: Begun) -> FirstStep | None:
    """The first thing that is missing and that the reader can do something about."""
    if not begun.units:
        return FirstStep(
            _("Begin with the units."),
            _(
                "No unit is known yet, so nobody can hold a role. Write the units into organization.yaml, and"
                " on the machine itself type “goldenthread load FOLDER”, then “goldenthread account USERNAME"
                " --role analyst” for whoever brings the data. docs/how-to/first-measure.md shows each step."
            ),
        )
    if not held.holdings:
        return FirstStep(
            _("You hold no role yet."),
            _(
                "You see results once you hold a post in a unit or a role over it. Ask the person who looks"
                " after Goldenthread where you work."
            ),
        )
    if held.may(Permission.LOAD_DATA):
        if not begun.sources:
            return FirstStep(
                _("Begin with an extract."),
                _("Bring a file as it comes out of its system: what its columns are is proposed to you."),
                Link(_("Begin a source with a file"), reverse("desk:source_new")),
            )
        if not begun.loaded:
            return FirstStep(
                _("Load a first file."),
                _("Sources are defined, and nothing is loaded into them yet."),
                Link(_("Sources"), reverse("desk:sources")),
            )
    if held.may(Permission.DEFINE_MEASURES) and not begun.measures:
        return FirstStep(
            _("Define a first measure."),
            _("Say what is counted, out of what; its values are computed from what is loaded."),
            Link(_("Define a measure"), reverse("desk:measure_new")),
        )
    if held.may(Permission.ADMINISTER) and not begun.sources:
        return FirstStep(
            _("Name an analyst."),
            _(
                "No extract was brought yet; analysts bring them. On the machine itself, “goldenthread"
                " account USERNAME --role analyst” makes the account of one."
            ),
        )
    return None
