"""`tocsin web`: the pages and the API."""

import os
import signal

import click
import uvicorn

from tocsin.cli.django_setup import set_up_django

GRACE_SECONDS = 5


@click.command(name="web")
@click.option("--host", help="Address to listen on; TOCSIN_HOST otherwise.")
@click.option("--port", type=int, help="Port to listen on; TOCSIN_PORT otherwise.")
def command(host: str | None, port: int | None) -> None:
    """Serve the pages and the API until told to stop."""
    name_address(host, port)
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - read only now, with the address just named

    from tocsin.cli.alive import signs_of_life  # noqa: PLC0415 - models exist only once Django is set up

    # Once it has stopped, uvicorn raises the signal again; this process still has its last words to say.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: None)
    with signs_of_life("web"):
        uvicorn.run(
            "tocsin.asgi:application",
            host=settings.HOST,
            port=settings.PORT,
            lifespan="off",
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,  # live pages hold their stream open for ever
        )


def name_address(host: str | None, port: int | None) -> None:
    """Let options stand above the environment, for this process and those it starts."""
    if host:
        os.environ["TOCSIN_HOST"] = host
    if port:
        os.environ["TOCSIN_PORT"] = str(port)
