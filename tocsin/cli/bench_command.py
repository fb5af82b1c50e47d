"""``tocsin bench``: the tables of ``bench/``, each beside its peers, measured now on this machine."""

import sys
from importlib import import_module
from pathlib import Path

import click

from tocsin.errors import TocsinError

FOLDER = Path(__file__).resolve().parents[2] / "bench"
NOT_BENCHES = {"__init__", "laid", "tables"}


def names() -> list[str]:
    """Return the names of the benches, from the files of the folder.

    Raises
    ------
    TocsinError
        When the folder is not there, as after ``pip install``.
    """
    if not FOLDER.is_dir():
        raise TocsinError("the folder bench/ is only in a checkout of the project; run this command there")
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_BENCHES)


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Measure and print the table NAME, or list the names when none is given."""
    known = names()
    if name is None:
        click.echo("\n".join(known))
        return
    if name not in known:
        raise click.BadParameter(f"no such bench; there are: {', '.join(known)}", param_hint="NAME")
    sys.path.insert(0, str(FOLDER.parent))
    render = import_module("bench.tables").render
    click.echo(render(import_module(f"bench.{name}").run()))
