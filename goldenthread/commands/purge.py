"""goldenthread purge"""

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would go, and what a legal hold keeps.")
@click.option("--yes", is_flag=True, help="Go on without being asked.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@workspace_option
def command(dry_run: bool, yes: bool, as_json: bool) -> None:
    """Let go of what has been kept for as long as retention.yaml says, unless a legal hold keeps it."""
    open_workspace()
    from goldenthread.commands.context import echo_json, may_go_on, now, operator
    from goldenthread.commands.purge_words import as_data, sentences
    from goldenthread.jobs.retention import due, purging

    moment = now()
    found = due.plan(now=moment)
    if not dry_run and found.due and may_go_on(f"Let go of {len(found.due):,} records for good?", yes=yes):
        found = purging.purge(by=operator(), now=moment)
        if left := purging.left_behind():
            click.echo(left, err=True)
    if as_json:
        echo_json({"dry_run": dry_run, **as_data(found)})
    else:
        for sentence in sentences(found, dry_run=dry_run):
            click.echo(sentence)
