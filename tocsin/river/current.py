"""The current: batches from the bus through the stages into the store, reading and storing side by side."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.bus import Bus, Message
from tocsin.river.flow import Flow, Work, grouped
from tocsin.river.outages import AWAY, Outages
from tocsin.river.settle import settle
from tocsin.store.base import AlreadyStored, Collided, Commit, Overtaken, Store
from tocsin.stream.batch import Ints
from tocsin.stream.known import Known
from tocsin.stream.rollup import MINUTE_MS

log = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.1
_PASS_SECONDS: Final = 1.0
_COLLISIONS: Final = 5
"""So often a batch is settled again because a row of it was there already; then it will never fit."""
_PAUSE_SECONDS: Final = 0.05
_CROWDED: Final = 100
"""Batches for which places are asked for beforehand once some were taken."""
_READY: Final = 1
"""Batches that lie ready to be stored while one is being stored."""


@dataclass(frozen=True, slots=True)
class _Passed:
    """Up to here there was nothing to store; only the position moves."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Told after each commit: what live detection should look at."""

    organisation: int
    watches: frozenset[int]
    sequence: int


class Current:
    """Two threads with a short queue between them: one reads batch i+1 while the other stores batch i.

    What depends on the posts alone happens before the queue, in this process or in one that reads ahead;
    what depends on the batches before (known posts, narratives, sums) behind it, in the bus's order.

    Parameters
    ----------
    part, parts : int
        This river takes the organisations whose number leaves the rest `part` when divided by `parts`.
    batch : int
        Posts taken through the stages at a time.
    refresh : callable
        Called between batches by the computing thread, to take up changed watches.
    stored : callable
        Called after each commit by the storing thread.
    outages : Outages
        Says that the store or the bus is away, and waits.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        flow: Flow,
        *,
        topic: str,
        consumer: str,
        batch: int,
        refresh: Callable[[], None],
        stored: Callable[[Stored], None],
        outages: Outages,
        part: int = 0,
        parts: int = 1,
    ) -> None:
        self._bus, self._store, self._flow = bus, store, flow
        self._topic, self._consumer, self._batch = topic, consumer, batch
        self._refresh, self._stored = refresh, stored
        self._outages = outages
        self._part, self._parts = part, parts
        self._queue: queue.Queue[Work | _Passed | None] = queue.Queue(maxsize=_READY)
        self._handed = 0
        self._passed_at = 0.0
        self._crowded = 0
        self._failure: BaseException | None = None

    def run(self, stop: threading.Event, *, until: int | None = None) -> None:
        """Take batches until `stop`, or until everything up to a sequence is stored.

        Raises
        ------
        BaseException
            Whatever made storing impossible for good.
        """
        storing = threading.Thread(target=self._store_all, args=(stop,), name="river-store", daemon=True)
        storing.start()
        try:
            self._compute_all(stop, until)
        finally:
            self._put(None, storing)
            storing.join()
        if self._failure is not None:
            raise self._failure

    def _compute_all(self, stop: threading.Event, until: int | None) -> None:
        position = self._handed = self._outages.through("river-read", self._begin, stop)
        begun: deque[list[Message]] = deque()
        while not stop.is_set() and self._failure is None:
            self._outages.through("river-watches", self._refresh, stop)
            messages = self._read(position, stop) if until is None or position < until else []
            if not messages:
                while begun:
                    self._take(begun.popleft(), stop)
                self._pass_over(position, at_once=until is not None)
                if until is not None:
                    return
                stop.wait(_IDLE_SECONDS)
                continue
            mine = self._outages.through("river-read", partial(self._mine, messages), stop)
            groups = list(grouped(mine, self._batch))
            # the last one comes again, perhaps larger: each batch writes its sums once, however small it is
            left = groups.pop() if len(groups) > 1 else None
            for group in groups:
                self._flow.begin(group)
                begun.append(group)
                if len(begun) > self._flow.at_once:
                    self._take(begun.popleft(), stop)
                if stop.is_set() or self._failure is not None:
                    return
            position = messages[-1].sequence if left is None else groups[-1][-1].sequence
            if not begun:
                self._pass_over(position)

    def _begin(self) -> int:
        """Return the position, with nothing begun and nothing refused that comes again."""
        position = self._store.position(self._consumer)
        self._flow.abandon()
        self._flow.aside.take_back(self._bus, self._topic, position, self._is_mine)
        return position

    def _read(self, after: int, stop: threading.Event) -> list[Message]:
        return self._outages.through("river-read", lambda: self._bus.read(self._topic, after), stop)

    def _take(self, group: list[Message], stop: threading.Event) -> None:
        try:
            taken = self._flow.take(group)
        except AWAY:
            taken = self._outages.through("river-read", lambda: self._flow.take_here(group), stop)
        self._handed = group[-1].sequence
        for work in taken:
            self._put(work)

    def _pass_over(self, position: int, *, at_once: bool = False) -> None:
        """Move the stored position over messages of other parts; nothing of this one is on its way."""
        now = time.monotonic()
        if position > self._handed and (at_once or now - self._passed_at > _PASS_SECONDS):
            self._put(_Passed(position))
            self._handed, self._passed_at = position, now

    def _mine(self, messages: list[Message]) -> list[Message]:
        return [m for m in messages if self._is_mine(m) and self._flow.aside.knows(m)]

    def _is_mine(self, message: Message) -> bool:
        return message.organisation % self._parts == self._part

    def _put(self, work: Work | _Passed | None, storing: threading.Thread | None = None) -> None:
        while self._failure is None and (storing is None or storing.is_alive()):
            try:
                self._queue.put(work, timeout=0.2)
            except queue.Full:
                continue
            return

    def _store_all(self, stop: threading.Event) -> None:
        try:
            while (work := self._queue.get()) is not None:
                if isinstance(work, _Passed):
                    self._store_passed(work, stop)
                else:
                    self._store_one(work, stop)
        except BaseException as error:
            self._failure = error

    def _store_passed(self, passed: _Passed, stop: threading.Event) -> None:
        change = Commit(self._consumer, passed.sequence, 0)
        with suppress(AlreadyStored):
            self._outages.through("river-store", lambda: self._store.commit(change), stop)

    def _store_one(self, work: Work, stop: threading.Event) -> None:
        collisions = 0
        while True:
            try:
                self._outages.through("river-store", partial(self._commit, work), stop)
            except AWAY:
                raise
            except AlreadyStored:
                return
            except Overtaken as error:
                if isinstance(error, Collided):
                    collisions += 1
                    self._crowded = _CROWDED
                if collisions < _COLLISIONS:
                    stop.wait(_PAUSE_SECONDS * collisions)
                    continue
                self._store_otherwise(work, error, stop)
            except Exception as error:
                # whatever it is, one batch must not stop the river
                self._store_otherwise(work, error, stop)
            return

    def _store_otherwise(self, work: Work, error: Exception, stop: threading.Event) -> None:
        """Find what the database cannot take of a batch, put that aside and store the rest."""
        log.error("A batch could not be stored", exc_info=error)
        if work.refused:
            raise error
        if len(work.messages) > 1:
            self._store_each(work.messages, stop)
        else:
            refused = self._outages.through("river-store", lambda: self._flow.refuse(work.messages), stop)
            self._store_one(refused, stop)

    def _store_each(self, messages: list[Message], stop: threading.Event) -> None:
        """Store messages one by one, so that only those that cannot be stored are refused."""
        for message in messages:
            for work in self._outages.through("river-store", partial(self._flow.take_here, [message]), stop):
                self._store_one(work, stop)

    def _commit(self, work: Work) -> None:
        organisation = work.flowed.kept.organisation
        closed = self._store.watermark(organisation)
        if closed is None:
            closed = work.at_ms // MINUTE_MS - 1
        shelf = _Asked(self._store, work)
        self._flow.tell(work, shelf.all)
        arrival = replace(work.arrival, closed=closed, crowded=self._crowded > 0)
        change = settle(work.flowed, shelf, arrival)
        self._store.commit(change)
        self._crowded = max(self._crowded - 1, 0)
        self._stored(Stored(organisation, frozenset(work.flowed.watch.tolist()), change.sequence))


class _Asked:
    """The store, having been asked once which posts of a batch it knows."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store = store
        kept = work.flowed.kept
        self.all = store.known(kept.organisation, np.concatenate([kept.key, work.flowed.rest.key]))

    def known(self, organisation: int, keys: Ints) -> Known:
        """Return what is stored of the posts of the batch, which are the only ones asked for."""
        del organisation, keys
        return self.all

    def wanted(self, organisation: int, keys: Ints) -> npt.NDArray[np.bool_]:
        """Return which keys are parents of stored posts."""
        return self._store.wanted(organisation, keys)

    def taken(self, places: Ints) -> Ints:
        """Return which places are taken."""
        return self._store.taken(places)

    def mentioned(self, places: Ints) -> tuple[Ints, Ints]:
        """Return the pairs (watch, place) of stored mentions."""
        return self._store.mentioned(places)
