"""The demo workspace from the outside: built beside its place, and its sign-ins shown."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import click

from goldenthread.workspace import Workspace


def build(workspace: Workspace, *, scale: int, open_workspace: Callable[[], None]) -> None:
    """Build in a folder beside ``workspace.home``, and move it there when it is whole."""
    beside = Workspace(place_beside(workspace.home))
    beside.create()
    os.environ["GOLDENTHREAD_HOME"] = str(beside.home)
    open_workspace()
    from goldenthread.commands.context import bar, now
    from goldenthread.jobs.demo.build import build as build_in
    from goldenthread.jobs.demo.build import move_into_place

    with bar("Building the demo") as progress:
        build_in(beside, now=now(), scale=scale, progress=progress)
    move_into_place(beside.home, workspace.home)
    click.echo(f"Built a demo county in {workspace.home}")


def place_beside(home: Path) -> Path:
    """An empty folder beside ``home`` to build in; what an interrupted build left there is gone."""
    place = home.with_name(f".{home.name}.being-built")
    shutil.rmtree(place, ignore_errors=True)
    return place


def accounts_as_json(workspace: Workspace) -> str:
    """The sign-ins as the demo keeps them: a JSON list of username, password, role and unit."""
    if not workspace.is_demo:
        raise click.ClickException(f"{workspace.home} is not a demo. Build one with: goldenthread demo")
    return workspace.demo_accounts.read_text(encoding="utf-8").rstrip()


def sign_ins_as_text(workspace: Workspace) -> str:
    """How to sign in as each role, a line each."""
    rows = json.loads(accounts_as_json(workspace))
    lines = [f"  {row['role']:<15} {row['username']:<20} {row['password']}" for row in rows]
    return "\n".join(["Sign in as:", *lines])
