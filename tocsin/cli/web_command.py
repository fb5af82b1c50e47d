"""`tocsin web`: the pages and the API."""

import os
import signal

import click

from tocsin.allocator import keep_small
from tocsin.cli.address import name_address
from tocsin.cli.django_setup import set_up_django


@click.command(name="web", short_help="serve the pages and the API")
@click.option("--host", help="Address to listen on; TOCSIN_HOST otherwise.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to listen on; TOCSIN_PORT otherwise (8000)."
)
@click.option("--public", is_flag=True, help="Serve only what people reach without signing in.")
@click.option("--announce", is_flag=True, hidden=True, help="Print the address to open once it answers.")
def command(host: str | None, port: int | None, public: bool, announce: bool) -> None:
    """Serve the pages and the API until told to stop."""
    name_address(host, port)
    if public:
        os.environ["TOCSIN_PUBLIC"] = "yes"
    keep_small()
    set_up_django()
    from tocsin.cli.alive import signs_of_life  # noqa: PLC0415 - models exist only once Django is set up
    from tocsin.cli.serving import Server, announcement, load_pages  # noqa: PLC0415 - likewise

    # Once it has stopped, uvicorn raises the signal again; this process still has its last words to say.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: None)
    load_pages()
    server = Server(announcement() if announce else "")
    with signs_of_life("web"):
        server.run()
