"""`tocsin backup`: a copy of the data folder while Tocsin runs."""

import os
from pathlib import Path

import click

from tocsin.cli.backing_up import back_up
from tocsin.errors import UnusableInput


@click.command(name="backup")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Copy the data folder to FOLDER, which must not exist yet; Tocsin may go on running.

    The copy is a data folder: to restore it, stop Tocsin and put the copy in the place of the folder that
    was lost. It holds the keys, so keep it where nobody else can read it.
    """
    if os.environ.get("TOCSIN_DATABASE"):
        raise UnusableInput(
            "the databases are in PostgreSQL, which has its own tools. Nothing was copied; copy them with "
            "pg_dump, and the folder keys of the data folder beside them."
        )
    for line in back_up(Path(os.environ.get("TOCSIN_DATA", "data")), folder):
        click.echo(line)
    click.echo(f"The copy is whole: {folder}")
