"""goldenthread backup"""

from pathlib import Path

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.workspace import Workspace


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--new-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a new key for encrypting backups here, and make no backup.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@workspace_option
def command(file: Path | None, new_key: Path | None, as_json: bool) -> None:
    """Write a backup of the whole workspace into FILE, while people work; encrypted when there is a key."""
    if (file is None) == (new_key is None):
        raise click.UsageError("Name the FILE to write, or with --new-key the file for a new key.")
    open_workspace()
    from goldenthread.commands.context import bar, echo_json, now, operator
    from goldenthread.jobs.backups import making, sealing
    from goldenthread.jobs.disk import told_when_full

    if new_key is not None:
        public = sealing.write_new_key(new_key)
        click.echo(f"The key is in {new_key}. Its public half, which is enough to make backups:\n{public}")
        return
    assert file is not None
    keys = sealing.configured_keys()
    disks = (Workspace.from_environment().home, file.absolute().parent)
    with told_when_full(*disks), bar("Backing up") as progress:
        manifest = making.back_up(file, keys=keys, by=operator(), now=now(), progress=progress)
    size = file.stat().st_size
    if as_json:
        held = {"tables": len(manifest.tables), "rows": manifest.rows, "files": len(manifest.files)}
        echo_json({"file": str(file), "bytes": size, "encrypted": bool(keys.recipients), **held})
    else:
        sealed = "encrypted" if keys.recipients else "not encrypted: there is no GOLDENTHREAD_BACKUP_KEY"
        click.echo(
            f"Wrote {file}: {manifest.rows:,} rows, {len(manifest.files):,} files, {size:,} bytes, {sealed}."
        )
