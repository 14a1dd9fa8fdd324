"""goldenthread import"""

from pathlib import Path

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command("import")
@click.argument("source")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--dry-run", is_flag=True, help="Read and check, tell what would change, load nothing.")
@click.option("--yes", is_flag=True, help="Load without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each file.")
@workspace_option
def command(source: str, files: tuple[Path, ...], dry_run: bool, yes: bool, as_json: bool) -> None:
    """Load FILES into SOURCE: read, check, tell what would change, then load."""
    open_workspace()
    states = [_bring_in(source, file, dry_run=dry_run, yes=yes, as_json=as_json) for file in files]
    raise SystemExit(1 if {"refused", "held"} & set(states) else 0)


def _bring_in(source: str, file: Path, *, dry_run: bool, yes: bool, as_json: bool) -> str:
    """What became of one file: its state, or ``held``."""
    from goldenthread.commands.batch_words import as_left, as_text
    from goldenthread.commands.context import bar, echo_json, may_go_on, now, operator
    from goldenthread.jobs.extracts import importing
    from goldenthread.jobs.extracts.batch_data import batch_data
    from goldenthread.jobs.extracts.drifting import is_held

    with bar(f"Reading {file.name}") as progress:
        received = importing.bring_in(source, file, by=operator(), now=now(), progress=progress)
    batch, already_loaded = received.batch, received.already_loaded
    if not as_json:
        click.echo(as_text(batch, already_loaded=already_loaded))
    if batch.state == "waiting" and dry_run:
        batch = importing.discard(batch, by=operator(), now=now(), reason="dry run")
    elif batch.state == "waiting" and yes and is_held(batch):
        if not as_json:
            click.echo("It waits. To load it as it is, run the same command without --yes.")
    elif batch.state == "waiting" and may_go_on(f"Load {batch.accepted:,} rows?", yes=yes):
        try:
            with bar(f"Loading {file.name}") as progress:
                batch = importing.load(batch, by=operator(), now=now(), progress=progress)
        except KeyboardInterrupt:
            click.echo(as_left(importing.find_batch(batch.pk)), err=True)
            raise
        if not as_json:
            click.echo(f"Loaded as batch {batch.pk}. To take it back: goldenthread undo {batch.pk}")
    if as_json:
        echo_json(batch_data(batch, already_loaded=already_loaded))
    return "held" if yes and is_held(batch) else batch.state
