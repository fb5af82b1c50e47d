"""The current: batches from the bus through the stages into the store, reading and storing side by side."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.bus import Bus, Message
from tocsin.river.flow import Flow, Work, grouped
from tocsin.river.settle import settle
from tocsin.store.base import AlreadyStored, Overtaken, Store, StoreUnavailable
from tocsin.stream.batch import Ints
from tocsin.stream.known import Known
from tocsin.stream.rollup import MINUTE_MS

log = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.05
_LONGEST_WAIT_SECONDS: Final = 30.0
_READY: Final = 1
"""Batches that lie ready to be stored while one is being stored."""


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
        part: int = 0,
        parts: int = 1,
    ) -> None:
        self._bus, self._store, self._flow = bus, store, flow
        self._topic, self._consumer, self._batch = topic, consumer, batch
        self._refresh, self._stored = refresh, stored
        self._part, self._parts = part, parts
        self._queue: queue.Queue[Work | None] = queue.Queue(maxsize=_READY)
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
        position = self._store.position(self._consumer)
        begun: deque[list[Message]] = deque()
        self._flow.abandon()
        while not stop.is_set() and self._failure is None:
            self._refresh()
            done = until is not None and position >= until
            messages = [] if done else self._bus.read(self._topic, position)
            if not messages:
                while begun:
                    self._take(begun.popleft())
                if until is not None:
                    return
                stop.wait(_IDLE_SECONDS)
                continue
            for group in grouped([m for m in messages if self._is_mine(m)], self._batch):
                self._flow.begin(group)
                begun.append(group)
                if len(begun) > self._flow.at_once:
                    self._take(begun.popleft())
                if stop.is_set() or self._failure is not None:
                    return
            position = messages[-1].sequence

    def _take(self, group: list[Message]) -> None:
        for work in self._flow.take(group):
            self._put(work)

    def _is_mine(self, message: Message) -> bool:
        return message.organisation % self._parts == self._part

    def _put(self, work: Work | None, storing: threading.Thread | None = None) -> None:
        while self._failure is None and (storing is None or storing.is_alive()):
            try:
                self._queue.put(work, timeout=0.2)
            except queue.Full:
                continue
            return

    def _store_all(self, stop: threading.Event) -> None:
        try:
            while (work := self._queue.get()) is not None:
                self._store_one(work, stop)
        except BaseException as error:
            self._failure = error

    def _store_one(self, work: Work, stop: threading.Event) -> None:
        wait = 0.5
        while True:
            try:
                self._commit(work)
            except AlreadyStored:
                return
            except Overtaken:
                continue
            except StoreUnavailable as error:
                log.error("%s", error)  # noqa: TRY400 - it says in words what a trace would not
                if stop.wait(wait):
                    raise
                wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
                continue
            except Exception:
                # a batch that the database cannot take must not stop the river
                log.exception("A batch could not be stored")
                if work.arrival.received == work.arrival.rejected:
                    raise
                if len(work.messages) > 1:
                    self._store_each(work.messages, stop)
                    return
                work = self._flow.refuse(work.messages)
                continue
            return

    def _store_each(self, messages: list[Message], stop: threading.Event) -> None:
        """Store messages one by one, so that only those that cannot be stored are refused."""
        for message in messages:
            for work in self._flow.take_here([message]):
                self._store_one(work, stop)

    def _commit(self, work: Work) -> None:
        organisation = work.flowed.kept.organisation
        closed = self._store.watermark(organisation)
        if closed is None:
            closed = work.at_ms // MINUTE_MS - 1
        shelf = _Asked(self._store, work)
        self._flow.tell(work, shelf.all)
        change = settle(work.flowed, shelf, replace(work.arrival, closed=closed))
        self._store.commit(change)
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
