"""goldenthread batches"""

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.argument("source", required=False)
@click.option("--as", "username", help="As this user sees them, who must be able to load data.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each batch.")
@click.option("--most", type=click.IntRange(min=1), default=30, show_default=True, help="How many to list.")
@workspace_option
def command(source: str | None, username: str | None, as_json: bool, most: int) -> None:
    """List the latest loads, of SOURCE or of all sources."""
    open_workspace()
    from goldenthread.commands.context import echo_json
    from goldenthread.commands.viewing import check_sees, note_look, viewer
    from goldenthread.jobs.extracts.batch_data import batch_data
    from goldenthread.record.access.roles import Permission
    from goldenthread.record.sources import queries

    check_sees(viewer(username, "goldenthread batches"), Permission.LOAD_DATA, username)

    if source and source not in queries.source_keys():
        raise click.UsageError(f"There is no source “{source}”.")
    found = queries.batches(queries.find_source(source) if source else None)[:most]
    note_look("batch", "", username=username)
    if not found and not as_json:
        click.echo("No batches yet. Load one with: goldenthread import SOURCE FILE")
    for batch in found:
        if as_json:
            echo_json(batch_data(batch))
        else:
            rows = f"{batch.accepted:,} of {batch.rows:,} rows" if batch.rows is not None else "not read"
            when = f"{batch.received_at:%Y-%m-%d %H:%M}"
            about = f"{batch.source.key:<24} {batch.state:<10} {when}  {rows:<28} {batch.file_name}"
            click.echo(f"{batch.pk:>5}  {about}")
