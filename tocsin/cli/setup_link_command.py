"""`tocsin setup-link`: the one-time address of the set-up page."""

import click

from tocsin.cli.django_setup import set_up_django
from tocsin.errors import TocsinError


class AlreadySetUp(TocsinError):
    """Somebody has an account: the set-up page stays closed."""


@click.command(name="setup-link")
def command() -> None:
    """Print a new address of the set-up page; the one before no longer works."""
    set_up_django()
    from tocsin.accounts import setup_token  # noqa: PLC0415 - models exist only once Django is set up

    if setup_token.is_set_up():
        raise AlreadySetUp("Tocsin is set up: sign in with the administrator's account. Nothing was changed.")
    click.echo(setup_token.link(setup_token.new_token()))
