"""`tocsin journal`: verify the journal."""

import click
from django.utils import translation

from tocsin.cli.django_setup import set_up_django
from tocsin.errors import TocsinError, UnusableInput


class JournalBroken(TocsinError):
    """The journal is not as it was written."""


@click.group(name="journal")
def command() -> None:
    """What was decided, by whom and when, in a chain that shows any change."""


@command.command(name="verify")
@click.option("--organisation", "slug", help="Short name of one organisation; all of them otherwise.")
@click.option("--anchor", default="", help="Hash printed in a digest or report, which must be in a chain.")
def verify_command(slug: str | None, anchor: str) -> None:
    """Find every altered, removed, reordered or inserted row; exit 1 when there is one."""
    set_up_django()
    from tocsin.accounts.models import Organisation  # noqa: PLC0415 - models exist only once Django is set up
    from tocsin.journal.anchors import holder_of  # noqa: PLC0415 - likewise
    from tocsin.journal.selectors import head  # noqa: PLC0415 - likewise
    from tocsin.journal.verify import verify  # noqa: PLC0415 - likewise

    organisations = Organisation.objects.order_by("slug")
    if slug:
        organisations = organisations.filter(slug=slug)
        if not organisations:
            raise UnusableInput(f"no organisation has the short name {slug}")
    wrong = 0
    with translation.override("en"):
        if anchor and not slug and holder_of(anchor) is None:
            click.echo("no entry of any chain has the hash of the anchor: a chain was rewritten")
            wrong += 1
        for organisation in organisations:
            faults = verify(organisation, anchor if slug else "")
            sequence, hashed = head(organisation)
            click.echo(f"{organisation.slug}: {sequence} entries, head {hashed or '-'}")
            for fault in faults:
                click.echo(f"{organisation.slug}: {fault.words}")
            wrong += len(faults)
    if wrong:
        raise JournalBroken(
            f"the journal is not as it was written ({wrong} faults); keep this database as evidence"
        )
