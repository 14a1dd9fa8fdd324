"""goldenthread worker"""

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command(hidden=True)
@workspace_option
def command() -> None:
    """Run background jobs; started by serve."""
    open_workspace()
    from django.core.management import call_command

    from goldenthread.commands.context import now
    from goldenthread.jobs import importing, noticing, tasks

    for sentence in importing.heal(now=now()):
        click.echo(sentence, err=True)
    tasks.resume()
    noticing.refresh_notices(now=now())
    call_command("db_worker", verbosity=0, interval=0.5, startup_delay=False)
