"""A house with databases of its own, which tests fill, run clocks in, and look into from outside.

Run as ``python -m tests.clock.house ACTION`` under the house's environment: it prints what it finds as JSON.
"""

import json
import sys
from collections import Counter

MINUTE = 29_000_000


def fill(amount: int) -> dict[str, int]:
    """Make Maison Berthier, with one member, and let the river have raised so many alerts."""
    from tocsin.accounts.actions import set_up  # noqa: PLC0415 - Django is set up by now
    from tocsin.watch.models import Watch  # noqa: PLC0415 - likewise

    set_up(
        name="Claire Vasseur",
        email="claire@maison-berthier.test",
        password="Levain-naturel-2026",
        organisation="Maison Berthier",
        brand="Maison Berthier",
    )
    watch = Watch.objects.with_scopes_disabled().get()
    rows = [
        (f"{watch.pk}:{MINUTE + n}:{change}", watch.organisation_id, watch.pk, change, MINUTE + n)
        for n in range(amount)
        for change in ("begin", "end")
    ]
    _raise(rows)
    return {"raised": len(rows)}


def _raise(rows: list[tuple[str, int, int, str, int]]) -> None:
    import sqlite3  # noqa: PLC0415 - only on SQLite
    from pathlib import Path  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.db import connections  # noqa: PLC0415 - likewise

    statement = (
        "INSERT INTO raised (key, organisation, watch, change, level, minute, since, score, data, historic) "
        "VALUES (?, ?, ?, ?, 'orange', ?, ?, 5.0, '{}', 0)"
    )
    values = [(*row, row[-1]) for row in rows]
    if connections["river"].vendor == "postgresql":
        with connections["default"].cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), values)
        return
    with sqlite3.connect(Path(settings.DATA) / "river.db") as connection:
        connection.executemany(statement, values)


def let_leases_run_out() -> dict[str, int]:
    """Do what half a minute would do."""
    from datetime import timedelta  # noqa: PLC0415

    from tocsin.clock.models import Deadline  # noqa: PLC0415 - Django is set up by now
    from tocsin.clock.time import house_now  # noqa: PLC0415 - likewise

    leased = Deadline.objects.with_scopes_disabled().filter(state="leased")
    return {"expired": leased.update(leased_until=house_now() - timedelta(seconds=1))}


def look() -> dict[str, object]:
    """Return what became of everything."""
    from tocsin.accounts.models import Organisation  # noqa: PLC0415 - Django is set up by now
    from tocsin.alerts.models import Alert, Taken  # noqa: PLC0415 - likewise
    from tocsin.clock.models import Deadline  # noqa: PLC0415 - likewise
    from tocsin.gate.models import Outgoing  # noqa: PLC0415 - likewise
    from tocsin.journal.models import Entry  # noqa: PLC0415 - likewise
    from tocsin.journal.verify import verify  # noqa: PLC0415 - likewise

    outgoing = Outgoing.objects.with_scopes_disabled()
    once = Deadline.objects.with_scopes_disabled().filter(every_seconds=None)
    return {
        "alerts": Alert.objects.with_scopes_disabled().count(),
        "ended": Alert.objects.with_scopes_disabled().exclude(ended_at=None).count(),
        "taken": Taken.objects.count(),
        "verbs": Counter(Entry.objects.with_scopes_disabled().values_list("verb", flat=True)),
        "outgoing": dict(outgoing.values_list("message_id", "state")),
        "deadlines": Counter(once.filter(handler="gate.send").values_list("state", flat=True)),
        "faults": [fault.words for fault in verify(Organisation.objects.get())],
    }


def main() -> None:
    """Do what the arguments say."""
    from tocsin.cli.django_setup import set_up_django  # noqa: PLC0415 - only in the house's own process

    set_up_django()
    action, *rest = sys.argv[1:]
    done = {"fill": lambda: fill(int(rest[0])), "expire": let_leases_run_out, "look": look}[action]()
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
