"""What is fetched from other machines: when, and what became of the last try, in words."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from goldenthread.record.sources.queries import Fetching
from goldenthread.web.desk.presenters.moments import moment_words


def fetched_words(one: Fetching) -> str:
    """ "Each day from 5:30 a.m. on, from data.example.gov; next October 14, 5:30 a.m."."""
    pull = one.pull
    words = _("Each day from %(time)s on, from %(place)s; next %(moment)s")
    return words % {
        "time": time_format(pull.time_of_day, "P"),
        "place": urlsplit(pull.address).netloc if pull.address else _database_words(pull.database),
        "moment": moment_words(one.next_at),
    }


def _database_words(name: str | None) -> str:
    return _("the database %(name)s") % {"name": name}


def failed_words(one: Fetching) -> str:
    """When the last try failed, why, and when the next is; nothing when it brought the file."""
    if one.failed_at is None:
        return ""
    words = _("%(source)s could not be fetched on %(when)s: %(reason)s From %(next)s on it is tried again.")
    return words % {
        "source": one.source.title,
        "when": moment_words(one.failed_at),
        "reason": one.reason,
        "next": moment_words(one.next_at),
    }
