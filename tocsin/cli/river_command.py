"""``tocsin river``: the process that listens and streams."""

import logging
import signal
import threading
from types import FrameType

import click

from tocsin.allocator import keep_small
from tocsin.cli.django_setup import set_up_django
from tocsin.errors import UnusableInput


def _part(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise UnusableInput(f"--part must be like 1/3, not {text!r}: which river of how many this is")
    return int(number) - 1, int(of)


@click.command("river", short_help="run the river: listen and stream")
@click.option(
    "--part", default="1/1", show_default=True, help="Which of several rivers this is (PostgreSQL)."
)
def command(part: str) -> None:
    """Fetch sources, take posts from the bus through the stages, and raise alerts, until stopped.

    On SQLite there is one river; with PostgreSQL, several share the organisations among them.
    """
    number, of = _part(part)
    keep_small()
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django is set up only now

    from tocsin.cli.alive import signs_of_life  # noqa: PLC0415 - needs Django to be set up
    from tocsin.listen.schedule import Schedule  # noqa: PLC0415 - needs Django to be set up
    from tocsin.river.beside import Beside, when_written  # noqa: PLC0415 - needs Django to be set up
    from tocsin.river.opening import open_river  # noqa: PLC0415 - needs Django to be set up

    if of > 1 and not settings.DATABASE:
        raise UnusableInput(
            f"--part {part}: on SQLite there can be one river only, which takes everything. "
            "Nothing was started; leave --part out, or set TOCSIN_DATABASE to a PostgreSQL database."
        )
    river, turn = open_river(part=number, parts=of)
    stop = threading.Event()

    def on_signal(signum: int, frame: FrameType | None) -> None:
        del frame
        logging.getLogger(__name__).info(
            "Stopping (signal %s); what is being stored is finished first", signum
        )
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    beside = (Beside("listen-schedule", 1.0, when_written(Schedule().tick)),) if number == 0 else ()
    with signs_of_life("river"):
        river.run(stop, beside)
    river.close()
    if turn is not None:
        turn.close()
