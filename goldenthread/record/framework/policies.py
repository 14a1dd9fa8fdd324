"""What the state of the framework allows, whoever asks."""

from __future__ import annotations

from goldenthread.record.answers import NotAllowed
from goldenthread.record.framework.definition import ABOVE
from goldenthread.record.framework.models import Element, Level, Mission


def check_place(level: Level, parent: Element | None) -> None:
    """An outcome stands alone; every other level hangs below a living element of the level above it."""
    if level is Level.OUTCOME:
        if parent is not None:
            raise NotAllowed(f"An outcome has nothing above it, so it cannot hang below “{parent.name}”.")
        return
    wanted = ABOVE[level]
    if parent is None or parent.level != wanted:
        found = f"“{parent.name}”, which is on another level" if parent else "nothing"
        raise NotAllowed(f"{level.label} hangs below {wanted.label.lower()}; found {found}.")
    if parent.retired_on is not None:
        raise NotAllowed(f"“{parent.name}” is retired. Restore it first, or choose another place.")


def check_can_be_retired(element: Element) -> None:
    """Nothing living may hang below a retired element, or the thread would have a hole."""
    if element.retired_on is not None:
        raise NotAllowed(f"“{element.name}” is retired already.")
    living = element.children.filter(retired_on__isnull=True).order_by("position").first()
    if living is not None:
        raise NotAllowed(f"“{living.name}” still hangs below “{element.name}”. Move or retire it first.")


def check_can_be_reworded(mission: Mission) -> None:
    """Words that somebody answered stay as they were answered."""
    if mission.comments.exists() or mission.supports.exists():
        raise NotAllowed(
            f"Staff have commented on version {mission.version} or support it. Write the new words as "
            f"version {mission.version + 1}."
        )
