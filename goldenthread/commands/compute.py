"""goldenthread compute"""

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.option("--since", "batch", type=int, help="Only the periods that this batch touched.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with the counts.")
@workspace_option
def command(batch: int | None, as_json: bool) -> None:
    """Compute every measure again, or only what a batch touched."""
    open_workspace()
    from goldenthread.commands.context import bar, echo_json, now, operator
    from goldenthread.jobs import computing

    with bar("Computing measures") as progress:
        if batch is None:
            done = computing.compute_everything(by=operator(), now=now(), progress=progress)
        else:
            done = computing.compute_since(batch, by=operator(), now=now(), progress=progress)
    if as_json:
        echo_json({"measures": done.measures, "observations": done.observations})
    else:
        click.echo(f"{done.measures:,} measures computed, {done.observations:,} observations.")
