"""goldenthread serve"""

import os

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.workspace import Workspace


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Web worker processes.")
@workspace_option
def command(host: str, port: int, workers: int) -> None:
    """Serve the workspace, with its job worker and watcher, until interrupted."""
    from goldenthread.commands import serving

    workspace = Workspace.from_environment()
    loopback = serving.is_loopback(host)
    if workspace.is_demo and not loopback:
        raise click.ClickException(
            f"This is a demo, whose passwords anyone on this machine can read: it is not served on {host}. "
            "Use --host 127.0.0.1, or make a workspace of your own: goldenthread init --home FOLDER"
        )
    plain = loopback and os.environ.get("GOLDENTHREAD_BEHIND_PROXY") != "1"
    # Said either way: what the environment brings along is no reason to leave HTTPS out.
    os.environ["GOLDENTHREAD_PLAIN_HTTP"] = "1" if plain else "0"
    open_workspace()
    from goldenthread.commands import starting

    starting.check(workspace, plain=plain)
    serving.check_free(host, port)
    starting.invite_first_administrator(workspace, base=f"http://localhost:{port}" if plain else None)
    click.echo(f"Serving {workspace.home} on http://{host}:{port} (Ctrl-C stops it)")
    if plain:
        click.echo(
            "Plain HTTP for this machine only: cookies are not marked Secure, nothing redirects to HTTPS."
        )
    serving.serve(host, port, workers=workers)
