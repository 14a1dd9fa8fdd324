"""goldenthread restore"""

import os
from pathlib import Path

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.workspace import Workspace


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--verify", is_flag=True, help="Compare everything with what was backed up, before it counts.")
@workspace_option
def command(file: Path, verify: bool) -> None:
    """Bring the backup in FILE back into an empty folder, and into an empty database on PostgreSQL."""
    workspace = Workspace.from_environment()
    from goldenthread.jobs.backups.beginning import beginning

    with beginning(workspace) as begun:
        os.environ["GOLDENTHREAD_HOME"] = str(begun.home)
        open_workspace()
        from goldenthread.commands.context import bar
        from goldenthread.jobs.backups.restoring import restore
        from goldenthread.jobs.backups.sealing import configured_keys
        from goldenthread.jobs.disk import told_when_full

        with told_when_full(workspace.home), bar("Restoring") as progress:
            restored = restore(file, workspace, keys=configured_keys(), verify=verify, progress=progress)
    about, rows = restored.about, restored.manifest.rows
    click.echo(f"{workspace.home} is what was backed up at {about.made_at[:16]} UTC: {rows:,} rows.")
    if (proof := restored.proof) is not None:
        versions = "1 version" if proof.versions == 1 else f"{proof.versions:,} versions"
        log = "the whole audit log" if proof.log else "the end of an earlier version's audit log"
        click.echo(
            f"Proved equal: {proof.rows:,} rows of {proof.tables} tables, {proof.observations:,} computed "
            f"values among them; {proof.files:,} files; {versions} of facts; {log}."
        )
    click.echo(f"Next: copy the secret_key and audit_key that you keep apart into {workspace.home}")
    click.echo(f"then: goldenthread init --home {workspace.home}")
