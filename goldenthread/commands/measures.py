"""goldenthread measures"""

import click

from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.option("--as", "username", help="Those that this user sees, instead of all.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
@workspace_option
def command(username: str | None, form: str) -> None:
    """List the measures that have values, each with its latest one where it is seen first."""
    open_workspace()
    from goldenthread.commands.context import today
    from goldenthread.commands.measures_words import FORMS
    from goldenthread.commands.viewing import note_look, viewer
    from goldenthread.results.places import open_places
    from goldenthread.results.series import tiles_at
    from goldenthread.results.standings import visible_measures

    seen = viewer(username, "goldenthread measures")
    places = open_places(visible_measures(seen.scope).order_by("title"), seen.scope, seen.tree)
    found = tiles_at(places, seen.scope, today=today())
    note_look("measure", "", username=username)
    click.echo(FORMS[form](found), nl=False)
