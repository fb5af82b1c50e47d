"""The river as a process: it assembles the parts, runs them side by side and stops them in order."""

import gc
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from tocsin.bus import Bus
from tocsin.clock.actions import beat, rest
from tocsin.clock.time import house_now, own_times
from tocsin.clock.waking import Changes
from tocsin.river import ingest, watches
from tocsin.river.ahead import Ahead
from tocsin.river.current import Current, Stored
from tocsin.river.flow import Flow
from tocsin.river.lag import Retention, index_pending
from tocsin.river.outages import AWAY, LONGEST_WAIT_SECONDS, Outages
from tocsin.river.reasons import Explainer
from tocsin.river.turn import PostgresTurn, RiverRuns, Turn
from tocsin.river.watchtower import Watchtower
from tocsin.store import Store, StoreUnavailable, open_store
from tocsin.store.search import FullText, open_full_text
from tocsin.stream.batch import milliseconds
from tocsin.stream.understand.reader import Reader, default_reader

log = logging.getLogger(__name__)

_DAY_MS: Final = 86_400_000
_REFRESH_SECONDS: Final = 1.0
_ASK_ANYWAY_SECONDS: Final = 5.0
"""So often a database is asked though nobody seems to have written to it."""
_BACKFILL_SECONDS: Final = 60.0
_RETENTION_SECONDS: Final = 0.5
_A_LULL: Final = 8
"""Messages on the bus that make no backlog yet."""
_TEXT_SECONDS: Final = 2.0
"""On a backlog, some texts are indexed this often all the same."""

AnyTurn = Turn | PostgresTurn

Clock = Callable[[int], int]
"""The time of an organisation, milliseconds since 1970 UTC."""


class OwnClock:
    """Tells every organisation's present: the house's time, or the organisation's own (an exercise).

    Used by one thread. While nobody lives in a time of its own, it asks again only once somebody wrote.
    """

    def __init__(self) -> None:
        self._changes = Changes("default")
        self._asked = float("-inf")
        self._anybody = True

    def __call__(self) -> Clock:
        """Return the present of now."""
        own = self._own()
        house = milliseconds(house_now())
        return lambda organisation: own.get(organisation, house)

    def _own(self) -> dict[int, int]:
        now, changed = time.monotonic(), self._changes.seen()
        if not (changed or self._anybody or now - self._asked > _ASK_ANYWAY_SECONDS):
            return {}
        try:
            own = own_times()
        except BaseException:
            self._changes.forget()
            raise
        self._asked, self._anybody = now, bool(own)
        return {organisation: milliseconds(moment) for organisation, moment in own.items()}


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Beside:
    """Something that runs beside the river in its process, such as the schedule of sources."""

    name: str
    every_seconds: float
    run: Callable[[], object]


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
        with _naming_database():
            if self._changes.seen() or now - self._looked > _ASK_ANYWAY_SECONDS:
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
            mine = {o: w for o, w in loaded.watched.items() if o % self._parts == self._part}
            self.watchtower.use(mine)
            self._fingerprint = found

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
            threading.Thread(target=_repeat, args=(task, stop, self.outages), name=task.name, daemon=True)
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
        if not self._to_index.is_set() and time.monotonic() - self._indexed < _ASK_ANYWAY_SECONDS:
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
                index_pending(self.store, self.full_text)
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


@contextmanager
def _naming_database() -> Iterator[None]:
    """Let trouble of Django's database be what trouble of the store is: it passes, and is waited for."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        close_old_connections()  # those that are of no use any more
        raise StoreUnavailable(
            f"the database of watches, people and sources cannot be used ({str(error).strip()}). Nothing is "
            "lost: posts wait on the bus. Check the disk, the folder's permissions or the server."
        ) from error


def _repeat(task: Beside, stop: threading.Event, outages: Outages) -> None:
    said, pause = "", task.every_seconds
    while not stop.is_set():
        try:
            with _naming_database():
                task.run()
        except AWAY as error:
            outages.met(task.name, error)
        except Exception as error:
            # one failing neighbour must not stop the river; it is tried again, and said once
            if said != repr(error):
                log.exception("%s failed and is tried again", task.name)
            said = repr(error)
        else:
            outages.over(task.name)
            if said:
                log.warning("%s works again", task.name)
            said, pause = "", task.every_seconds
            stop.wait(pause)
            continue
        pause = max(task.every_seconds, min(pause * 2, LONGEST_WAIT_SECONDS))
        stop.wait(pause)


def store_address() -> str | Path:
    """Return where the store is, as the settings say."""
    return str(settings.DATABASE) if settings.DATABASE else Path(settings.DATA) / "river.db"


def full_text_address() -> str | Path:
    """Return where the full text is, as the settings say."""
    return str(settings.DATABASE) if settings.DATABASE else Path(settings.DATA) / "fulltext.db"


def consumers_of(parts: int) -> list[str]:
    """Return the names under which so many rivers read the bus."""
    return ["river"] if parts == 1 else [f"river {part + 1}/{parts}" for part in range(parts)]


def open_river(*, part: int = 0, parts: int = 1, tries: int | None = None) -> tuple[River, AnyTurn]:
    """Open the river of these settings, and the right to be it.

    Parameters
    ----------
    tries : int, optional
        How often a store that is away is tried; without end when absent.

    Raises
    ------
    RiverRuns
        When another river runs on the same data folder, or takes the same organisations.
    StoreUnavailable
        When the store cannot be opened.
    """
    turn: AnyTurn
    if settings.DATABASE:
        turn = PostgresTurn(str(settings.DATABASE), part, parts)
    else:
        turn = Turn(Path(settings.DATA) / "river.lock")
    try:
        river = River(
            ingest.the_bus(),
            open_store(store_address()),
            open_full_text(full_text_address()),
            refused=Path(settings.DATA) / "refused",
            batch=min(max(int(settings.BATCH), 100), 20_000),
            part=part,
            parts=parts,
            ahead=Ahead() if len(os.sched_getaffinity(0)) > 1 else None,
            turn=turn,
            outages=Outages(tries),
        )
    except BaseException:
        turn.close()
        raise
    return river, turn
