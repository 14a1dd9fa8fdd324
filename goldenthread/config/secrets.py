"""The only place where secrets come in: the environment, or a file that it names."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret(name: str) -> str | None:
    """What the variable holds, or the file that the same variable with _FILE behind it names; None when
    neither is set. No message repeats any of it.

    A file is the better place: a process's environment can be read by whoever may read the process.
    """
    given, named = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if not named:
        return given or None
    if given:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set; wanted one of them.")
    try:
        content = Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ImproperlyConfigured(f"{name}_FILE names {named}, and it cannot be read: {reason}") from None
    if not content:
        raise ImproperlyConfigured(f"{name}_FILE names {named}, which is empty; wanted the secret in it.")
    return content


def secrets_under(prefix: str) -> dict[str, str]:
    """What every variable that begins so holds or names, by the rest of its name in small letters."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix)}
    return {
        name.removeprefix(prefix).lower(): value
        for name in sorted(names)
        if (value := secret(name)) is not None
    }
