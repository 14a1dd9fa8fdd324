"""goldenthread account"""

from typing import Any

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.commands.days import DAY
from goldenthread.record.access.roles import ROLES


@click.command()
@click.argument("username")
@click.option("--name", default="", help="The name of who signs in (default: the person's, or USERNAME).")
@click.option("--email", default="", help="Where to write to them.")
@click.option("--person", help="Who of people.csv this is: the rights of their posts come with it.")
@click.option("--unlink", is_flag=True, help="The account is no longer anybody's of people.csv.")
@click.option("--role", type=click.Choice(list(ROLES)), help="Give this role.")
@click.option("--unit", help="The unit over which the role is held (default: the whole organization).")
@click.option("--service", help="The service over which the role is held, in place of a unit.")
@click.option("--from", "starts_on", type=DAY, help="The first day of the role (default: today).")
@click.option("--to", "ends_on", type=DAY, help="The first day without the role (default: for good).")
@click.option("--revoke", is_flag=True, help="Take the role back instead.")
@click.option("--on", type=DAY, help="With --revoke: the first day without the role (default: today).")
@click.option("--reason", default="", help="Why, for the record.")
@click.option("--invite", is_flag=True, help="Make a link by which to begin anew, for seven days.")
@click.option("--sign-on", help="PROVIDER:SUBJECT: who this is to an identity provider.")
@click.option("--close/--reopen", "closed", default=None, help="Nobody signs in to a closed account.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, the link in it.")
@workspace_option
def command(username: str, as_json: bool, **wished: Any) -> None:
    """Make an account, or change the one there is: who may sign in as USERNAME, and with which rights.

    A new account gets a link, which is printed once: its owner chooses a password or a passkey there. With
    --sign-on it needs none. --invite makes a link for an account there is, whose owner then begins anew.
    """
    open_workspace()
    from goldenthread.commands.context import echo_json, now, operator, today
    from goldenthread.commands.links import echo_link, invitation_link
    from goldenthread.jobs.accounts import Wish, keep_account

    kept = keep_account(username, Wish(**wished), by=operator(), now=now(), today=today())
    link = invitation_link(kept.invitation) if kept.invitation else None
    if as_json:
        echo_json({"username": username, "invitation": link, "changes": list(kept.sentences)})
        return
    if not kept.sentences and link is None:
        click.echo("Nothing was asked for, so nothing was changed.")
    for sentence in kept.sentences:
        click.echo(sentence)
    if link is not None:
        echo_link(link)
