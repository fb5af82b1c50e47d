"""The watchtower: folds closed minutes, looks at the open one, and raises what it sees, with reasons."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from tocsin.river.episodes import Episodes
from tocsin.river.guard import Guard, GuardPost, states
from tocsin.river.minutes import WATCHED, fold_span, late_measures, tables_of
from tocsin.river.past import Past
from tocsin.river.reasons import Explainer
from tocsin.river.settle import LATE_MINUTES
from tocsin.river.watches import Watched as WatchedWatch
from tocsin.store.base import Store, Watched
from tocsin.stream.detect import DetectorBank, Signal
from tocsin.stream.rollup import MINUTE_MS

STALE_MINUTES: Final = 180
"""An episode that detection comes upon so late (the river was off) is history: nobody is called."""

_SILENT_MINUTES: Final = 10


class Watchtower:
    """Detection for every organisation of this river.

    Parameters
    ----------
    explainer
        Finds the reasons and the posts behind a signal.
    """

    def __init__(self, store: Store, explainer: Explainer) -> None:
        self._store = store
        self._posts = Guard(store)
        self._episodes = Episodes(store, explainer)
        self._past = Past(store, self._posts, self._episodes, self._look_at_late)

    def use(
        self,
        watched: Mapping[int, Sequence[WatchedWatch]],
        paused: Mapping[int, Collection[int]] | None = None,
    ) -> None:
        """Take up changed watches, and let go of those that are paused."""
        self._posts.use(watched, paused)

    def stored(self, organisation: int, watches: Iterable[int]) -> None:
        """Remember that watches got mentions, to be looked at next."""
        self._posts.stored(organisation, watches)

    @property
    def organisations(self) -> list[int]:
        """Return the organisations that have ever had a watch here."""
        return self._posts.organisations

    def tick(self, now_ms: Callable[[int], int]) -> int:
        """Fold what was closed and look at what is open, for every organisation; return changes raised.

        Parameters
        ----------
        now_ms : callable
            The time of an organisation, milliseconds since 1970 UTC.
        """
        with self._posts.lock:
            return sum(
                self._let_go(organisation)
                + self._fold(organisation, now_ms(organisation) // MINUTE_MS - 1)
                + self._peek(organisation, now_ms(organisation) // MINUTE_MS)
                for organisation in self._posts.organisations
            )

    def go_over_backfill(self, organisation: int, *, everything: bool = False) -> int:
        """Go over the minutes that posts came to after they were closed; return the changes raised.

        Parameters
        ----------
        everything : bool
            Also watches that got only a handful of old posts, which could not show anything by themselves.
        """
        return self._past.go_over(organisation, everything=everything)

    def _let_go(self, organisation: int) -> int:
        """End the alerts of watches that were paused or deleted: nobody looks at them any more."""
        post, closed = self._posts[organisation], self._store.watermark(organisation)
        left, post.left = post.left - set(post.tolerated), set()
        self._posts.recall(post, left - set(post.bank.watches))
        post.let_go |= left
        if closed is None or not any(watch in left for watch, _ in post.levels):
            return 0
        with self._posts.undone_on_failure(organisation, left):
            ends = self._episodes.ended(organisation, post, left, closed)
            watches = sorted(left & set(post.bank.watches))
            post.bank.settle(watches)
            return self._store.watched(
                Watched(
                    organisation=organisation,
                    raised=ends,
                    detectors=states(post.bank, watches, closed),
                    minute=closed,
                )
            )

    def _fold(self, organisation: int, closed: int) -> int:
        post = self._posts.ready(organisation)
        if post.closed is not None and closed <= post.closed:
            return 0
        with self._store.closing(organisation), self._posts.undone_on_failure(organisation):
            before = self._store.watermark(organisation)
            if post.closed not in (None, before):
                # a river that has this one's turn by now has closed it: what is held here is of the past
                self._posts.read_again(organisation)
                return 0
            if before is not None and closed <= before:
                post.closed = before
                return 0
            signals = []
            if before is not None and post.tolerated:
                late = post.dirty | {watch for watch, _ in post.late}
                signals = self._take_late(post, before, late & set(post.tolerated))
                signals += fold_span(self._store, post.bank, before + 1, closed)
            new = self._store.watched(
                Watched(
                    organisation=organisation,
                    watermark=closed,
                    raised=self._episodes.live(organisation, post, signals, closed - STALE_MINUTES),
                    detectors=states(post.bank, _to_store(post.bank, closed), closed),
                    taken=list(post.late),
                    minute=closed,
                )
            )
            post.late.clear()
            post.closed = closed
            return new

    def _peek(self, organisation: int, minute: int) -> int:
        post = self._posts[organisation]
        watches = [watch for watch in post.dirty if watch in post.tolerated]
        post.dirty.clear()
        if not watches:
            return 0
        return self._look_at_late(organisation, watches) + self._look_at_open(organisation, watches, minute)

    def _look_at_late(self, organisation: int, watches: Sequence[int]) -> int:
        post, closed = self._posts[organisation], self._store.watermark(organisation)
        if closed is None:
            return 0
        with self._posts.undone_on_failure(organisation):
            signals = self._take_late(post, closed, watches)
            if not signals:
                return 0
            raised = self._episodes.live(organisation, post, signals)
            return self._store.watched(Watched(organisation, raised=raised, minute=closed + 1))

    def _take_late(self, post: GuardPost, closed: int, watches: Iterable[int]) -> list[Signal]:
        """Take into the windows what came after its minute was closed and was not taken yet."""
        first = closed - LATE_MINUTES + 1
        found = self._store.minutes(list(watches), first, closed, late=True)
        if not len(found.watch):
            return []
        every = self._store.minutes(np.unique(found.watch).tolist(), int(found.minute.min()), closed)
        measures = late_measures(found, every)
        keys = list(zip(found.watch.tolist(), found.minute.tolist(), strict=True))
        before = np.array([post.late.get(key, np.zeros(WATCHED)) for key in keys])
        post.late |= dict(zip(keys, measures, strict=True))
        new = np.maximum(measures - before, 0.0)
        rows = np.flatnonzero(new[:, 0])
        return post.bank.amend(closed, found.watch[rows].tolist(), found.minute[rows], new[rows])

    def _look_at_open(self, organisation: int, watches: Sequence[int], minute: int) -> int:
        post = self._posts[organisation]
        partial = self._store.minutes(watches, minute, minute)
        table = tables_of(partial, post.bank.watches).get(minute)
        if table is None:
            return 0
        signals = post.bank.peek(minute, table)
        if not signals:
            return 0
        with self._posts.undone_on_failure(organisation):
            raised = self._episodes.live(organisation, post, signals)
            return self._store.watched(Watched(organisation, raised=raised, minute=minute))


def _to_store(bank: DetectorBank, minute: int) -> list[int]:
    """Return the watches whose state is stored with a minute: what changed, and some of the silent ones.

    So no state lags by more than `_SILENT_MINUTES`, and after a restart little silence is to be folded.
    """
    turn = minute % _SILENT_MINUTES
    changed = set(bank.take_changed())
    return [watch for watch in bank.watches if watch in changed or watch % _SILENT_MINUTES == turn]
