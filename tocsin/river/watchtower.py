"""The watchtower: folds closed minutes, looks at the open one, and raises what it sees, with reasons."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.river.reasons import Explainer
from tocsin.river.settle import LATE_MINUTES
from tocsin.river.watches import Watched as WatchedWatch
from tocsin.store.base import Backfill, Minutes, Raised, Store, Watched
from tocsin.stream.detect import LEVELS, WATCHED_MEASURES, DetectorBank, Signal, UnreadableState
from tocsin.stream.rollup import MEASURES, MINUTE_MS

log = logging.getLogger(__name__)

Array = npt.NDArray[np.float64]

HISTORY_MINUTES: Final = 28 * 1440
"""How far before a backfill detection starts, so that it knows what was usual."""

STALE_MINUTES: Final = 180
"""An episode that detection comes upon so late (the river was off) is history: nobody is called."""

ENOUGH_BACKFILL: Final = 5
_SILENT_MINUTES: Final = 10
_WEEK_MINUTES: Final = 7 * 1440
_CELLS_AT_ONCE: Final = 500_000
_COLUMNS: Final = [MEASURES.index(name) for name in WATCHED_MEASURES]


@dataclass(slots=True)
class _Post:
    """Detection of one organisation.

    Attributes
    ----------
    levels : dict
        Highest level raised of each episode (watch, since minute) that is open.
    historic : set
        Episodes that were history when they were found; they stay so to their end.
    dirty : set of int
        Watches that got mentions since the last look.
    late : dict
        What was taken, of each (watch, minute), of the posts that came after their minute was closed. It is
        stored with the states when the next minute is folded.
    forgotten : set of int
        Watches of which nothing usual is known any more; it is learnt again from their past.
    left : set of int
        Watches that were paused or deleted since the last look; their alerts end.
    """

    bank: DetectorBank
    tolerated: dict[int, float] = field(default_factory=dict)
    levels: dict[tuple[int, int], int] = field(default_factory=dict)
    historic: set[tuple[int, int]] = field(default_factory=set)
    dirty: set[int] = field(default_factory=set)
    late: dict[tuple[int, int], Array] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)


class Watchtower:
    """Detection for every organisation of this river.

    Parameters
    ----------
    explainer
        Finds the reasons and the posts behind a signal.
    """

    def __init__(self, store: Store, explainer: Explainer) -> None:
        self._store = store
        self._explainer = explainer
        self._posts: dict[int, _Post] = {}
        self._lock = threading.RLock()

    def use(self, watched: dict[int, list[WatchedWatch]]) -> None:
        """Take up changed watches."""
        with self._lock:
            for organisation, watches in watched.items():
                post = self._posts.setdefault(organisation, _Post(DetectorBank()))
                post.left |= set(post.tolerated) - {watch.id for watch in watches}
                post.tolerated = {watch.id: watch.tolerated for watch in watches}
                known = set(post.bank.watches)
                post.bank.extend({w: tolerated for w, tolerated in post.tolerated.items() if w in known})
            for organisation in set(self._posts) - set(watched):
                self._posts[organisation].left |= set(self._posts[organisation].tolerated)
                self._posts[organisation].tolerated = {}

    def stored(self, organisation: int, watches: Iterable[int]) -> None:
        """Remember that watches got mentions, to be looked at next."""
        with self._lock:
            if organisation in self._posts:
                self._posts[organisation].dirty.update(watches)

    @property
    def organisations(self) -> list[int]:
        """Return the organisations that have ever had an active watch here."""
        with self._lock:
            return list(self._posts)

    def tick(self, now_ms: Callable[[int], int]) -> int:
        """Fold what was closed and look at what is open, for every organisation; return changes raised.

        Parameters
        ----------
        now_ms : callable
            The time of an organisation, milliseconds since 1970 UTC.
        """
        with self._lock:
            return sum(
                self._let_go(organisation)
                + self._fold(organisation, now_ms(organisation) // MINUTE_MS - 1)
                + self._peek(organisation, now_ms(organisation) // MINUTE_MS)
                for organisation in list(self._posts)
            )

    # live

    def _let_go(self, organisation: int) -> int:
        """End the alerts of watches that were paused or deleted: nobody looks at them any more."""
        post, closed = self._posts[organisation], self._store.watermark(organisation)
        left, post.left = post.left - set(post.tolerated), set()
        levels = [(episode, level) for episode, level in post.levels.items() if episode[0] in left]
        if not levels or closed is None:
            return 0
        with self._undone_on_failure(organisation, left):
            ends = [_end(watch, since, level, closed) for (watch, since), level in levels]
            post.bank.settle(left & set(post.bank.watches))
            watches = sorted(left & set(post.bank.watches))
            return self._store.watched(
                Watched(
                    organisation=organisation,
                    raised=self._raised(organisation, post, ends, historic_before=0),
                    detectors=self._states(post.bank, watches, closed),
                    minute=closed,
                )
            )

    def _fold(self, organisation: int, closed: int) -> int:
        post = self._ready(organisation)
        before = self._store.watermark(organisation)
        if before is not None and closed <= before:
            return 0
        with self._store.closing(organisation), self._undone_on_failure(organisation):
            signals = []
            if before is not None and post.tolerated:
                late = post.dirty | {watch for watch, _ in post.late}
                signals = self._take_late(post, before, late & set(post.tolerated))
                signals += self._fold_span(post.bank, before + 1, closed)
            new = self._store.watched(
                Watched(
                    organisation=organisation,
                    watermark=closed,
                    raised=self._raised_live(organisation, post, signals, closed - STALE_MINUTES),
                    detectors=self._states(post.bank, _to_store(post.bank, closed), closed),
                    taken=list(post.late),
                    minute=closed,
                )
            )
            post.late.clear()
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
        with self._undone_on_failure(organisation):
            signals = self._take_late(post, closed, watches)
            if not signals:
                return 0
            raised = self._raised_live(organisation, post, signals, historic_before=0)
            return self._store.watched(Watched(organisation, raised=raised, minute=closed + 1))

    def _take_late(self, post: _Post, closed: int, watches: Iterable[int]) -> list[Signal]:
        """Take into the windows what came after its minute was closed and was not taken yet."""
        first = closed - LATE_MINUTES + 1
        found = self._store.minutes(list(watches), first, closed, late=True)
        if not len(found.watch):
            return []
        every = self._store.minutes(np.unique(found.watch).tolist(), int(found.minute.min()), closed)
        measures = _with_authors(found, every)[:, _COLUMNS]
        keys = list(zip(found.watch.tolist(), found.minute.tolist(), strict=True))
        before = np.array([post.late.get(key, np.zeros(len(_COLUMNS))) for key in keys])
        post.late |= dict(zip(keys, measures, strict=True))
        new = np.maximum(measures - before, 0.0)
        rows = np.flatnonzero(new[:, 0])
        return post.bank.amend(closed, found.watch[rows].tolist(), found.minute[rows], new[rows])

    def _look_at_open(self, organisation: int, watches: Sequence[int], minute: int) -> int:
        post = self._posts[organisation]
        partial = self._store.minutes(watches, minute, minute)
        table = _tables(partial, post.bank.watches).get(minute)
        if table is None:
            return 0
        signals = post.bank.peek(minute, table)
        if not signals:
            return 0
        with self._undone_on_failure(organisation):
            raised = self._raised_live(organisation, post, signals, historic_before=0)
            return self._store.watched(Watched(organisation, raised=raised, minute=minute))

    def _fold_span(self, bank: DetectorBank, first: int, last: int) -> list[Signal]:
        signals: list[Signal] = []
        tables: dict[int, Array] = {}
        size = max(10, min(_WEEK_MINUTES, _CELLS_AT_ONCE // max(len(bank.watches), 1)))
        for start in range(first, last + 1, size):
            end = min(start + size - 1, last)
            tables = _tables(self._store.minutes(bank.watches, start, end), bank.watches)
            for minute in sorted(tables):
                signals += bank.fold(minute, tables[minute])
        if not tables or max(tables) < last:
            signals += bank.fold(last, np.zeros((len(bank.watches), len(_COLUMNS))))
        return signals

    def _ready(self, organisation: int) -> _Post:
        """Return an organisation's detection with every active watch in its bank, as last stored."""
        post = self._posts[organisation]
        known = set(post.bank.watches)
        missing = {watch: tolerated for watch, tolerated in post.tolerated.items() if watch not in known}
        if missing:
            post.bank.extend(missing)
            for watch, (_, state) in self._store.detector_states(list(missing)).items():
                self._load(post, watch, state)
            for watch in missing:
                self._recall(post, watch)
            # what was stored of the open minute before a restart has not been looked at
            post.dirty.update(missing)
        return post

    @staticmethod
    def _load(post: _Post, watch: int, state: bytes) -> None:
        try:
            post.bank.load(watch, state)
        except UnreadableState as error:
            post.forgotten.add(watch)
            log.warning("Watch %s: %s.", watch, error)

    def _recall(self, post: _Post, watch: int) -> None:
        for change in self._store.raised(watch):
            episode = (watch, change.since)
            if change.historic:
                post.historic.add(episode)
            if change.change == "end":
                post.levels.pop(episode, None)
            else:
                post.levels[episode] = max(post.levels.get(episode, 0), LEVELS.index(change.level))

    @staticmethod
    def _states(bank: DetectorBank, watches: Sequence[int], minute: int) -> list[tuple[int, int, bytes]]:
        return [(watch, minute, state) for watch, state in zip(watches, bank.dump_all(watches), strict=True)]

    def _raised_live(
        self, organisation: int, post: _Post, signals: Sequence[Signal], historic_before: int
    ) -> list[Raised]:
        raised: list[Raised] = []
        for signal in signals:
            same = _of_open_episode(post, signal)
            raised += self._raised(organisation, post, [same], historic_before=historic_before)
        return raised

    def _raised(
        self, organisation: int, post: _Post, signals: Sequence[Signal], *, historic_before: int
    ) -> list[Raised]:
        raised = []
        for signal in signals:
            change = self._change(post, signal)
            if change is None:
                continue
            episode = (signal.watch, signal.since_minute)
            if change == "begin" and signal.minute < historic_before:
                post.historic.add(episode)
            historic = episode in post.historic
            raised.append(self._described(organisation, signal, change, historic=historic))
        return raised

    @staticmethod
    def _change(post: _Post, signal: Signal) -> str | None:
        """Return what a signal changes of what was raised before, None for nothing."""
        episode = (signal.watch, signal.since_minute)
        before = post.levels.get(episode, 0)
        if signal.event == "end":
            return "end" if post.levels.pop(episode, 0) else None
        if signal.level <= before:
            return None
        post.levels[episode] = signal.level
        return "escalate" if before else "begin"

    def _described(self, organisation: int, signal: Signal, change: str, *, historic: bool) -> Raised:
        level = LEVELS[signal.level]
        suffix = f":{level}" if change == "escalate" else ""
        return Raised(
            key=f"{signal.watch}:{signal.since_minute}:{change}{suffix}",
            organisation=organisation,
            watch=signal.watch,
            change=change,
            level=level,
            minute=signal.minute,
            since=signal.since_minute,
            score=signal.score,
            data=self._data(signal, change),
            historic=historic,
        )

    def _data(self, signal: Signal, change: str) -> dict[str, Any]:
        if change == "end":
            return {"signal": _figures(signal), "reasons": [], "posts": []}
        reasons, posts = self._explainer.explain(signal)
        return {"signal": _figures(signal), "reasons": reasons, "posts": posts}

    # the past

    def go_over_backfill(self, organisation: int, *, everything: bool = False) -> int:
        """Go over the minutes that posts came to after they were closed, in time order.

        What is found is historic: nobody is notified, and vigilance stays as it is. What detection learnt
        from it is taken up by live detection. Live detection goes on meanwhile, but for the last step.

        Parameters
        ----------
        everything : bool
            Also watches that got only a handful of old posts, which could not show anything by themselves.
        """
        with self._lock:
            post = self._ready(organisation)
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
        bank.fold(first - 1, np.zeros((len(bank.watches), len(_COLUMNS))))
        # the last hour waits for the lock: posts still come to it
        signals = self._fold_span(bank, first, closed - LATE_MINUTES)
        with self._lock, self._store.closing(organisation), self._undone_on_failure(organisation):
            hour = max(first, closed - LATE_MINUTES + 1)
            return self._take_up_past(organisation, spans, bank, signals, hour)

    def _drop_backfill_of_others(self, organisation: int, tolerated: Collection[int]) -> None:
        """Let nobody wait for the past of paused or deleted watches; resumed, they learn it anew."""
        others = [span for span in self._store.backfills(organisation) if span.watch not in tolerated]
        if others:
            with self._lock:
                self._posts[organisation].forgotten.update(span.watch for span in others)
            recomputed = [(span.watch, span.amount) for span in others]
            self._store.watched(Watched(organisation, recomputed=recomputed))

    def _birth(self, watches: Sequence[int], first: int) -> int:
        """Return the minute from which silence of a watch means something.

        The same whichever watches are gone over together: when the organisation heard anything at all, but
        at most `HISTORY_MINUTES` before the span.
        """
        heard = self._store.first_minute(watches)
        return max(first - HISTORY_MINUTES, first if heard is None else heard)

    def _take_up_past(
        self,
        organisation: int,
        spans: Sequence[Backfill],
        bank: DetectorBank,
        signals: list[Signal],
        last_hour: int,
    ) -> int:
        post = self._ready(organisation)
        self._look_at_late(organisation, bank.watches)
        closed = max(self._store.watermark(organisation) or 0, last_hour)
        signals += self._fold_span(bank, last_hour, closed)
        # an old episode that reaches into the present must not keep quiet what happens from here on
        live = {watch for watch, since in post.levels if (watch, since) not in post.historic}
        signals += bank.settle(watch for watch in bank.watches if watch not in live)
        known, brought = set(bank.watches), {span.watch for span in spans if span.amount}
        told = [signal for signal in signals if signal.watch in brought]
        new = self._store.watched(
            Watched(
                organisation=organisation,
                raised=self._past_episodes(organisation, post, told),
                detectors=self._states(bank, bank.watches, closed),
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

    @contextmanager
    def _undone_on_failure(self, organisation: int, left: Iterable[int] = ()) -> Iterator[None]:
        """Go back to what is stored when a transaction did not happen."""
        try:
            yield
        except BaseException:
            before = self._posts[organisation]
            post = _Post(DetectorBank(), tolerated=before.tolerated, left=before.left | set(left))
            self._posts[organisation] = post
            for watch in post.left:
                self._recall(post, watch)
            raise

    def _past_episodes(self, organisation: int, post: _Post, signals: Sequence[Signal]) -> list[Raised]:
        episodes: dict[tuple[int, int], list[Signal]] = defaultdict(list)
        for signal in signals:
            episodes[signal.watch, signal.since_minute].append(signal)
        raised: list[Raised] = []
        before = {watch: self._spans(watch) for watch in {watch for watch, _ in episodes}}
        for (watch, since), turns in episodes.items():
            until = turns[-1].minute
            if any(first <= until and since <= last for first, last in before[watch]):
                continue  # it was raised when it happened, or by an earlier import
            raised += self._raised(organisation, post, turns, historic_before=until + 1)
        return raised

    def _spans(self, watch: int) -> list[tuple[int, int]]:
        spans: dict[int, int] = {}
        for change in self._store.raised(watch):
            spans[change.since] = max(spans.get(change.since, 0), change.minute)
        return list(spans.items())


def _to_store(bank: DetectorBank, minute: int) -> list[int]:
    """Return the watches whose state is stored with a minute: what changed, and some of the silent ones.

    So no state lags by more than `_SILENT_MINUTES`, and after a restart little silence is to be folded.
    """
    turn = minute % _SILENT_MINUTES
    changed = set(bank.take_changed())
    return [watch for watch in bank.watches if watch in changed or watch % _SILENT_MINUTES == turn]


def _tables(minutes: Minutes, watches: Sequence[int]) -> dict[int, Array]:
    """Return for each minute that has anything the table that the bank folds."""
    row_of = {watch: row for row, watch in enumerate(watches)}
    tables: dict[int, Array] = {}
    chosen = minutes.measures[:, _COLUMNS]
    for index, (watch, minute) in enumerate(
        zip(minutes.watch.tolist(), minutes.minute.tolist(), strict=True)
    ):
        if watch in row_of:
            table = tables.setdefault(minute, np.zeros((len(watches), len(_COLUMNS))))
            table[row_of[watch]] = chosen[index]
    return tables


def _with_authors(late: Minutes, every: Minutes) -> Array:
    """Return the measures of late posts; their authors differ as much as those of all posts of the minute."""
    volume, authors = MEASURES.index("volume"), MEASURES.index("authors")
    keys = zip(every.watch.tolist(), every.minute.tolist(), strict=True)
    shares = every.measures[:, authors] / np.maximum(every.measures[:, volume], 1.0)
    share_of = dict(zip(keys, np.clip(shares, 0.0, 1.0).tolist(), strict=True))
    late_keys = zip(late.watch.tolist(), late.minute.tolist(), strict=True)
    measures = late.measures.copy()
    measures[:, authors] = measures[:, volume] * [share_of.get(key, 1.0) for key in late_keys]
    return measures


def _of_open_episode(post: _Post, signal: Signal) -> Signal:
    """Return a signal as one of the episode that is open already, where it began at about the same time.

    When posts come late, and after a restart, detection may find another first minute for the same episode.
    """
    for watch, since in post.levels:
        near = watch == signal.watch and abs(since - signal.since_minute) <= LATE_MINUTES
        if near and (watch, since) not in post.historic:
            return replace(signal, since_minute=since)
    return signal


def _end(watch: int, since: int, level: int, minute: int) -> Signal:
    return Signal(watch, "end", minute, level, 0.0, 5, "volume", 0.0, 0.0, since)


def _figures(signal: Signal) -> dict[str, Any]:
    return {
        "event": signal.event,
        "minute": signal.minute,
        "since": signal.since_minute,
        "level": LEVELS[signal.level],
        "score": signal.score,
        "horizon_minutes": signal.horizon_minutes,
        "measure": signal.measure,
        "observed": signal.observed,
        "expected": signal.expected,
    }
