"""goldenthread doctor"""

from dataclasses import asdict

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all findings.")
@workspace_option
def command(as_json: bool) -> None:
    """Look over the workspace: what is wrong, and how to mend it. Exit 1 when something is wrong."""
    open_workspace()
    from goldenthread.commands.context import echo_json, now
    from goldenthread.jobs.doctor import examine

    findings = examine(now=now())
    wrong = [one for one in findings if one.wrong]
    if as_json:
        echo_json({"wrong": len(wrong), "findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            mark = "wrong" if one.wrong else "note" if one.mend else "fine"
            click.echo(f"{mark:<5}  {one.sentence}")
            if one.mend:
                click.echo(f"       What to do: {one.mend}")
    raise SystemExit(1 if wrong else 0)
