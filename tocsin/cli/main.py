"""The ``tocsin`` command: each sub-command is a module of this package, loaded only when called."""

import sys
from importlib import import_module
from typing import NoReturn

import click

from tocsin import __version__
from tocsin.cli.misfortune import in_words
from tocsin.errors import TocsinError, UnusableInput

COMMANDS = {
    "alerts": "the alerts raised for a brand",
    "analyse": "what is understood of each post",
    "backup": "copy the data folder while Tocsin runs",
    "bench": "the tables of bench/",
    "clock": "run the clock: everything that must happen at a time",
    "demo": "fill a data folder with the fictitious company Maison Berthier",
    "detect": "anomaly scores of a series of counts",
    "doctor": "say what is wrong with the installation",
    "import": "bring posts of a file through the river",
    "journal": "verify the journal",
    "match": "the posts that match a query",
    "migrate": "create or update the databases",
    "river": "run the river: listen and stream",
    "run": "run web, river and clock together",
    "setup-link": "print the one-time address of the set-up page",
    "train": "train the weights of the understanding engine",
    "web": "serve the pages and the API",
}


class LazyGroup(click.Group):
    """Lists every command without importing any; ``tocsin analyse`` never loads Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"tocsin.cli.{cmd_name.replace('-', '_')}_command")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tocsin")
def cli() -> None:
    """See a crisis on social networks coming, manage it, and answer people like a human being.

    Everything is kept in one folder, which TOCSIN_DATA names (./data otherwise). To begin: `tocsin run`.
    """


def main() -> None:
    """Run the command; exit with 2 for unusable input or arguments, 1 for any other named error."""
    try:
        cli.main(standalone_mode=True)
    except TocsinError as error:
        _end(error)
    except Exception as error:
        named = in_words(error)
        if named is None:
            raise
        _end(named)


def _end(error: TocsinError) -> NoReturn:
    click.echo(f"tocsin: {error}", err=True)
    sys.exit(2 if isinstance(error, UnusableInput) else 1)


if __name__ == "__main__":
    main()
