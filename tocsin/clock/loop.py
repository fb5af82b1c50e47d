"""The loop of `tocsin clock`: workers for each lane, which claim, run and settle what is due."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Mapping

from django.db import DatabaseError, connections

from tocsin.clock import actions, lease
from tocsin.clock.models import Deadline, Lane
from tocsin.clock.pulse import Pulse, pulses
from tocsin.clock.settle import settle
from tocsin.clock.time import house_now
from tocsin.clock.waking import Call, Changes, next_due

log = logging.getLogger(__name__)

WORKERS: Mapping[str, int] = {Lane.URGENT: 6, Lane.NORMAL: 1, Lane.BULK: 1}
POLL_SECONDS = 0.2
ALL_THE_SAME_SECONDS = 5.0
LONGEST_PAUSE = 30.0


class Clock:
    """One clock process; several may run at once, on several machines.

    Parameters
    ----------
    workers
        Threads for each lane; a lane's threads take nothing from another lane, so that what is urgent
        never waits behind what is bulky.
    poll_seconds
        How often an idle clock looks whether anything changed or fell due.
    """

    def __init__(self, *, workers: Mapping[str, int] = WORKERS, poll_seconds: float = POLL_SECONDS) -> None:
        self._workers = workers
        self._poll = poll_seconds
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._stopping = threading.Event()
        self._call = Call()
        self._running: set[int] = set()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Serve every lane until `stop` is called; what is being handled is finished first."""
        threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"{lane}-{number}")
            for lane, count in self._workers.items()
            for number in range(count)
        ]
        beats = [
            Pulse("clock.renew", lease.LEASE.total_seconds() / 3, self._renew),
            Pulse("clock.recurring", 60.0, actions.install_recurring),
        ]
        threads.append(threading.Thread(target=self._watch, name="watch"))
        threads += [
            threading.Thread(target=self._pulse, args=(pulse,), name=pulse.name)
            for pulse in [*beats, *pulses()]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        """Ask the workers to end after what they are doing."""
        self._stopping.set()
        self._call.raise_()

    def turn(self, lane: str) -> bool:
        """Claim, run and settle one due row of a lane; return whether there was one."""
        deadline = lease.claim(lane, self._owner)
        if deadline is None:
            return False
        with self._held(deadline):
            settle(deadline)
        return True

    def run_due(self) -> int:
        """Handle everything that is due now, urgent first, in this thread; return how many were."""
        handled = 0
        while any(self.turn(lane) for lane in Lane.values):
            handled += 1
        return handled

    def _held(self, deadline: Deadline) -> _Held:
        return _Held(self._running, self._lock, deadline.pk)

    def _renew(self) -> None:
        with self._lock:
            places = list(self._running)
        if places:
            lease.renew(places, self._owner)

    def _work(self, lane: str) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            calls = self._call.count
            try:
                if not self.turn(lane):
                    self._call.wait(calls, ALL_THE_SAME_SECONDS)
                pause = 1.0
            except DatabaseError:
                log.exception("the database does not answer the clock; deadlines are kept and tried again")
                connections.close_all()
                pause = min(LONGEST_PAUSE, pause * 2)
                self._stopping.wait(pause)
        connections.close_all()

    def _watch(self) -> None:
        """Call the workers when a row falls due: found out by looking only at what changed."""
        changes, due = Changes("default"), None
        while not self._stopping.is_set():
            try:
                if changes.seen():
                    due = next_due()
                if due is not None and due <= house_now():
                    self._call.raise_()
            except DatabaseError:
                # the workers say so, who look by themselves too
                connections.close_all()
                changes.forget()
            self._stopping.wait(self._poll)
        connections.close_all()

    def _pulse(self, pulse: Pulse) -> None:
        changes = Changes(pulse.after) if pulse.after else None
        done_at = -ALL_THE_SAME_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                if changes is None or changes.seen() or began - done_at >= ALL_THE_SAME_SECONDS:
                    pulse.run()
                    done_at = began
            except Exception:
                log.exception("%s went wrong; it is tried again", pulse.name)
                connections.close_all()
                done_at = -ALL_THE_SAME_SECONDS
                self._stopping.wait(1.0)
            self._stopping.wait(max(0.0, pulse.seconds - (time.monotonic() - began)))
        connections.close_all()


class _Held:
    """Keeps a deadline among those whose lease is renewed, while its handler runs."""

    def __init__(self, running: set[int], lock: threading.Lock, place: int) -> None:
        self._running, self._lock, self._place = running, lock, place

    def __enter__(self) -> None:
        with self._lock:
            self._running.add(self._place)

    def __exit__(self, *_exc: object) -> None:
        with self._lock:
            self._running.discard(self._place)
