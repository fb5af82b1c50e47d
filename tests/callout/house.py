"""A house with databases of its own, in which people are called out while processes are killed.

Run as ``python -m tests.callout.house ACTION`` under the house's environment: it prints JSON.
"""

import json
import sys
from collections import Counter
from datetime import timedelta

ROLES, EACH = 4, 2
SPEED = 120.0
"""Seconds of the organisation's time in one of ours: nobody waits ten minutes in a test."""


def fill() -> dict[str, int]:
    """Make Maison Berthier in a hurry: a plan in force, and for each role people reached by mail alone."""
    from tocsin.accounts.actions import set_up  # noqa: PLC0415 - Django is set up by now
    from tocsin.clock.actions import set_time  # noqa: PLC0415 - likewise
    from tocsin.clock.time import house_now  # noqa: PLC0415 - likewise
    from tocsin.plan.document.structure import Document, Role, Scenario, encode  # noqa: PLC0415 - likewise
    from tocsin.plan.models import Contact, Line, Plan, Seat, Version  # noqa: PLC0415 - likewise
    from tocsin.watch.models import Brand  # noqa: PLC0415 - likewise

    set_up(
        name="Claire Vasseur",
        email="claire@maison-berthier.test",
        password="Levain-naturel-2026",
        organisation="Maison Berthier",
        brand="Maison Berthier",
    )
    brand = Brand.objects.with_scopes_disabled().select_related("organisation").get()
    house, now = brand.organisation, house_now()
    set_time(house, now, speed=SPEED)
    names = [f"role-{number}" for number in range(ROLES)]
    document = Document(
        roles=tuple(Role(id=name, title={"fr": name}) for name in names),
        scenarios=(Scenario(id="fire", title={"fr": "Incendie"}, calls=tuple(names)),),
    )
    plan = Plan.objects.with_scopes_disabled().create(organisation=house, brand=brand, created_at=now)
    Version.objects.with_scopes_disabled().create(
        organisation=house,
        plan=plan,
        number=1,
        state="in_force",
        content=encode(document).decode(),
        changed_at=now,
    )
    for name in names:
        for rank in range(EACH):
            who = f"{name}-{rank}"
            contact = Contact.objects.with_scopes_disabled().create(
                organisation=house, name=who, created_at=now, changed_at=now
            )
            Line.objects.with_scopes_disabled().create(
                organisation=house, contact=contact, means="email", address=f"{who}@maison-berthier.test"
            )
            Seat.objects.with_scopes_disabled().create(
                organisation=house, plan=plan, role=name, contact=contact, rank=rank
            )
    return {"contacts": ROLES * EACH}


def launch() -> dict[str, bool]:
    """Press once; say whether somebody was first."""
    from tocsin.accounts.models import User  # noqa: PLC0415 - Django is set up by now
    from tocsin.callout import actions  # noqa: PLC0415 - likewise
    from tocsin.watch.models import Brand  # noqa: PLC0415 - likewise

    brand = Brand.objects.with_scopes_disabled().select_related("organisation").get()
    try:
        actions.launch(brand, "fire", User.objects.get(), level="orange")
    except actions.AlreadyRunning:
        return {"first": False}
    return {"first": True}


def let_leases_run_out() -> dict[str, int]:
    """Do what half a minute would do."""
    from tocsin.clock.models import Deadline  # noqa: PLC0415 - Django is set up by now
    from tocsin.clock.time import house_now  # noqa: PLC0415 - likewise

    leased = Deadline.objects.with_scopes_disabled().filter(state="leased")
    return {"expired": leased.update(leased_until=house_now() - timedelta(seconds=1))}


def look() -> dict[str, object]:
    """Return what became of everything."""
    from tocsin.accounts.models import Organisation  # noqa: PLC0415 - Django is set up by now
    from tocsin.callout.models import Call, CallOut  # noqa: PLC0415 - likewise
    from tocsin.clock.models import Deadline  # noqa: PLC0415 - likewise
    from tocsin.gate.models import Outgoing  # noqa: PLC0415 - likewise
    from tocsin.journal.models import Entry  # noqa: PLC0415 - likewise
    from tocsin.journal.verify import verify  # noqa: PLC0415 - likewise

    calls = Call.objects.with_scopes_disabled()
    outgoing = Outgoing.objects.with_scopes_disabled()
    ahead = Deadline.objects.with_scopes_disabled().filter(handler__startswith="callout.", state="waiting")
    return {
        "callouts": CallOut.objects.with_scopes_disabled().count(),
        "calls": [[call.name, call.state, call.round] for call in calls.all()],
        "called": Counter(
            outgoing.filter(template__in=["callout.called", "callout.nobody_answers"]).values_list(
                "addressee", flat=True
            )
        ),
        "outgoing": dict(outgoing.values_list("message_id", "state")),
        "ahead": ahead.count(),
        "verbs": Counter(Entry.objects.with_scopes_disabled().values_list("verb", flat=True)),
        "faults": [fault.words for fault in verify(Organisation.objects.get())],
    }


def main() -> None:
    """Do what the argument says."""
    from tocsin.cli.django_setup import set_up_django  # noqa: PLC0415 - only in the house's own process

    set_up_django()
    found = {"fill": fill, "launch": launch, "expire": let_leases_run_out, "look": look}[sys.argv[1]]()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
