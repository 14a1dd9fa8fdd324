"""What every command needs: who runs it, when, a bar while it takes long, and JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs import queries as orgs


def operator() -> Actor:
    """Whoever types the command."""
    return Actor.operator()


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The day it is in the organization's time zone."""
    return orgs.organization().day_of(now())


@contextmanager
def bar(title: str) -> Iterator[Callable[[float, str], None]]:
    """A progress bar on standard error, gone when done; yields ``report(share, what)`` with share from 0
    to 1."""
    console = Console(file=sys.stderr)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=1.0)

        def report(share: float, what: str) -> None:
            progress.update(task, completed=share, description=f"{title}: {what}" if what else title)

        yield report


def echo_json(value: Any) -> None:
    click.echo(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))


def may_go_on(question: str, *, yes: bool) -> bool:
    """Whether to go on: --yes, or the answer of a person at a terminal.

    Without a terminal nothing is asked: the command stops with exit 2.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError("Nothing was changed: add --yes to go on without being asked.")
    return click.confirm(question)
