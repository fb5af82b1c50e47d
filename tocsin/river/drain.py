"""For commands that bring posts: return once the river has taken them, or be the river meanwhile."""

import gc
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django_scopes import scopes_disabled

from tocsin.river.opening import open_river, store_address
from tocsin.river.past import ENOUGH_BACKFILL
from tocsin.river.turn import RiverRuns, consumers_of
from tocsin.store import Store, open_store
from tocsin.watch.models import Watch

_LOOK_SECONDS: Final = 0.2
_TURN_SECONDS: Final = 2.0
"""So often one who waits for a river looks whether it still runs, and takes its place when it does not."""

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class _Awaited:
    """What is waited for: one part of the river's work, up to a sequence.

    Attributes
    ----------
    organisation : int or None
        The one whose past must have been gone over; None for all of the part.
    past : bool
        Whether alerts of the past and the index of words are waited for too.
    """

    sequence: int
    part: int
    parts: int
    organisation: int | None
    progress: Callable[[int], None]
    past: bool

    def take(self) -> bool:
        """Be the river; return False when another one is."""
        try:
            river, turn = open_river(part=self.part, parts=self.parts, tries=_TRIES)
        except RiverRuns:
            return False
        try:
            if self.past:
                river.run_until_caught_up()
            else:
                river.refresh()
                river.current.run(threading.Event(), until=self.sequence)
                river.tell_bus()
            self.progress(self.sequence)
        finally:
            river.let_go()
            turn.close()
            del river
            gc.collect()  # its threads and its memory of narratives hold each other
        return True

    def watch(self, store: Store) -> bool:
        """Wait for the river that runs, as long as one may trust that it does; return whether it is there."""
        consumer, pause = consumers_of(self.parts)[self.part], threading.Event()
        until = time.monotonic() + _TURN_SECONDS
        while time.monotonic() < until:
            position = store.position(consumer)
            self.progress(position)
            if position >= self.sequence and not (self.past and self._past_waits(store)):
                return True
            pause.wait(_LOOK_SECONDS)
        return False

    def _past_waits(self, store: Store) -> bool:
        """Return whether detection has yet to go over the past of a watch that is active."""
        with scopes_disabled():
            active = Watch.objects.filter(active=True)
            if self.organisation is not None:
                active = active.filter(organisation=self.organisation)
            watches = set(active.values_list("organisation_id", "pk"))
        return any(
            span.amount >= ENOUGH_BACKFILL and (of, span.watch) in watches
            for of in {of for of, _ in watches if of % self.parts == self.part}
            for span in store.backfills(of)
        )


def drain(
    sequence: int,
    progress: Callable[[int], None] = lambda position: None,
    *,
    organisation: int | None = None,
    past: bool = True,
) -> None:
    """Return once everything published up to a sequence is stored and its alerts are computed.

    Parameters
    ----------
    progress : callable
        Told the position now and then.
    organisation : int, optional
        Wait only for what concerns it; for everything when absent.
    past : bool
        Without it, only for the posts: in the middle of a long file, alerts and the index of words can wait.

    Raises
    ------
    StoreUnavailable, BusUnavailable
        When store or bus cannot be used: what was published waits on the bus, and a river takes it later.
    """
    store = open_store(store_address())
    try:
        parts = _parts(store)
        for part in range(parts) if organisation is None else [organisation % parts]:
            awaited = _Awaited(sequence, part, parts, organisation, progress, past)
            while not (awaited.take() or awaited.watch(store)):
                continue
    finally:
        store.close()


def _parts(store: Store) -> int:
    """Return how many rivers share the work, as they last did."""
    counts = [int(name.rpartition("/")[2]) for name in store.positions() if "/" in name]
    return max(counts, default=1)
