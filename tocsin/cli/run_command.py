"""`tocsin run`: web, river and clock together."""

import http.client
import signal
import socket
from types import FrameType

import click

from tocsin.cli.django_setup import set_up_django
from tocsin.cli.web_command import name_address
from tocsin.errors import ConfigurationError


@click.command(name="run")
@click.option("--host", help="Address to listen on; TOCSIN_HOST otherwise.")
@click.option("--port", type=int, help="Port to listen on; TOCSIN_PORT otherwise.")
def command(host: str | None, port: int | None) -> None:
    """Bring the databases up to date, then run web, river and clock until Ctrl-C."""
    name_address(host, port)
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - read only now, with the address just named

    from tocsin.cli.migrating import migrate  # noqa: PLC0415 - models exist only once Django is set up
    from tocsin.cli.supervising import Supervisor, tocsin  # noqa: PLC0415 - likewise

    require_free(settings.HOST, settings.PORT)
    for line in migrate():
        say(line)
    supervisor = Supervisor([tocsin("web"), tocsin("river"), tocsin("clock")], say)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        supervisor.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    say("Starting web, river and clock…")
    supervisor.run(
        ready=lambda: answers(settings.HOST, settings.PORT),
        on_ready=lambda: click.echo(f"Tocsin is ready: {entrance()}"),
    )


def say(words: str) -> None:
    """Tell the person at the terminal; standard output holds the address alone."""
    click.echo(words, err=True)


def entrance() -> str:
    """Return the address to open: the set-up page, with a fresh token, until somebody has an account."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the command

    from tocsin.accounts import setup_token  # noqa: PLC0415 - Django is set up by the command

    if not setup_token.is_set_up():
        return setup_token.link(setup_token.new_token())
    return str(settings.URL or setup_token.local_address()) + "/"


def require_free(host: str, port: int) -> None:
    """Raise `ConfigurationError` when something already listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"{host}:{port} cannot be listened on: {error.strerror}. Nothing was started; "
                "name another port with --port, or stop what uses this one."
            ) from error


def answers(host: str, port: int) -> bool:
    """Return whether the web process answers."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(near, port, timeout=5)
    try:
        connection.request("HEAD", "/", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
