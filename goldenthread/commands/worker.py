"""goldenthread worker"""

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.commands.following import follow


@click.command(hidden=True)
@workspace_option
def command() -> None:
    """Run background jobs; started by serve."""
    follow()
    open_workspace()
    from django.core.management import call_command

    from goldenthread.commands.context import now
    from goldenthread.jobs import tasks

    if tasks.worker_runs():
        click.echo("Another job worker runs in this workspace; this one takes over when it ends.", err=True)
    with tasks.worker_starts(now=now) as told:
        for sentence in told:
            click.echo(sentence, err=True)
        call_command("db_worker", verbosity=0, interval=0.5, startup_delay=False)
