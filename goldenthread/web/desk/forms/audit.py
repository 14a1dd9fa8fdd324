"""Which rows of the audit log somebody wants to see."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goldenthread.jobs.looking_at_people import actors_called
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.queries import Wanted
from goldenthread.web.desk.forms.days import SinceUntil, day_within_reach

ACTION_WORDS: dict[str, str | Promise] = {
    Action.CREATED: gettext_lazy("made"),
    Action.CHANGED: gettext_lazy("changed"),
    Action.DELETED: gettext_lazy("deleted"),
    Action.ENDED: gettext_lazy("ended"),
    Action.RECEIVED: gettext_lazy("received"),
    Action.READ: gettext_lazy("read a file"),
    Action.REFUSED: gettext_lazy("refused"),
    Action.DISCARDED: gettext_lazy("discarded"),
    Action.LOADED: gettext_lazy("loaded"),
    Action.UNDONE: gettext_lazy("took back"),
    Action.COMPUTED: gettext_lazy("computed"),
    Action.REBASED: gettext_lazy("began limits anew"),
    Action.SUBMITTED: gettext_lazy("handed in"),
    Action.APPROVED: gettext_lazy("approved"),
    Action.RETURNED: gettext_lazy("returned"),
    Action.LOCKED: gettext_lazy("locked"),
    Action.RESTATED: gettext_lazy("restated"),
    Action.GRANTED: gettext_lazy("gave a role"),
    Action.REVOKED: gettext_lazy("took a role back"),
    Action.STATED: gettext_lazy("stated a purpose"),
    Action.CONSULTED: gettext_lazy("put on record what staff said"),
    Action.VIEWED: gettext_lazy("saw"),
    Action.LISTED: gettext_lazy("listed"),
    Action.EXPORTED: gettext_lazy("took along"),
    Action.USED: gettext_lazy("used"),
    Action.DENIED: gettext_lazy("was denied"),
    Action.DROPPED: gettext_lazy("dropped"),
    Action.PURGED: gettext_lazy("let go of"),
    Action.HELD: gettext_lazy("placed a legal hold"),
    Action.LIFTED: gettext_lazy("lifted a legal hold"),
    Action.SIGNED_IN: gettext_lazy("signed in"),
    Action.SIGNED_OUT: gettext_lazy("signed out"),
    Action.SIGN_IN_FAILED: gettext_lazy("failed to sign in"),
}

_LONGEST = 200
# Each person whose rows are asked for is told, and that is a row for each.
_MOST_PEOPLE = 20


class AuditForm(SinceUntil):
    """What is left empty is not asked."""

    who = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=_LONGEST)
    what = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[("", gettext_lazy("Anything")), *((one.value, ACTION_WORDS[one]) for one in Action)],
    )
    kind = forms.CharField(label=gettext_lazy("Kind of thing"), required=False, max_length=_LONGEST)
    thing = forms.CharField(label=gettext_lazy("Its id"), required=False, max_length=_LONGEST)
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=_LONGEST)
    since = day_within_reach(gettext_lazy("From"))
    until = day_within_reach(gettext_lazy("To, with that day"))

    actors: tuple[str, ...] | None = None
    """The keys of those who are meant by ``who``; None for anybody."""

    def clean_who(self) -> str:
        """A name, a part of one or a key; a name that nobody has finds no row."""
        words: str = self.cleaned_data["who"]
        if words:
            self.actors = actors_called(words)
            if len(self.actors) > _MOST_PEOPLE:
                raise ValidationError(
                    _("Found %(count)s people of that name, wanted at most %(most)s: type more of it."),
                    params={"count": len(self.actors), "most": _MOST_PEOPLE},
                )
        return words

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of the fields that say something."""
        return tuple(name for name in self.fields if self.cleaned_data[name])

    @property
    def wanted(self) -> Wanted:
        """The rows asked for."""
        cells = self.cleaned_data
        return Wanted(
            actors=self.actors,
            action=cells["what"],
            kind=cells["kind"].replace(" ", "_"),
            object_id=cells["thing"],
            unit=cells["unit"],
            since=_midnight(cells["since"]) if cells["since"] else None,
            until=_midnight(cells["until"] + timedelta(days=1)) if cells["until"] else None,
        )


def _midnight(day: date) -> datetime:
    """When the day begins, where the organization is."""
    return make_aware(datetime.combine(day, time()))
