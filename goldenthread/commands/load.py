"""goldenthread load"""

from pathlib import Path

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with what changed.")
@workspace_option
def command(folder: Path, dry_run: bool, as_json: bool) -> None:
    """Load the definitions in FOLDER: organization, people, ids, framework, sources, measures.

    Every file is optional, and loading again is safe: only what differs is changed.
    """
    open_workspace()
    from goldenthread.commands.context import bar, echo_json, now, operator
    from goldenthread.jobs.loading import load_folder

    with bar(f"Loading {folder}") as progress:
        loaded = load_folder(folder, by=operator(), now=now(), dry_run=dry_run, progress=progress)
    if as_json:
        echo_json({"dry_run": dry_run, "changes": list(loaded.sentences)})
        return
    for sentence in loaded.sentences:
        click.echo(sentence)
    if not loaded.sentences:
        click.echo(f"Nothing in {folder} differs from what is here.")
    elif dry_run:
        click.echo("Nothing was changed: this was a dry run.")
