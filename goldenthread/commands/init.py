"""goldenthread init"""

import click

from goldenthread.commands import check_is_whole, open_workspace, workspace_option
from goldenthread.workspace import Workspace


@click.command()
@click.option(
    "--application-role",
    help="PostgreSQL: the role that serves, which may work with the records and does not own them.",
)
@workspace_option
def command(application_role: str | None) -> None:
    """Make a workspace, or bring one up to this version of Goldenthread."""
    workspace = Workspace.from_environment()
    check_is_whole(workspace)
    new = workspace.create()
    open_workspace()
    from goldenthread.jobs.auditing import make_key
    from goldenthread.jobs.database import admit, migrate
    from goldenthread.jobs.retention.schedule import write_defaults

    applied = migrate()
    if application_role:
        admit(application_role)
    make_key()
    write_defaults(workspace.retention)
    if new:
        click.echo(f"Workspace ready in {workspace.home}")
        click.echo("Next: goldenthread load FOLDER, or goldenthread propose FILE to start from an extract.")
    elif applied:
        changes = "1 database change" if applied == 1 else f"{applied} database changes"
        click.echo(f"Workspace in {workspace.home} brought up to date: {changes}.")
    else:
        click.echo(f"The workspace in {workspace.home} is up to date.")
