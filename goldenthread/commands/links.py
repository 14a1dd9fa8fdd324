"""Links that a command hands out: only this process knows them."""

from __future__ import annotations

import os

import click
from django.urls import reverse

_HERE = "http://localhost:8000"


def invitation_link(secret: str, *, base: str | None = None) -> str:
    """The whole address of an invitation; ``base`` is where the site answers, when that is known."""
    path = reverse("invitation", kwargs={"secret": secret})
    return f"{base or _base()}{path}"


def echo_link(link: str) -> None:
    """Tell an operator the link that somebody is to get."""
    click.echo(f"Invitation, for one use within seven days: {link}")
    if link.startswith(_HERE):
        click.echo("Where serve listens on another port, put that in place of 8000.")


def echo_first_link(secret: str, *, base: str | None = None) -> None:
    """Tell how the first administrator gets in."""
    click.echo(
        "No administrator can sign in yet. Open this link to choose a password or a passkey; it works once, "
        f"for seven days, until the next start:\n  {invitation_link(secret, base=base)}"
    )


def _base() -> str:
    names = [name for name in os.environ.get("GOLDENTHREAD_HOSTS", "").split(",") if name]
    return f"https://{names[0]}" if names else _HERE
