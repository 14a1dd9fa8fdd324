"""A first definition for a file: what to call it, and how it is shown to the person who corrects it."""

from __future__ import annotations

import re
from pathlib import Path

from goldenthread.definitions import dump_yaml
from goldenthread.facts.intake.child import propose_limited
from goldenthread.facts.intake.propose import Proposal

_NO_SLUG = re.compile(r"[^a-z0-9]+")


def propose_source(file: Path, *, file_name: str = "", source: str = "") -> Proposal:
    """A definition called ``source``, or after ``file_name``, or after the file's own.

    Raises Unreadable with a sentence when the file cannot be read, or takes too much memory or time.
    """
    proposal = propose_limited(file)
    title = (file_name or file.name).split(".")[0]
    named = {"source": source or key_from(title), "title": _title(title)}
    return Proposal({**proposal.definition, **named}, proposal.notes)


def as_text(proposal: Proposal) -> str:
    """The YAML to begin with; what to check stands above it as comments."""
    notes = "".join(f"# Check: {note}\n" for note in proposal.notes)
    return notes + dump_yaml(proposal.definition)


def key_from(text: str) -> str:
    """A key as sources have them, out of any words."""
    slug = _NO_SLUG.sub("_", text.lower()).strip("_")
    return slug if slug[:1].isalpha() else f"extract_{slug}".rstrip("_")


def _title(text: str) -> str:
    words = re.sub(r"[_\s]+", " ", text).strip()
    return words[:1].upper() + words[1:]
