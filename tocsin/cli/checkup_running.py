"""What `tocsin doctor` looks at in what runs: processes, sources, clock, gate, bus, journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import translation
from django_scopes import scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.bus import open_bus
from tocsin.cli.findings import Finding, note, well, wrong
from tocsin.clock.lease import most_overdue
from tocsin.clock.models import Deadline, DeadlineState, Heartbeat
from tocsin.clock.time import house_now
from tocsin.gate.models import Outgoing, OutgoingState
from tocsin.journal.verify import verify
from tocsin.listen.models import Source, SourceState

SILENT_AFTER = timedelta(seconds=45)
LATE_AFTER = timedelta(seconds=60)
BATCHES_BEHIND = 100
PROCESSES = ("web", "river", "clock")


def check_processes() -> Iterator[Finding]:
    """Look which processes give signs of life, and which died without saying so."""
    for process in PROCESSES:
        beats = list(Heartbeat.objects.filter(process=process))
        alive = [beat for beat in beats if house_now() - beat.seen_at < SILENT_AFTER]
        dead = [beat for beat in beats if beat not in alive]
        if alive:
            yield well(f"{process} runs ({', '.join(f'{beat.pid} on {beat.host}' for beat in alive)})")
        elif dead:
            last = max(beat.seen_at for beat in dead)
            yield wrong(
                f"{process} died without saying so, last seen {last:%Y-%m-%d %H:%M} UTC; start it again"
            )
        else:
            yield note(f"{process} is not running")


def check_bus() -> Iterator[Finding]:
    """Look whether the river keeps up with what is brought."""
    path = Path(settings.DATA) / "bus.db"
    if not settings.BUS and not path.exists():
        yield well("nothing was ever brought to the bus")
        return
    with connections["river"].cursor() as cursor:
        cursor.execute("SELECT min(sequence) FROM consumer WHERE name LIKE 'river%'")
        passed = cursor.fetchone()[0] or 0
    bus = open_bus(settings.BUS or path)
    try:
        # what was taken before is gone, and is not waited for even by a store that is new
        waiting = bus.read("posts", passed, messages=1, size=1)
        behind = bus.last("posts") - waiting[0].sequence + 1 if waiting else 0
    finally:
        bus.close()
    if behind > BATCHES_BEHIND:
        yield wrong(f"the river is {behind} batches behind the bus; they are kept until it has taken them")
    else:
        yield well(f"the river is {behind} batches behind the bus")


def check_sources() -> Iterator[Finding]:
    """Look which sources bring nothing."""
    with scopes_disabled():
        sources = list(Source.objects.filter(state__in=[SourceState.DEAD, SourceState.FAILING]))
        total = Source.objects.count()
    for source in sources:
        state = "is dead" if source.state == SourceState.DEAD else "fails"
        with translation.override("en"):
            yield wrong(f"the source {source.name} {state}: {source.problem_words}")
    if not sources:
        yield well(f"no source fails ({total} in all)")


def check_clock() -> Iterator[Finding]:
    """Look whether the clock is late, and what it gave up."""
    late = most_overdue()
    if late > LATE_AFTER:
        yield wrong(f"the clock is {int(late.total_seconds())} s late; is `tocsin clock` running?")
    else:
        yield well("the clock is on time")
    with scopes_disabled():
        failed = list(Deadline.objects.filter(state=DeadlineState.FAILED).order_by("-settled_at")[:5])
    for deadline in failed:
        yield wrong(f"{deadline.handler} ({deadline.key}) was given up: {deadline.problem}")


def check_gate() -> Iterator[Finding]:
    """Look for messages that failed, or of which nobody knows whether they left."""
    with scopes_disabled():
        failed = Outgoing.objects.filter(state=OutgoingState.FAILED).count()
        unknown = Outgoing.objects.filter(state=OutgoingState.UNKNOWN).count()
        last = Outgoing.objects.filter(state__in=[OutgoingState.FAILED, OutgoingState.UNKNOWN]).first()
    if last is None:
        yield well("every message that was due has left")
    else:
        yield wrong(f"{failed} messages failed, {unknown} may have left or not; the last: {last.problem}")


def check_journal() -> Iterator[Finding]:
    """Verify every organisation's journal."""
    with translation.override("en"):
        for organisation in Organisation.objects.order_by("slug"):
            faults = verify(organisation)
            for fault in faults:
                yield wrong(f"journal of {organisation.slug}: {fault.words}")
            if not faults:
                yield well(f"the journal of {organisation.slug} is as it was written")


CHECKS = (check_processes, check_bus, check_sources, check_clock, check_gate, check_journal)
