"""What must hold before a workspace is served; what else is worth a word is said, and does not stop it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click
from django.core import checks

from goldenthread.commands.context import now, operator, today
from goldenthread.commands.links import echo_first_link
from goldenthread.commands.serving import is_loopback
from goldenthread.jobs import doctor, first_administrator
from goldenthread.workspace import Workspace

_PREVENTING = {"database", "migrations"}


def check(workspace: Workspace, *, plain: bool) -> None:
    """Raises ClickException with every reason why this workspace cannot be served as it is set up. ``plain``:
    for this machine only, without HTTPS."""
    reasons = [*_settings(plain=plain)]
    for finding in doctor.essentials():
        if finding.wrong and finding.about in _PREVENTING:
            reasons.append(f"{finding.sentence} What to do: {finding.mend}")
        elif finding.wrong:
            click.echo(f"Warning: {finding.sentence} What to do: {finding.mend}", err=True)
    if reasons:
        raise click.ClickException(
            "\n".join([f"{workspace.home} cannot be served as it is.", *(f"- {one}" for one in reasons)])
        )


def invite_first_administrator(workspace: Workspace, *, base: str | None) -> None:
    """Tell whoever starts the product how the first administrator gets in; a demo has its own sign-ins."""
    if workspace.is_demo:
        return
    secret = first_administrator.invite_first_administrator(by=operator(), now=now(), today=today())
    if secret is not None:
        echo_first_link(secret, base=base)


def _settings(*, plain: bool) -> Iterator[str]:
    if plain:
        names = filter(None, os.environ.get("GOLDENTHREAD_HOSTS", "").split(","))
        beyond = next((name for name in names if not is_loopback(name.strip("[]"))), None)
        if beyond:
            yield (
                f"GOLDENTHREAD_HOSTS names {beyond}, and over plain HTTP only this machine is served. Set up "
                "a proxy that speaks HTTPS and set GOLDENTHREAD_BEHIND_PROXY=1, or unset GOLDENTHREAD_HOSTS"
            )
    else:
        if not os.environ.get("GOLDENTHREAD_HOSTS"):
            yield (
                "GOLDENTHREAD_HOSTS is not set, so that the site would answer this machine alone. Set it to "
                "the names people type, such as GOLDENTHREAD_HOSTS=performance.example.gov"
            )
        if os.environ.get("GOLDENTHREAD_BEHIND_PROXY") != "1":
            yield (
                "Beyond this machine the site wants HTTPS, which a proxy in front has to speak. Set it up to "
                "send X-Forwarded-Proto, and set GOLDENTHREAD_BEHIND_PROXY=1"
            )
    for found in checks.run_checks(include_deployment_checks=not plain):
        if found.is_serious() and not found.is_silenced():
            yield f"{found.msg} {found.hint or ''}".strip()
        elif not found.is_silenced():
            click.echo(f"Warning: {found.msg} {found.hint or ''}".strip(), err=True)
