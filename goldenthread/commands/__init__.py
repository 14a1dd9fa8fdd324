"""The ``goldenthread`` command line. Each command is one file and one call into jobs."""

from __future__ import annotations

import errno
import importlib
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from goldenthread.workspace import Workspace

COMMANDS = (
    "init",
    "demo",
    "serve",
    "worker",
    "load",
    "dump",
    "account",
    "access",
    "token",
    "propose",
    "import",
    "batches",
    "undo",
    "watch",
    "compute",
    "measures",
    "series",
    "audit",
    "backup",
    "restore",
    "purge",
    "doctor",
)


# What the machine says no to, whatever the program; the folder named is all there is to know.
_MACHINE_SAYS_NO = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}


class _Commands(click.Group):
    """Imports a command's module only when it is called: ``--help`` must not wait for Ibis."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # ``import`` is a word of Python's own.
        module = importlib.import_module(
            f"goldenthread.commands.{'import_' if cmd_name == 'import' else cmd_name}"
        )
        command: click.Command = module.command
        return command


def workspace_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--home``: the workspace folder, before anything reads the settings."""

    def remember(_ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
        if value is not None:
            os.environ["GOLDENTHREAD_HOME"] = str(value.expanduser().absolute())

    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        callback=remember,
        expose_value=False,
        is_eager=True,
        help="The workspace folder (default: GOLDENTHREAD_HOME, or ./workspace).",
    )(function)


def check_is_whole(workspace: Workspace) -> None:
    """Raises ClickException where a restore did not come to its end: nothing there is to be relied on."""
    if workspace.is_half_restored:
        raise click.ClickException(
            f"The restore into {workspace.home} did not come to its end. Type it again, or empty the folder."
        )


def open_workspace() -> None:
    """Make Django ready for the workspace; without one, a sentence and exit 1."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    check_is_whole(Workspace.from_environment())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goldenthread.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error
    from goldenthread.record.acting import this_process_acts_for

    this_process_acts_for("a command on the machine")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="goldenthread")
def commands() -> None:
    """Performance management for cities and counties."""


def main() -> None:
    """Run a command. Exit 0: done. 1: it could not be done, and a sentence says why. 2: the call's words are
    off, or a confirmation is missing. 130: interrupted."""
    try:
        commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        click.ClickException(sentence).show()
        sys.exit(1)


def _sentence(error: Exception) -> str | None:
    """What to say of an error; None for a fault of ours, which keeps its traceback.

    Asked only once something went wrong: the rooms that define these errors need the settings to import.
    """
    if isinstance(error, OSError) and error.errno in _MACHINE_SAYS_NO:
        return f"{error.filename or 'This machine'}: {error.strerror}."
    from django.apps import apps
    from django.db import OperationalError, ProgrammingError

    if not apps.ready:
        return None
    from goldenthread.commands.sentences import SENTENCES
    from goldenthread.jobs import disk
    from goldenthread.jobs.database import sentence_of

    if isinstance(error, SENTENCES):
        return str(error)
    if isinstance(error, OSError | sqlite3.Error | OperationalError) and (said := disk.sentence_of(error)):
        return said
    if isinstance(error, OperationalError | ProgrammingError):
        return sentence_of(error)
    return None
