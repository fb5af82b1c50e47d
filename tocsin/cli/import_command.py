"""``tocsin import``: posts of a file through the river into the database, and the alerts they raise."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.allocator import keep_small
from tocsin.cli.django_setup import set_up_django
from tocsin.cli.language import Language, environment_language
from tocsin.errors import UnusableInput

if TYPE_CHECKING:
    from tocsin.cli.importing import Wanted
    from tocsin.listen.models import Import

_SHOWN_REJECTIONS = 50


class _Pair(click.ParamType[tuple[str, str]]):
    """An option of the form NAME=VALUE."""

    name = "name=value"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Cut at the first sign of equality."""
        name, sign, rest = str(value).partition("=")
        if not sign or not name.strip():
            self.fail(f"{value!r} is not of the form NAME=VALUE", param, ctx)
        return name.strip(), rest.strip()


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@click.option("--brand", required=True, help="Brand that the posts are about; made if it is missing.")
@click.option("--query", default="", help="Keep only what matches; without it every row is a mention.")
@click.option("--organisation", default="", help="Organisation of the brand; made if it is missing.")
@click.option(
    "--column",
    "columns",
    type=_Pair(),
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column holds a field of the post, when the guess is wrong (text=Verbatim); text= for none.",
)
@click.option(
    "--only",
    type=_Pair(),
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Take only rows with this value in this column; repeat to ask for several columns.",
)
@click.option("--zone", default="", help="Zone of times that name none (Europe/Paris, +01:00).")
@click.option("--network", default="", help="Network of rows that name none.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="Language of what is told (that of LANG).")
def command(  # noqa: PLR0917 - click gives one argument an option
    file: Path,
    brand: str,
    query: str,
    organisation: str,
    columns: tuple[tuple[str, str], ...],
    only: tuple[tuple[str, str], ...],
    zone: str,
    network: str,
    language: Language | None,
) -> None:
    """Bring the posts of FILE (CSV, TSV, JSON lines, XLSX) through the river.

    An import that was stopped goes on where it stood when the same command is given again. Rows that cannot
    be read are reported with their line, counted, and the rest goes on.
    """
    keep_small()
    set_up_django()
    from django.utils import translation  # noqa: PLC0415 - needs Django

    from tocsin.cli.importing import Wanted  # noqa: PLC0415 - models exist only once Django is set up

    with translation.override(language or environment_language()):
        _bring(Wanted(file, brand, query, organisation, dict(columns), dict(only), zone, network))


def _bring(wanted: Wanted) -> None:
    from django.utils.translation import gettext as _  # noqa: PLC0415 - needs Django

    from tocsin.cli.importing import bring  # noqa: PLC0415 - models exist only once Django is set up

    outcome = bring(wanted, progress=_show_progress if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    _report_rejections(wanted.file, outcome.row)
    for line in outcome.lines():
        click.echo(line)
    if outcome.row.read and outcome.row.read == outcome.row.rejected:
        raise UnusableInput(_("%(name)s: no row could become a post") % {"name": wanted.file.name})


def _show_progress(row: Import) -> None:
    from django.utils.translation import gettext as _  # noqa: PLC0415 - needs Django

    from tocsin.cli.importing import figure  # noqa: PLC0415 - models exist only once Django is set up

    share = f"{row.offset / row.size:4.0%} " if row.size and not row.name.lower().endswith(".xlsx") else ""
    told = _("%(rows)s rows, %(rejected)s rejected, %(speed)s rows/s") % {
        "rows": figure(row.read),
        "rejected": figure(row.rejected),
        "speed": figure(round(row.read / row.seconds)) if row.seconds else "–",
    }
    click.echo(f"\r\033[K{share}{told}", nl=False, err=True)


def _report_rejections(file: Path, row: Import) -> None:
    from django.utils.translation import gettext as _  # noqa: PLC0415 - needs Django

    from tocsin.cli.importing import figure  # noqa: PLC0415 - models exist only once Django is set up
    from tocsin.listen.problems import words  # noqa: PLC0415 - models exist only once Django is set up

    for rejection in row.rejections[:_SHOWN_REJECTIONS]:
        sentence = words(rejection["code"], rejection["figures"])
        click.echo(f"{file}:{rejection['line']}: {sentence}", err=True)
    if row.rejected > _SHOWN_REJECTIONS:
        more = _("%(rows)s more rows were rejected") % {"rows": figure(row.rejected - _SHOWN_REJECTIONS)}
        click.echo(f"{file}: {more}", err=True)
