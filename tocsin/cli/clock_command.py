"""`tocsin clock`: everything that must happen at a time."""

import signal
from types import FrameType

import click

from tocsin.cli.django_setup import set_up_django


@click.command(name="clock")
def command() -> None:
    """Run the clock until it is told to stop; what it is doing is finished first."""
    set_up_django()
    from tocsin.cli.alive import signs_of_life  # noqa: PLC0415 - models exist only once Django is set up
    from tocsin.clock.loop import Clock  # noqa: PLC0415 - models exist only once Django is set up

    clock = Clock()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        clock.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with signs_of_life("clock"):
        clock.run()
