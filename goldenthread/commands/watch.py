"""goldenthread watch"""

import time

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.commands.following import follow


@click.command()
@click.option("--once", is_flag=True, help="Look once and end, for a scheduler.")
@click.option(
    "--every",
    default=5.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="Seconds between looks.",
)
@workspace_option
def command(once: bool, every: float) -> None:
    """Import what arrives in the workspace's incoming folders, one folder per source.

    A file is moved to done or refused, with a report beside it. people.csv, people_ids.csv, unit_ids.csv and
    organization.yaml are taken from the folder named organization.
    """
    follow()
    open_workspace()
    from goldenthread.commands.context import now
    from goldenthread.jobs import daily, watching

    said: list[str] = []
    day = None
    while True:
        day = daily.on_a_new_day(day, now=now())
        told = watching.look(now=now())
        for sentence in told:
            # What cannot be taken is met again at each look, and told once.
            if sentence not in said:
                click.echo(sentence)
        said = told
        if once:
            break
        time.sleep(every)
