"""The river as a process: it assembles the parts, runs them side by side and stops them in order."""

import gc
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from django.conf import settings

from tocsin.bus import Bus
from tocsin.clock.actions import beat, rest
from tocsin.clock.waking import Changes
from tocsin.river import ingest, watches
from tocsin.river.ahead import Ahead
from tocsin.river.beside import ASK_ANYWAY_SECONDS, Beside, naming_database, repeat
from tocsin.river.current import Current, Stored
from tocsin.river.flow import Flow
from tocsin.river.lag import Retention, index_pending
from tocsin.river.outages import Outages
from tocsin.river.present import Clock, OwnClock
from tocsin.river.reasons import Explainer
from tocsin.river.turn import AnyTurn, RiverRuns, consumers_of
from tocsin.river.watchtower import Watchtower
from tocsin.store import Store
from tocsin.store.search import FullText
from tocsin.stream.understand.reader import Reader, default_reader

log = logging.getLogger(__name__)

Kind = TypeVar("Kind")

_DAY_MS: Final = 86_400_000
_REFRESH_SECONDS: Final = 1.0
_BACKFILL_SECONDS: Final = 60.0
_RETENTION_SECONDS: Final = 0.5
_A_LULL: Final = 8
"""Messages on the bus that make no backlog yet."""
_TEXT_SECONDS: Final = 5.0
"""On a backlog, the texts of one batch are indexed this often all the same."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class River:
    """One river.

    Parameters
    ----------
    clock : callable
        Returns the present of every organisation.
    part, parts : int
        Which of several rivers this is; on PostgreSQL, each takes its part of the organisations.
    ahead : Ahead, optional
        A process that takes batches through the stages; without it, a thread of this one does.
    turn : Turn or PostgresTurn, optional
        The right to be this river; when it is lost, the river stops.
    outages : Outages, optional
        Waits for what is away.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        full_text: FullText,
        *,
        refused: Path,
        reader: Reader | None = None,
        clock: Callable[[], Clock] | None = None,
        batch: int = 2000,
        part: int = 0,
        parts: int = 1,
        ahead: Ahead | None = None,
        turn: AnyTurn | None = None,
        outages: Outages | None = None,
    ) -> None:
        self.bus, self.store, self.full_text = bus, store, full_text
        consumers = consumers_of(parts)
        self.consumer = consumers[part]
        self._turn = turn
        self._clock, self._part, self._parts = clock or OwnClock(), part, parts
        self.outages = outages or Outages()
        self.watchtower = Watchtower(store, Explainer(store))
        if ahead is None:
            reader = reader or default_reader()
        self._flow = Flow(self.consumer, reader, store, refused, ahead)
        self._fingerprint: object = None
        self._refreshed = self._looked = 0.0
        self._changes = Changes("default")
        self._to_index = threading.Event()
        self._went_over = self._indexed = time.monotonic()
        self.current = Current(
            bus,
            store,
            self._flow,
            topic=ingest.TOPIC,
            consumer=self.consumer,
            batch=batch,
            refresh=self.refresh,
            stored=self._on_stored,
            outages=self.outages,
            part=part,
            parts=parts,
        )
        store.share(consumers)
        for consumer in consumers:
            bus.subscribe(ingest.TOPIC, consumer)
        bus.forget_others(ingest.TOPIC, consumers)

    def refresh(self) -> None:
        """Take up watches and accounts that changed; looks at most once a second.

        Raises
        ------
        StoreUnavailable
            When they cannot be read: no post may be taken with watches that are not known.
        """
        now = time.monotonic()
        if self._fingerprint is not None and now - self._refreshed < _REFRESH_SECONDS:
            return
        with naming_database():
            if self._changes.seen() or now - self._looked > ASK_ANYWAY_SECONDS:
                self._looked = now
                self._take_up_changes()
        self._refreshed = now

    def _take_up_changes(self) -> None:
        try:
            found = watches.fingerprint()
        except BaseException:
            self._changes.forget()
            raise
        if found != self._fingerprint:
            loaded = watches.load()
            self._flow.use(loaded)
            self.watchtower.use(self._mine(loaded.watched), self._mine(loaded.paused))
            self._fingerprint = found

    def _mine(self, by_organisation: dict[int, list[Kind]]) -> dict[int, list[Kind]]:
        return {o: these for o, these in by_organisation.items() if o % self._parts == self._part}

    def _on_stored(self, stored: Stored) -> None:
        self._to_index.set()
        self.watchtower.stored(stored.organisation, stored.watches)

    def tick(self) -> int:
        """Let detection fold and look; return how many changes of alerts it raised."""
        return self.watchtower.tick(self._clock())

    def go_over_backfill(self, *, everything: bool = False) -> int:
        """Let detection go over the past that imports brought; return how many changes it raised."""
        return sum(
            self.watchtower.go_over_backfill(organisation, everything=everything)
            for organisation in self.watchtower.organisations
        )

    def _go_over_backfill_in_a_lull(self) -> None:
        """Wait until an import is through, but not for ever: the past is costly to go over."""
        caught_up = self.store.position(self.consumer) >= self.bus.last(ingest.TOPIC)
        if caught_up or time.monotonic() - self._went_over > _BACKFILL_SECONDS:
            self.go_over_backfill()
            self._went_over = time.monotonic()

    def tell_bus(self) -> None:
        """Tell the bus what it need not keep any longer."""
        self.bus.passed(ingest.TOPIC, self.consumer, self.store.durable(self.consumer))
        self.bus.trim()

    def run(self, stop: threading.Event, beside: tuple[Beside, ...] = ()) -> None:
        """Run until told to stop; whatever is being stored is stored to its end."""
        self.outages.through("river-watches", self.refresh, stop)
        tune_garbage_collection()
        kept_ms = settings.RETENTION_DAYS * _DAY_MS
        retention = Retention(self.store, self.full_text)
        tasks = (
            Beside("river-watchtower", 0.25, self.tick),
            Beside("river-backfill", 2.0, self._go_over_backfill_in_a_lull),
            Beside("river-heartbeat", 10.0, lambda: beat("river")),
            Beside("river-bus", 2.0, self.tell_bus),
            Beside("river-turn", 5.0, lambda: self._keep_turn(stop)),
            Beside("river-text", 0.2, self._index_in_a_lull),
            Beside(
                "river-retention",
                _RETENTION_SECONDS,
                lambda: retention.delete_slice(_now_ms() - kept_ms),
            ),
            *beside,
        )
        threads = [
            threading.Thread(target=repeat, args=(task, stop, self.outages), name=task.name, daemon=True)
            for task in tasks
        ]
        for thread in threads:
            thread.start()
        try:
            self.current.run(stop)
        finally:
            stop.set()
            for thread in threads:
                thread.join(timeout=10)
            self._flow.close()
            rest("river")

    def _keep_turn(self, stop: threading.Event) -> None:
        try:
            if self._turn is not None:
                self._turn.keep()
        except RiverRuns as error:
            log.error("%s This one stops.", error)  # noqa: TRY400 - it says in words what a trace would not
            stop.set()

    def run_until_caught_up(self) -> int:
        """Store what is on the bus now and compute its alerts; return how many changes were raised."""
        self.refresh()
        self.tick()
        self.current.run(threading.Event(), until=self.bus.last(ingest.TOPIC))
        raised = self.tick() + self.go_over_backfill(everything=True)
        self._index_all()
        self.tell_bus()
        return raised

    def _index_all(self) -> None:
        while index_pending(self.store, self.full_text):
            pass

    def _index_in_a_lull(self) -> None:
        """Index the texts that wait; on a backlog only a few now and then, for posts and sums come first."""
        if not self._to_index.is_set() and time.monotonic() - self._indexed < ASK_ANYWAY_SECONDS:
            return
        self._to_index.clear()
        try:
            if not self._index_some():
                self._to_index.set()
        except BaseException:
            self._to_index.set()
            raise

    def _index_some(self) -> bool:
        """Index what there is time for; return whether that was everything."""
        if self._is_behind():
            if time.monotonic() - self._indexed > _TEXT_SECONDS:
                index_pending(self.store, self.full_text, posts=1)
                self._indexed = time.monotonic()
            return False
        self._indexed = time.monotonic()
        while index_pending(self.store, self.full_text):
            if self._is_behind():
                return False
        return True

    def _is_behind(self) -> bool:
        return self.bus.last(ingest.TOPIC) - self.store.position(self.consumer) > _A_LULL

    def let_go(self) -> None:
        """Let go of store and index; the bus may be others' too."""
        self._flow.close()
        self.full_text.close()
        self.store.close()

    def close(self) -> None:
        """Let go of bus, store and index."""
        self.let_go()
        self.bus.close()


def tune_garbage_collection() -> None:
    """Keep the collector off the engines' tables, and from looking through each batch several times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
