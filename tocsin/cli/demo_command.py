"""``tocsin demo``: a data folder with the fictitious company Maison Berthier and thirty days of talk."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click

from tocsin.cli.django_setup import make_data_folder, set_up_django
from tocsin.cli.language import environment_language


@click.command(name="demo")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder of the demonstration; TOCSIN_DATA otherwise.",
)
@click.option("--quiet", is_flag=True, hidden=True, help="Leave the sign-in to `tocsin run`.")
def command(data: Path | None, quiet: bool) -> None:
    """Fill a data folder with the fictitious Maison Berthier, its people and thirty quiet days.

    Given again, it changes nothing and prints the sign-in. Once `tocsin run` serves the folder and somebody
    opens the first page, a crisis begins.
    """
    if data is not None:
        os.environ["TOCSIN_DATA"] = str(data)
    make_data_folder()
    password = _password(Path(os.environ.get("TOCSIN_DATA", "data")))
    set_up_django()
    from django.utils import translation  # noqa: PLC0415 - Django has just been set up

    from tocsin.accounts.setup_token import local_address  # noqa: PLC0415 - models exist only now
    from tocsin.cli.demonstrating import prepare  # noqa: PLC0415 - likewise
    from tocsin.cli.progress import Progress  # noqa: PLC0415 - likewise
    from tocsin.cli.signing_in import block  # noqa: PLC0415 - likewise
    from tocsin.listen.demo import sign_in  # noqa: PLC0415 - likewise

    with translation.override(environment_language()):
        prepare(password, Progress(sys.stderr))
        to_use = sign_in()
        if not quiet and to_use is not None:
            click.echo(block(f"{local_address()}/", to_use))


def _password(folder: Path) -> str:
    """Return the password of this demonstration, made the first time: nobody else can know it."""
    path = folder / "keys" / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(f"levain-{secrets.token_hex(4)}", encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()
