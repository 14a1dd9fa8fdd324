"""goldenthread propose"""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--source", default="", help="What to call the source (default: after the file).")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it there instead of printing it."
)
def command(file: Path, source: str, out: Path | None) -> None:
    """Propose the definition of a source from an extract, for a person to correct.

    Needs no workspace. What to check stands above it as comments.
    """
    from goldenthread.facts.intake.errors import Unreadable
    from goldenthread.jobs.extracts.proposing import as_text, key_from, propose_source

    if source and key_from(source) != source:
        raise click.UsageError(
            f"Found “{source}” as a name; wanted lowercase letters, digits and underscores, such as "
            f"{key_from(source)}."
        )
    try:
        text = as_text(propose_source(file, source=source))
    except Unreadable as error:
        raise click.ClickException(f"{file.name}: {error}") from error
    if out is None:
        click.echo(text, nl=False)
        return
    if out.exists():
        raise click.ClickException(f"{out} is there already. Name another file, or remove it first.")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {out}. Read it, correct it, then: goldenthread load {_folder_to_load(out)}")


def _folder_to_load(out: Path) -> Path:
    return out.parent.parent if out.parent.name == "sources" else out.parent
