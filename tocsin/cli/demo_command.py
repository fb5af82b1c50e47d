"""``tocsin demo``: a data folder with the fictitious company Maison Berthier and thirty days of talk."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from tocsin.cli.django_setup import set_up_django


@click.command(name="demo")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder of the demonstration; TOCSIN_DATA otherwise.",
)
def command(data: Path | None) -> None:
    """Fill a data folder with the fictitious Maison Berthier, its people and thirty quiet days.

    Given again, it changes nothing and prints the sign-in. Once `tocsin run` serves the folder and somebody
    opens the first page, a crisis begins.
    """
    if data is not None:
        os.environ["TOCSIN_DATA"] = str(data)
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django has just been set up

    from tocsin.cli.demonstrating import prepare  # noqa: PLC0415 - models exist only now

    password = _password(Path(settings.DATA))
    for line in prepare(password, lambda words: click.echo(words, err=True)):
        click.echo(line)


def _password(folder: Path) -> str:
    """Return the password of this demonstration, made the first time: nobody else can know it."""
    path = folder / "keys" / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(f"levain-{secrets.token_hex(4)}", encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()
