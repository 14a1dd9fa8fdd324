"""goldenthread dump"""

from pathlib import Path

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@workspace_option
def command(folder: Path) -> None:
    """Write every definition into FOLDER, in the form that load reads."""
    open_workspace()
    from goldenthread.commands.context import now, operator
    from goldenthread.jobs.loading import dump_folder

    files = dump_folder(folder, by=operator(), now=now())
    click.echo(f"Wrote {len(files)} files into {folder}")
