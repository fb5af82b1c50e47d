"""Goes over the past that imports brought, in time order, and lets live detection take up what it learnt."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

import numpy as np

from tocsin.river.episodes import Episodes
from tocsin.river.guard import Guard, states
from tocsin.river.minutes import WATCHED, fold_span
from tocsin.river.settle import LATE_MINUTES
from tocsin.store.base import Backfill, Store, Watched
from tocsin.stream.detect import DetectorBank, Signal

HISTORY_MINUTES: Final = 28 * 1440
"""How far before a backfill detection starts, so that it knows what was usual."""

ENOUGH_BACKFILL: Final = 5
"""So many old posts of a watch could show something by themselves."""


class Past:
    """Detection over minutes that posts came to after they were closed.

    What is found is historic: nobody is notified, and vigilance stays as it is. What detection learnt from it
    is taken up by live detection, which goes on meanwhile, but for the last step.

    Parameters
    ----------
    look_at_late : callable
        Lets live detection take what came late to the watches of an organisation.
    """

    def __init__(
        self,
        store: Store,
        guard: Guard,
        episodes: Episodes,
        look_at_late: Callable[[int, Sequence[int]], object],
    ) -> None:
        self._store, self._guard, self._episodes = store, guard, episodes
        self._look_at_late = look_at_late

    def go_over(self, organisation: int, *, everything: bool) -> int:
        """Go over the past of every watch that old posts came to; return the changes raised.

        Parameters
        ----------
        everything : bool
            Also watches that got only a handful of old posts.
        """
        with self._guard.lock:
            post = self._guard.ready(organisation)
            tolerated, forgotten = dict(post.tolerated), set(post.forgotten)
        closed = self._store.watermark(organisation)
        if closed is None:
            return 0
        spans = [
            span
            for span in self._store.backfills(organisation)
            if span.watch in tolerated and (everything or span.amount >= ENOUGH_BACKFILL)
        ]
        self._drop_backfill_of_others(organisation, tolerated)
        forgotten -= {span.watch for span in spans}
        spans += [Backfill(watch, organisation, closed, closed, 0) for watch in forgotten & set(tolerated)]
        if not spans:
            return 0
        bank = DetectorBank([s.watch for s in spans], [tolerated[s.watch] for s in spans])
        first = self._birth(list(tolerated), min(span.first_minute for span in spans))
        bank.fold(first - 1, np.zeros((len(bank.watches), WATCHED)))
        # the last hour waits for the lock: posts still come to it
        signals = fold_span(self._store, bank, first, closed - LATE_MINUTES)
        with (
            self._guard.lock,
            self._store.closing(organisation),
            self._guard.undone_on_failure(organisation),
        ):
            hour = max(first, closed - LATE_MINUTES + 1)
            return self._take_up(organisation, spans, bank, signals, hour)

    def _drop_backfill_of_others(self, organisation: int, tolerated: Collection[int]) -> None:
        """Let nobody wait for the past of paused or deleted watches; resumed, they learn it anew."""
        others = [span for span in self._store.backfills(organisation) if span.watch not in tolerated]
        if others:
            with self._guard.lock:
                self._guard[organisation].forgotten.update(span.watch for span in others)
            recomputed = [(span.watch, span.amount) for span in others]
            self._store.watched(Watched(organisation, recomputed=recomputed))

    def _birth(self, watches: Sequence[int], first: int) -> int:
        """Return the minute from which silence of a watch means something.

        The same whichever watches are gone over together: when the organisation heard anything at all, but
        at most `HISTORY_MINUTES` before the span.
        """
        heard = self._store.first_minute(watches)
        return max(first - HISTORY_MINUTES, first if heard is None else heard)

    def _take_up(
        self,
        organisation: int,
        spans: Sequence[Backfill],
        bank: DetectorBank,
        signals: list[Signal],
        last_hour: int,
    ) -> int:
        post = self._guard.ready(organisation)
        self._look_at_late(organisation, bank.watches)
        closed = max(self._store.watermark(organisation) or 0, last_hour)
        signals += fold_span(self._store, bank, last_hour, closed)
        # an old episode that reaches into the present must not keep quiet what happens from here on
        live = {watch for watch, since in post.levels if (watch, since) not in post.historic}
        signals += bank.settle(watch for watch in bank.watches if watch not in live)
        known, brought = set(bank.watches), {span.watch for span in spans if span.amount}
        told = [signal for signal in signals if signal.watch in brought]
        new = self._store.watched(
            Watched(
                organisation=organisation,
                raised=self._episodes.past(organisation, post, told),
                detectors=states(bank, bank.watches, closed),
                recomputed=[(span.watch, span.amount) for span in spans],
                taken=[key for key in post.late if key[0] in known],
                minute=closed,
            )
        )
        for watch in bank.watches:
            post.bank.load(watch, bank.dump(watch))
        post.late = {key: taken for key, taken in post.late.items() if key[0] not in known}
        post.forgotten -= known
        return new
