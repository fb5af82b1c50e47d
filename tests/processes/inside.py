"""A process inside a house under test: does what people do there, and tells what it finds.

``python -m tests.processes.inside`` under the house's environment. It reads a line of JSON, ``[action,
argument, …]``, and answers with a line of JSON.
"""
# ruff: noqa: PLC0415 - models exist only once Django is set up

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.processes import story
from tocsin.cli.django_setup import set_up_django

ALMOST_STILL = 1e-6
PASSWORD = "Levain-naturel-2026"


def prepare(now: str, shops: int, slow: int) -> dict[str, Any]:
    """Make Maison Berthier, its people, watches, sources and tokens, and bring some usual days."""
    from django.db import transaction

    from tocsin.accounts import actions as accounts
    from tocsin.accounts.models import Membership
    from tocsin.cli.migrating import migrate
    from tocsin.watch.actions import create_watch

    list(migrate())
    with transaction.atomic():
        ines, brand = accounts.set_up(
            name="Inès Caron",
            email="ines@maison-berthier.test",
            password=PASSWORD,
            organisation="Maison Berthier",
            brand="Maison Berthier",
        )
        house = brand.organisation
        accounts.set_alert_mail(Membership.objects.get(user=ines), wanted=False)
        _hire(house, ["claire", "yanis"])
        watches = {
            town: create_watch(
                brand, name=town, query=f'"Maison Berthier" AND {town}', kind="product", actor=ines
            ).pk
            for town in story.TOWNS[:shops]
        }
    moment = datetime.fromisoformat(now)
    if slow:
        set_time(now, ALMOST_STILL)
    sources = _sources(brand, ines)
    _bring_usual_days(brand, moment)
    return {"organisation": house.pk, "brand": brand.pk, "watches": watches, "sources": sources}


def _hire(house: Any, names: list[str]) -> None:
    from tocsin.accounts import actions as accounts
    from tocsin.accounts.models import Membership, User

    for name in names:
        user = User.objects.create_user(f"{name}@maison-berthier.test", PASSWORD, name=name.title())
        accounts.add_member(house, user, "lead", actor=None)
        membership = Membership.objects.get(user=user)
        accounts.set_alert_mail(membership, wanted=True)


def _sources(brand: Any, actor: Any) -> dict[str, tuple[int, str]]:
    from tocsin.listen import actions as listen

    made = {}
    for name in ("careful", "careless"):
        source = listen.create_source(brand.organisation, actor=actor, kind="api", name=name, network="x")
        made[name] = (source.pk, listen.create_token(source, actor=actor, name=name)[1])
    return made


def _bring_usual_days(brand: Any, moment: datetime) -> None:
    from tocsin.listen.declare import source_of_files
    from tocsin.river.drain import drain
    from tocsin.river.ingest import KIND, TOPIC, the_bus

    source = source_of_files(brand, "usual")
    sequence = the_bus().publish(
        TOPIC, KIND, brand.organisation_id, source.pk, story.lines(story.usual(moment)), key=None, meta={}
    )
    drain(sequence)


def set_time(now: str, speed: float) -> None:
    """Give the house a time of its own."""
    from tocsin.accounts.models import Organisation
    from tocsin.clock import actions as clock

    clock.set_time(Organisation.objects.get(), datetime.fromisoformat(now), speed=speed)


def start_import(path: str) -> int:
    """Do what somebody does on the page of files."""
    from tocsin.listen import actions as listen
    from tocsin.watch.models import Brand

    brand = Brand.objects.with_scopes_disabled().get()
    return int(listen.start_import(brand, Path(path), actor=None).pk)


def add_feed(address: str) -> int:
    """Add a feed, which is fetched at once."""
    from tocsin.listen import actions as listen
    from tocsin.watch.models import Brand

    brand = Brand.objects.with_scopes_disabled().select_related("organisation").get()
    source = listen.create_source(
        brand.organisation, actor=None, kind="feed", name="Courrier", address=address, network="press"
    )
    return int(source.pk)


def fetch_again(source: int, *, forget: bool) -> None:
    """Have a feed fetched now; `forget` what was seen, as if the fetch before had been killed."""
    from tocsin.listen import actions as listen
    from tocsin.listen.models import Source

    rows = Source.objects.with_scopes_disabled().filter(pk=source)
    if forget:
        rows.update(validators={})
    listen.fetch_now(rows.get())


def fetched(source: int) -> str:
    """Return when a source was last fetched well, and what is wrong with it."""
    from tocsin.listen.models import Source

    row = Source.objects.with_scopes_disabled().get(pk=source)
    return f"{row.last_success_at} {row.problem}"


def let_leases_run_out() -> int:
    """Do what half a minute would do to the leases of a clock that was killed."""
    from tocsin.clock.models import Deadline
    from tocsin.clock.time import house_now

    leased = Deadline.objects.with_scopes_disabled().filter(state="leased")
    return int(leased.update(leased_until=house_now() - timedelta(seconds=1)))


def unfinished() -> dict[str, int]:
    """Return what has still to be done, but for the river's own work."""
    from django.db import connections

    from tocsin.alerts.models import Taken
    from tocsin.clock.models import Deadline
    from tocsin.gate.models import Outgoing
    from tocsin.listen.models import Import

    with connections["river"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM raised")
        raised = cursor.fetchone()[0]
    sends = Deadline.objects.with_scopes_disabled().filter(handler="gate.send")
    counts = {
        "imports": Import.objects.with_scopes_disabled().exclude(state="done").count(),
        "raised": raised - Taken.objects.count(),
        "outgoing": Outgoing.objects.with_scopes_disabled().filter(state__in=["waiting", "sending"]).count(),
        "deadlines": sends.filter(state__in=["waiting", "leased"]).count(),
    }
    return {name: count for name, count in counts.items() if count}


def look() -> dict[str, Any]:
    """Return what became of everything that people are told."""
    from tocsin.accounts.models import Organisation
    from tocsin.alerts.models import Alert, Vigilance
    from tocsin.clock.models import Deadline
    from tocsin.gate.models import Outgoing
    from tocsin.journal.models import Entry
    from tocsin.journal.verify import verify

    alerts = Alert.objects.with_scopes_disabled().order_by("key")
    entries = Entry.objects.with_scopes_disabled()
    return {
        "alerts": list(alerts.values("pk", "key", "watch", "level", "highest_level", "historic", "state")),
        "ended": alerts.exclude(ended_at=None).count(),
        "journal": [
            [*entry, count] for entry, count in Counter(entries.values_list("verb", "target")).items()
        ],
        "outgoing": list(
            Outgoing.objects.with_scopes_disabled().values("pk", "key", "message_id", "state", "addressee")
        ),
        "deadlines": list(
            Deadline.objects.with_scopes_disabled()
            .filter(every_seconds=None)
            .values("handler", "key", "state", "payload")
        ),
        "vigilance": list(Vigilance.objects.with_scopes_disabled().values_list("level", flat=True)),
        "faults": [fault.words for fault in verify(Organisation.objects.get())],
    }


ACTIONS: dict[str, Callable[..., Any]] = {
    action.__name__: action
    for action in (
        prepare, set_time, start_import, add_feed, fetch_again, fetched, let_leases_run_out, unfinished, look,
    )
}  # fmt: skip


def main() -> None:
    """Answer until nothing more is asked."""
    set_up_django()
    for line in sys.stdin:
        action, *arguments = json.loads(line)
        named = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        sys.stdout.write(json.dumps(ACTIONS[action](*arguments, **named)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
