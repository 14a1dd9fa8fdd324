"""A first definition for a file, worked out in a child process that cannot take more than it was given."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import goldenthread
from goldenthread.definitions import dump_yaml
from goldenthread.facts.intake.child import FOR_WORKBOOKS
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.propose import Proposal, propose

_NO_SLUG = re.compile(r"[^a-z0-9]+")


def propose_limited(file: Path, *, file_name: str = "", source: str = "") -> Proposal:
    """``propose`` within limits. The source is called ``source``, or after ``file_name``, or the file's own.

    Raises Unreadable with a sentence when the file cannot be read, or takes too much memory or time.
    """
    name = file_name or file.name
    task = json.dumps({"file": str(file.resolve())})
    try:
        child = subprocess.run(
            [sys.executable, "-m", "goldenthread.jobs.proposing"],
            input=task,
            capture_output=True,
            text=True,
            check=False,
            timeout=FOR_WORKBOOKS.seconds,
            cwd=Path(goldenthread.__file__).parents[1],
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(_TOO_MUCH) from error
    if child.returncode != 0:
        raise Unreadable(_TOO_MUCH)
    answer = json.loads(child.stdout.splitlines()[-1])
    if "unreadable" in answer:
        raise Unreadable(answer["unreadable"])
    title = name.split(".")[0]
    named = {"source": source or key_from(title), "title": _title(title)}
    return Proposal({**answer["definition"], **named}, tuple(answer["notes"]))


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


_TOO_MUCH = (
    "Looking at the file takes more memory or time than it may. Send the first few thousand rows as CSV: a "
    "proposal needs no more."
)


def main() -> None:
    """What the child runs: a task from standard input, one JSON object as the last line of output."""
    task = json.load(sys.stdin)
    for what, most in (
        (resource.RLIMIT_DATA, FOR_WORKBOOKS.memory),
        (resource.RLIMIT_CPU, FOR_WORKBOOKS.processor_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    try:
        found = propose(Path(task["file"]))
    except Unreadable as error:
        answer: dict[str, object] = {"unreadable": str(error)}
    else:
        answer = {"definition": found.definition, "notes": found.notes}
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
