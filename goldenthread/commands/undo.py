"""goldenthread undo"""

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.argument("batch", type=int)
@click.option("--reason", default="", help="Why, for the record.")
@workspace_option
def command(batch: int, reason: str) -> None:
    """Take a loaded BATCH back: a new version as if it had never come."""
    open_workspace()
    from goldenthread.commands.context import now, operator
    from goldenthread.jobs.extracts import importing

    undone = importing.undo(importing.find_batch(batch), by=operator(), now=now(), reason=reason)
    click.echo(f"Batch {undone.pk} of {undone.source.key} is undone; the measures it touched are up to date.")
