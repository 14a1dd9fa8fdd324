"""goldenthread token"""

import click

from goldenthread.commands import open_workspace, workspace_option


@click.group()
def command() -> None:
    """List the tokens by which scripts act in somebody's name, and end one. Only its owner makes one."""


@command.command(name="list")
@click.option("--user", "username", help="Only those of this account.")
@click.option("--all", "every", is_flag=True, help="Those that are over as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each.")
@workspace_option
def list_(username: str | None, every: bool, as_json: bool) -> None:
    """Print each token with its owner, what it is for, when it was last used and when it ends."""
    open_workspace()
    from goldenthread.commands.context import echo_json, now
    from goldenthread.commands.token_words import as_data, as_text
    from goldenthread.commands.viewing import find_user
    from goldenthread.record.tokens.queries import alive, tokens

    found = tokens() if every else alive(now=now())
    if username:
        found = found.filter(owner=find_user(username))
    if not found and not as_json:
        click.echo("No tokens. Whoever needs one makes it in the browser, under My tokens.")
    for one in found:
        echo_json(as_data(one)) if as_json else click.echo(as_text(one, now=now()))


@command.command()
@click.argument("number", type=int)
@click.option("--reason", default="", help="Why, for the record.")
@workspace_option
def end(number: int, reason: str) -> None:
    """End the token NUMBER: from its next request on it opens nothing."""
    open_workspace()
    from goldenthread.commands.context import now, operator, today
    from goldenthread.record.tokens.actions import end_token
    from goldenthread.record.tokens.queries import tokens

    found = tokens().filter(pk=number).first()
    if found is None:
        raise click.ClickException(f"There is no token {number}. List them: goldenthread token list --all")
    if found.ended_at is not None:
        click.echo(f"Token {number} was ended on {found.ended_at:%Y-%m-%d} already.")
        return
    end_token(token=found, by=operator(), now=now(), today=today(), reason=reason)
    click.echo(f"Token {number}, “{found.name}” of {found.owner.username}, is ended.")
