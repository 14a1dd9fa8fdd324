"""goldenthread demo"""

import os
import sys

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.workspace import Workspace


@click.command()
@click.option("--no-serve", is_flag=True, help="Build it, and do not serve it.")
@click.option(
    "--scale", default=1, show_default=True, type=click.IntRange(1, 60), help="How many times the rows."
)
@click.option("--accounts", is_flag=True, help="Only print the sign-ins of a demo as JSON.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="The first port to try; a busy one moves to the next.",
)
@workspace_option
def command(no_serve: bool, scale: int, accounts: bool, port: int) -> None:
    """Build the workspace of a county that does not exist, and serve it on this machine."""
    from goldenthread.commands import demonstration, serving

    workspace = Workspace.from_environment()
    if accounts:
        click.echo(demonstration.accounts_as_json(workspace))
        return
    if workspace.home.exists() and not workspace.is_demo and any(workspace.home.iterdir()):
        raise click.ClickException(
            f"{workspace.home} holds something that is not a demo, and stays as it is. "
            "Name another folder: goldenthread demo --home FOLDER"
        )
    if not workspace.is_demo:
        demonstration.build(workspace, scale=scale, open_workspace=open_workspace)
    click.echo(demonstration.sign_ins_as_text(workspace))
    if no_serve:
        return
    while not serving.is_free("127.0.0.1", port):
        port += 1
    # A new process: this one's settings belong to the folder the demo was built in.
    os.environ["GOLDENTHREAD_HOME"] = str(workspace.home)
    sys.stdout.flush()
    serve = [sys.executable, "-m", "goldenthread", "serve", "--port", str(port)]
    os.execv(serve[0], serve)  # noqa: S606
