"""goldenthread access"""

from datetime import date

import click

from goldenthread.commands import open_workspace, workspace_option
from goldenthread.commands.days import DAY


@click.command()
@click.argument("person")
@click.option("--on", type=DAY, help="On this day (default: today).")
@click.option("--compare", type=DAY, help="What differs between --on and this day.")
@click.option(
    "--as", "username", help="As this user, who must be able to look at that person; wants --reason."
)
@click.option("--reason", default="", help="Why you look. The person reads it, and that you looked.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@workspace_option
def command(
    person: str, on: date | None, compare: date | None, username: str | None, reason: str, as_json: bool
) -> None:
    """Print what PERSON can see and do, and why, line by line: a person's id, or the name of an account."""
    open_workspace()
    from goldenthread.commands.access_words import comparison_text, explanation_text, value_of
    from goldenthread.commands.context import echo_json, now, operator, today
    from goldenthread.commands.viewing import is_own, reason_as, subject_seen
    from goldenthread.jobs.explaining import compare_subject, explain_subject
    from goldenthread.jobs.looking_at_people import record_look_at_access

    subject = subject_seen(person, username)
    if username and not reason and not is_own(subject, username):
        raise click.UsageError("--as looks as in a browser, which asks why: say it by --reason.")
    record_look_at_access(subject, why=reason_as(username, reason), by=operator(), now=now())
    on = on or today()
    if compare is None:
        explained = explain_subject(subject, on=on)
        text = explanation_text(subject, explained)
        value = value_of(subject, explained)
    else:
        earlier, later = sorted((on, compare))
        compared = compare_subject(subject, earlier=earlier, later=later)
        text = comparison_text(subject, compared)
        value = value_of(subject, compared)
    echo_json(value) if as_json else click.echo(text)
