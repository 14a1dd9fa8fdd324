"""The file of a backup becomes files again, compared with what it says of itself at its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from goldenthread.jobs.backups.archive import damage_told, members, text_of, write_out
from goldenthread.jobs.backups.layout import ABOUT, FORMAT, MANIFEST, About, Manifest, place_of
from goldenthread.jobs.backups.sealing import Keys, unsealed
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress

T = TypeVar("T")


def unpack(
    file: Path, home: Path, *, keys: Keys, check: Callable[[About], None], progress: Progress
) -> tuple[About, Manifest]:
    """Write every file of a backup to where it belongs below ``home``. Refused when one is missing or not
    what it was, or there is no key for it. ``check`` is asked before anything is written."""
    digests: dict[str, str] = {}
    texts: dict[str, str] = {}
    with file.open("rb") as given, unsealed(given, keys.identities) as plain, damage_told():
        for name, content in members(plain):
            progress(min(given.tell() / file.stat().st_size, 1), name.split("/")[0])
            place = place_of(name, home)
            if place is None:
                texts[name], digests[name] = text_of(content)
                if name == ABOUT:
                    check(_about(texts[name]))
            else:
                digests[name] = write_out(content, place)
    if MANIFEST not in texts or ABOUT not in texts:
        raise Refused(f"{file} is no whole backup: it ends too soon. Nothing was restored.")
    manifest = _parsed(TypeAdapter(Manifest), texts[MANIFEST])
    del digests[MANIFEST]
    if wrong := sorted(set(digests.items()) ^ set(manifest.files.items())):
        raise Refused(f"{file} is damaged: {wrong[0][0]} is not what it was. Nothing was restored.")
    return _about(texts[ABOUT]), manifest


def _about(text: str) -> About:
    about = _parsed(TypeAdapter(About), text)
    if about.format != FORMAT:
        raise Refused(f"This backup has the format {about.format}, and this version reads {FORMAT}.")
    return about


def _parsed(shape: TypeAdapter[T], text: str) -> T:
    try:
        return shape.validate_json(text)
    except ValidationError as error:
        raise Refused(
            "This is no backup, or one of a version not known here: what it says of itself cannot be read."
        ) from error
