"""goldenthread series"""

import click

from goldenthread.calc.periods import YEAR_TO_DATE, Grain
from goldenthread.commands import open_workspace, workspace_option


@click.command()
@click.argument("measure")
@click.option("--unit", help="Which unit (default: the whole organization).")
@click.option(
    "--by",
    "grain",
    type=click.Choice([*map(str, Grain), YEAR_TO_DATE]),
    help="How long one period is (default: the measure's own).",
)
@click.option("--as", "username", help="With the rights of this user instead of the operator's.")
@click.option("--today-tree", is_flag=True, help="Units as they stand today, not as they stood then.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
@workspace_option
def command(
    measure: str, unit: str | None, grain: str | None, username: str | None, today_tree: bool, form: str
) -> None:
    """Print the values of MEASURE, period by period, with numerator and denominator."""
    open_workspace()
    from goldenthread.commands.context import today
    from goldenthread.commands.series_words import FORMS
    from goldenthread.commands.viewing import note_look, viewer
    from goldenthread.results import series
    from goldenthread.results.horizon import held_from_of

    found = series.series(
        measure,
        unit,
        viewer(username, "goldenthread series").scope,
        today=today(),
        grain=grain,
        tree="today" if today_tree else "event",
    )
    if found is None:
        place = f" of unit “{unit}”" if unit else ""
        raise click.ClickException(f"There is no measure “{measure}”{place} to be seen.")
    if grain and not found.points:
        raise click.ClickException(f"“{measure}” has no values by {grain}. Without --by it prints its own.")
    note_look("measure", measure, unit=found.unit, username=username)
    click.echo(FORMS[form](found, held_from_of(measure)), nl=False)
