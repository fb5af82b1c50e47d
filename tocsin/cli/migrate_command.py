"""`tocsin migrate`: create or update the databases."""

import click

from tocsin.cli.django_setup import set_up_django


@click.command(name="migrate")
def command() -> None:
    """Create or update Django's tables and the river's; safe to run again."""
    set_up_django()
    from tocsin.cli.migrating import migrate  # noqa: PLC0415 - models exist only once Django is set up

    for line in migrate():
        click.echo(line)
