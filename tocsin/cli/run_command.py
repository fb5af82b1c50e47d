"""`tocsin run`: web, river and clock together.

This process loads neither Django nor an app: the pages must be there within seconds of the command, and web
has to load them anyway.
"""

import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import click

from tocsin.cli.address import is_listened_on, name_address, require_free
from tocsin.cli.alone import alone
from tocsin.cli.django_setup import make_data_folder
from tocsin.cli.freshness import is_fresh
from tocsin.cli.supervising import Supervisor, tocsin


@click.command(name="run", short_help="run web, river and clock together")
@click.option("--host", help="Address to listen on; TOCSIN_HOST otherwise.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to listen on; TOCSIN_PORT otherwise (8000)."
)
def command(host: str | None, port: int | None) -> None:
    """Bring the databases up to date, then run web, river and clock until Ctrl-C.

    The address to open is printed on standard output once the pages answer. A process that ends is started
    again. Ctrl-C stops all three in order; a second one at once.
    """
    name_address(host, port)
    make_data_folder()
    from tocsin import settings  # noqa: PLC0415 - read only now, with the address just named

    with alone(settings.DATA, f"http://{settings.HOST}:{settings.PORT}/"):
        require_free(settings.HOST, settings.PORT)
        bring_up_to_date(settings.DATA, settings.DATABASE)
        serve(settings.HOST, settings.PORT)


def serve(host: str, port: int) -> None:
    """Run the three processes until told to stop."""
    supervisor = Supervisor([tocsin("web", opening=["--announce"]), tocsin("river"), tocsin("clock")], say)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        supervisor.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    say("Starting web, river and clock…")
    supervisor.run(ready=lambda: is_listened_on(host, port))


def say(words: str) -> None:
    """Tell the person at the terminal; standard output holds the address alone."""
    click.echo(words, err=True)


def bring_up_to_date(data: Path, database: str) -> None:
    """Bring the databases up to date where this code did not do so before; exit when that fails."""
    if is_fresh(data, database):
        return
    say("Bringing the databases up to date…")
    done = subprocess.run(
        [sys.executable, "-m", "tocsin.cli.main", "migrate"], stdout=sys.stderr, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
