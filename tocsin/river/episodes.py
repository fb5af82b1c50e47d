"""From signals of detection to what is raised: each change of an episode once, with its reasons."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tocsin.river.guard import GuardPost
from tocsin.river.reasons import Explainer
from tocsin.river.settle import LATE_MINUTES
from tocsin.store.base import Raised, Store
from tocsin.stream.detect import LEVELS, Signal


class Episodes:
    """Tells what signals change of what was raised before.

    Parameters
    ----------
    explainer
        Finds the reasons and the posts behind a signal.
    """

    def __init__(self, store: Store, explainer: Explainer) -> None:
        self._store = store
        self._explainer = explainer

    def live(
        self, organisation: int, post: GuardPost, signals: Iterable[Signal], historic_before: int = 0
    ) -> list[Raised]:
        """Return what is raised of signals of the present.

        Parameters
        ----------
        historic_before : int
            An episode that begins before this minute is history: nobody is called.
        """
        raised: list[Raised] = []
        for signal in signals:
            same = _of_open_episode(post, signal)
            raised += self._raised(organisation, post, [same], historic_before)
        return raised

    def past(self, organisation: int, post: GuardPost, signals: Iterable[Signal]) -> list[Raised]:
        """Return what is raised, as history, of signals of a past that was gone over."""
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

    def ended(self, organisation: int, post: GuardPost, watches: set[int], minute: int) -> list[Raised]:
        """Return the ends, at a minute, of the episodes of watches that nobody looks at any more."""
        ends = [
            Signal(watch, "end", minute, level, 0.0, 5, "volume", 0.0, 0.0, since)
            for (watch, since), level in post.levels.items()
            if watch in watches
        ]
        return self._raised(organisation, post, ends, historic_before=0)

    def _spans(self, watch: int) -> list[tuple[int, int]]:
        spans: dict[int, int] = {}
        for change in self._store.raised(watch):
            spans[change.since] = max(spans.get(change.since, 0), change.minute)
        return list(spans.items())

    def _raised(
        self, organisation: int, post: GuardPost, signals: Sequence[Signal], historic_before: int
    ) -> list[Raised]:
        raised = []
        for signal in signals:
            change = _change(post, signal)
            if change is None:
                continue
            episode = (signal.watch, signal.since_minute)
            if change == "begin" and signal.minute < historic_before:
                post.historic.add(episode)
            historic = episode in post.historic
            raised.append(self._described(organisation, signal, change, historic=historic))
        return raised

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


def _change(post: GuardPost, signal: Signal) -> str | None:
    """Return what a signal changes of what was raised before, None for nothing."""
    episode = (signal.watch, signal.since_minute)
    before = post.levels.get(episode, 0)
    if signal.event == "end":
        return "end" if post.levels.pop(episode, 0) else None
    if signal.level <= before:
        return None
    post.levels[episode] = signal.level
    return "escalate" if before else "begin"


def _of_open_episode(post: GuardPost, signal: Signal) -> Signal:
    """Return a signal as one of the episode that is open already, where it began at about the same time.

    When posts come late, and after a restart, detection may find another first minute for the same episode.
    """
    for watch, since in post.levels:
        near = watch == signal.watch and abs(since - signal.since_minute) <= LATE_MINUTES
        if near and (watch, since) not in post.historic:
            return replace(signal, since_minute=since)
    return signal


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
