"""`tocsin alerts`: the alerts raised for a brand, one JSON object a line."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tocsin.cli.django_setup import set_up_django
from tocsin.cli.lines import write_line
from tocsin.errors import UnusableInput

if TYPE_CHECKING:
    from tocsin.alerts.models import Alert
    from tocsin.watch.models import Brand


@click.command(name="alerts")
@click.option("--brand", "name", required=True, help="Name or short name of the brand.")
@click.option("--organisation", "slug", help="Short name of its organisation, where two have the same brand.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="Language of the reasons in words.")
def command(name: str, slug: str | None, as_json: bool, language: str | None) -> None:
    """Print the alerts of a brand, oldest first: level, times, watch, reasons, state."""
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django is set up only now

    from tocsin.alerts.selectors import of_brand  # noqa: PLC0415 - models exist only once Django is set up

    for alert in of_brand(find_brand(name, slug)).order_by("raised_at", "pk"):
        record = described(alert, language or settings.LANGUAGE_CODE)
        if as_json:
            write_line(record)
        else:
            click.echo(in_words(record))


def find_brand(name: str, slug: str | None) -> "Brand":
    """Return the brand of this name or short name, in any case.

    Raises
    ------
    UnusableInput
        When none has it, or several organisations do.
    """
    from django.db.models import Q  # noqa: PLC0415 - Django is set up by the command
    from django_scopes import scopes_disabled  # noqa: PLC0415 - likewise

    from tocsin.watch.models import Brand  # noqa: PLC0415 - likewise

    with scopes_disabled():
        called = Q(name__iexact=name) | Q(slug__iexact=name)
        found = Brand.objects.select_related("organisation").filter(called)
        brands: list[Brand] = list(found.filter(organisation__slug=slug) if slug else found)
    if not brands:
        raise UnusableInput(f"no brand is called {name}; the brands are on the overview page")
    if len(brands) > 1:
        owners = ", ".join(sorted(brand.organisation.slug for brand in brands))
        raise UnusableInput(
            f"several organisations have a brand {name}; name one with --organisation: {owners}"
        )
    return brands[0]


def described(alert: "Alert", language: str) -> dict[str, object]:
    """Return what a program needs to know of an alert; times are UTC, RFC 3339."""
    from tocsin.alerts.words import reason_words  # noqa: PLC0415 - Django is set up by the command

    return {
        "level": alert.level,
        "highest_level": alert.highest_level,
        "time": stamp(alert.raised_at),
        "began": stamp(alert.began_at),
        "ended": stamp(alert.ended_at),
        "watch": alert.watch.name if alert.watch else None,
        "watch_kind": alert.watch.kind if alert.watch else None,
        "source": alert.source.name if alert.source else None,
        "score": alert.score,
        "reasons": [
            {
                "code": reason["code"],
                "words": reason_words(reason, language),
                "figures": reason.get("figures", {}),
            }
            for reason in alert.reasons
        ],
        "state": alert.state,
        "close_reason": alert.close_reason or None,
        "historic": alert.historic,
    }


def stamp(moment: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def in_words(record: dict[str, object]) -> str:
    """Return an alert for a person at a terminal."""
    reasons = record["reasons"]
    assert isinstance(reasons, list)
    about = record["watch"] or record["source"]
    head = f"{record['time']}  {record['level']:<6}  {about}  ({record['state']})"
    return "\n".join([head, *(f"    {reason['words']}" for reason in reasons)])
