"""goldenthread load"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--yes", is_flag=True, help="Load without asking, whatever it ends.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with what changed.")
@workspace_option
def command(folder: Path, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Load the definitions in FOLDER: organization, people, ids, framework, sources, measures.

    Every file is optional, and loading again is safe: only what differs is changed.
    """
    open_workspace()
    from goldenthread.commands.context import bar, echo_json, now, operator
    from goldenthread.jobs.loading import load_folder

    if asks := sys.stdin.isatty() and not (dry_run or yes):
        _ask(load_folder(folder, by=operator(), now=now(), dry_run=True).endings.sentences)
    with bar(f"Loading {folder}") as progress:
        loaded = load_folder(folder, by=operator(), now=now(), dry_run=dry_run, progress=progress)
    for sentence in () if asks else loaded.endings.sentences:
        click.echo(f"Warning: {sentence}", err=True)
    if as_json:
        echo_json({"dry_run": dry_run, "changes": list(loaded.sentences)})
        return
    for sentence in loaded.sentences:
        click.echo(sentence)
    if not loaded.sentences:
        click.echo(f"Nothing in {folder} differs from what is here.")
    elif dry_run:
        click.echo("Nothing was changed: this was a dry run.")


def _ask(endings: Sequence[str]) -> None:
    """Before a load ends something, a person at a terminal is told and may stop it."""
    for sentence in endings:
        click.echo(sentence, err=True)
    if endings:
        click.confirm("Load it all the same?", abort=True, err=True)
