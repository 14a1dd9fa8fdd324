"""goldenthread watch"""

import time

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.commands.following import follow


@click.command()
@click.option(
    "--once", is_flag=True, help="Take what is there and end, for a scheduler; wait for what just came."
)
@click.option(
    "--every",
    default=5.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="Seconds between looks.",
)
@workspace_option
def command(once: bool, every: float) -> None:
    """Import what arrives in the workspace's incoming folders, one folder per source, fetch what is due, and
    send the mail that is.

    A file is moved to done or refused, with a report beside it. people.csv, people_ids.csv, unit_ids.csv and
    organization.yaml are taken from the folder named organization.
    """
    follow()
    open_workspace()
    from goldenthread.commands.context import now
    from goldenthread.jobs import daily
    from goldenthread.jobs.extracts import pulling, watching
    from goldenthread.jobs.mail.sending import send_due

    said: list[str] = []
    day, waited = None, False
    while True:
        day = daily.on_a_new_day(day, now=now())
        told = [*pulling.pull_what_is_due(now=now()), *watching.look(now=now()), *send_due(now=now())]
        for sentence in told:
            # What cannot be taken is met again at each look, and told once.
            if sentence not in said:
                click.echo(sentence)
        said = told
        if not once:
            time.sleep(every)
        elif (late := watching.coming(now=now())) and not waited:
            waited = True
            time.sleep(watching.SETTLED_SECONDS)
        else:
            for file in late:
                click.echo(f"{file.name} is still being written; the next look takes it.", err=True)
            break
