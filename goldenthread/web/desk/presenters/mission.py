"""What a unit says it is for: every version, what its staff said, and who supports it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.record.framework.models import Mission
from goldenthread.record.orgs.models import Unit
from goldenthread.web.desk.presenters.moments import full_day


@dataclass(frozen=True)
class Said:
    """A comment: by whom, when, and what."""

    name: str
    when: str
    text: str


@dataclass(frozen=True)
class Version:
    """A version of a mission with what its staff said about it."""

    title: str
    mission: str
    vision: str
    support: str
    comments: tuple[Said, ...]


@dataclass(frozen=True)
class MissionPage:
    """A unit's missions, newest first, and what the reader may do."""

    key: str
    unit: str
    versions: tuple[Version, ...]
    supports: bool
    may_speak: bool
    may_write: bool


def mission_page(
    unit: Unit, missions: Sequence[Mission], *, person: int | None, may_write: bool, may_speak: bool
) -> MissionPage:
    """``person`` is the reader, if they are known as one."""
    latest = missions[0] if missions else None
    return MissionPage(
        key=unit.key,
        unit=unit.name,
        versions=tuple(_version(one) for one in missions),
        supports=latest is not None and any(one.person_id == person for one in latest.supports.all()),
        may_speak=may_speak and latest is not None,
        may_write=may_write,
    )


def support_words(count: int) -> str:
    """How many of its staff stand behind a mission."""
    if not count:
        return _("Nobody of the staff supports it yet.")
    return ngettext("%(count)s of the staff supports it.", "%(count)s of the staff support it.", count) % {
        "count": count
    }


def _version(one: Mission) -> Version:
    supports = len(one.supports.all())
    when = (
        _("adopted %(day)s") % {"day": full_day(one.adopted_on)} if one.adopted_on else _("not adopted yet")
    )
    return Version(
        title=_("Version %(number)s, %(when)s") % {"number": one.version, "when": when},
        mission=one.mission,
        vision=one.vision,
        support=support_words(supports),
        comments=tuple(
            Said(each.person.name, full_day(each.written_at), each.text) for each in one.comments.all()
        ),
    )
