"""goldenthread audit"""

import json
from dataclasses import asdict

import click

from goldenthread.commands import open_workspace, workspace_option


@click.group()
def command() -> None:
    """Keep the audit log: verify it, seal it, stream it, drop what has been kept for long enough."""


@command.command()
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="A public key, in hex, that signs or signed here (default: the workspace's own). Can be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@workspace_option
def verify(keys: tuple[str, ...], as_json: bool) -> None:
    """Go over every row and every signed head. Exit 1 at the first place that is not as it was."""
    open_workspace()
    from goldenthread.commands.context import bar, echo_json, now
    from goldenthread.jobs.auditing import verify as go_over

    with bar("Verifying the audit log") as progress:
        verdict = go_over(keys=keys, now=now(), progress=progress)
    if as_json:
        echo_json(asdict(verdict))
    elif verdict.whole:
        click.echo(
            f"The audit log is whole. Rows from number {verdict.first:,} on, each as it was written: "
            f"{verdict.rows:,}. Signed heads that agree: {verdict.heads:,}."
        )
    else:
        click.echo(f"The audit log is broken. {verdict.broken}")
    raise SystemExit(0 if verdict.whole else 1)


@command.command()
@workspace_option
def seal() -> None:
    """Sign how far the log has come, into the folder audit-heads, and close the months that are over."""
    open_workspace()
    from goldenthread.commands.context import now
    from goldenthread.jobs.auditing import heads_folder
    from goldenthread.jobs.auditing import seal as seal_now

    heads = seal_now(now=now())
    for head in heads:
        about = f"{head.month} is closed with" if head.month else "Sealed up to"
        click.echo(f"{about} row {head.seq:,}.")
    if heads:
        click.echo(f"Signed with the key {heads[-1].key}, into {heads_folder()}")
    else:
        click.echo("Nothing has been written into the log yet.")


@command.command()
@click.option("--since", default=0, type=click.IntRange(min=0), help="Only rows after this number.")
@click.option("--follow", is_flag=True, help="Wait for rows to come, and print each as it does.")
@click.option(
    "--format",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    expose_value=False,
    help="A JSON object on each line.",
)
@click.option("--as", "username", help="As this user, who must be able to read the audit log.")
@workspace_option
def export(since: int, follow: bool, username: str | None) -> None:
    """Print the rows, oldest first, for a collector; the hash of each can be computed from what it says."""
    open_workspace()
    from goldenthread.commands.context import now, operator
    from goldenthread.commands.viewing import check_sees, viewer
    from goldenthread.jobs.auditing import stream
    from goldenthread.record.access.roles import Permission

    check_sees(viewer(username, "goldenthread audit export"), Permission.READ_AUDIT, username)
    reason = f"as {username}" if username else ""
    for row in stream(since=since, follow=follow, reason=reason, by=operator(), now=now()):
        click.echo(json.dumps(row, separators=(",", ":")))


@command.command()
@click.option("--before", required=True, metavar="YYYY-MM", help="The first month whose rows stay.")
@workspace_option
def drop(before: str) -> None:
    """Delete the rows of whole sealed months that have been kept for long enough; their signed heads stay."""
    open_workspace()
    from goldenthread.commands.context import now, operator
    from goldenthread.jobs.auditing import drop_before
    from goldenthread.record.audit.months import Month

    try:
        month = Month.parse(before)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    dropped = drop_before(month, by=operator(), now=now())
    for name, rows in dropped:
        click.echo(f"{name}: {rows:,} rows dropped; its signed head stays.")
    if not dropped:
        click.echo(f"There are no rows from before {month} to drop.")
