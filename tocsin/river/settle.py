"""What a batch changes in the store: new posts and mentions, differences of known ones, sums, counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from tocsin.river.rows import mention_rows, post_rows, promoted_rows, reach
from tocsin.store.base import Backfill, Commit, Row
from tocsin.store.schema import ARRIVAL_BITS, PLACE_BITS, PLACE_MASK
from tocsin.stream.batch import Batch, Ints
from tocsin.stream.known import Known, counters_of, engagement, newer_counters, split
from tocsin.stream.pipeline import ROLE_CONTEXT, ROLE_MENTION, ROLE_OWN_VOICE, Flowed
from tocsin.stream.rollup import ENGAGEMENT, MINUTE_MS, Rollups, measures, roll_up

LATE_MINUTES: Final = 60
"""So late after its minute was closed a post still counts for live detection; older ones are backfill."""


class Shelf(Protocol):
    """What settling asks of a store."""

    def known(self, organisation: int, keys: Ints) -> Known:
        """Return what is stored of these posts."""
        ...

    def wanted(self, organisation: int, keys: Ints) -> npt.NDArray[np.bool_]:
        """Return which keys are parents of stored posts."""
        ...

    def taken(self, places: Ints) -> Ints:
        """Return which places are taken."""
        ...

    def mentioned(self, places: Ints) -> tuple[Ints, Ints]:
        """Return the pairs (watch, place) of stored mentions."""
        ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where and when a batch arrived.

    Attributes
    ----------
    closed : int
        The organisation's last closed minute.
    scopes : tuple of str
        What the batch is counted under: ``source:7``, ``import:3``.
    came_ms : int
        Time of arrival, milliseconds since 1970 UTC: posts are kept from then on, whatever was said of when
        they were fetched.
    first : int
        Sequence of the first message of the batch; 0 where it is that of the last.
    crowded : bool
        Whether places are to be asked for before they are taken, because some were taken already.
    received, rejected, repeated, dates_replaced : int
        Lines, unusable lines, lines that repeated a post of the same batch, dates that were absurd.
    """

    consumer: str
    sequence: int
    closed: int
    scopes: tuple[str, ...]
    received: int
    rejected: int
    repeated: int = 0
    dates_replaced: int = 0
    came_ms: int = 0
    first: int = 0
    crowded: bool = False

    @property
    def live_after(self) -> int:
        """The last minute whose posts are backfill: what a file brings is never news of this minute."""
        is_import = any(scope.startswith("import:") for scope in self.scopes)
        return self.closed if is_import else self.closed - LATE_MINUTES


@dataclass(slots=True, eq=False)
class _Seen:
    """Posts of a batch that the store holds already.

    Attributes
    ----------
    n : int64 array
        Their places.
    counters : int64 array, shape (k, 4)
        What is to be stored.
    gained : int64 array
        Difference of engagement.
    """

    batch: Batch
    n: Ints
    counters: Ints
    changed: npt.NDArray[np.bool_]
    gained: Ints
    text: list[str]


@dataclass(slots=True, eq=False)
class _Mentioned:
    """Mentions to insert (watch, row of `kept`), and stored ones that gained engagement (row of `_Seen`)."""

    watch: Ints
    row: Ints
    moved_watch: Ints
    moved_row: Ints


def settle(flowed: Flowed, shelf: Shelf, arrival: Arrival) -> Commit:
    """Return the change that a batch makes, given what is stored now."""
    kept, rest = flowed.kept, flowed.rest
    known = shelf.known(kept.organisation, np.concatenate([kept.key, rest.key]))
    new, old, at = split(kept.key, known)
    rest_new, rest_old, rest_at = split(rest.key, known)
    context = rest_new[_is_context(shelf, flowed, rest.key[rest_new])]
    added, aside = kept.take(new), rest.take(context)
    places = allot(np.concatenate([added.published, aside.published]), arrival, shelf)
    place, role = np.zeros(len(kept), dtype=np.int64), np.full(len(kept), -1, dtype=np.int64)
    place[new], place[old], role[old] = places[: len(new)], known.n[at], known.role[at]
    seen = _seen(kept.take(old).join(rest.take(rest_old)), known, np.concatenate([at, rest_at]))
    mentioned = _mentioned(flowed, shelf, seen, place, silent=role == ROLE_OWN_VOICE)
    promoted = np.flatnonzero((role == ROLE_CONTEXT) & (flowed.role == ROLE_MENTION))
    minute = minute_of(place[mentioned.row])
    newly_tagged = place[mentioned.row[role[mentioned.row] >= 0]]
    return Commit(
        consumer=arrival.consumer,
        sequence=arrival.sequence,
        organisation=kept.organisation,
        closed=arrival.closed,
        posts=post_rows(
            added, aside, places, flowed, new, sequence=arrival.sequence, came_ms=arrival.came_ms
        ),
        mentions=mention_rows(flowed, place, mentioned.watch, mentioned.row),
        versions=_versions(flowed, place, seen),
        counters=_counter_rows(seen),
        promoted=promoted_rows(flowed, promoted, place),
        engaged=_engaged_rows(seen, mentioned),
        rollups=_rollups(flowed, seen, mentioned, minute, arrival),
        tally=_tally(
            arrival,
            new=len(new),
            known=len(old) + len(rest_old) + arrival.repeated,
            unmatched=len(rest_new) - len(context),
            context=len(context),
            mentions=len(mentioned.watch),
        ),
        backfill=_backfill(kept.organisation, mentioned.watch, minute, arrival.live_after),
        text_places=np.concatenate([places, np.unique(newly_tagged)]),
        minute=int(minute.max()) if len(minute) else 0,
    )


def allot(published: Ints, arrival: Arrival, shelf: Shelf) -> Ints:
    """Return a place for each new post, as `tocsin.store.schema` says.

    Unless the arrival is said to be crowded nobody is asked whether the places are free: they hardly ever
    are not, and the store refuses the batch if so.
    """
    within = ((arrival.first or arrival.sequence) << ARRIVAL_BITS) + np.arange(len(published))
    places: Ints = (published << PLACE_BITS) | (within & PLACE_MASK)
    step = 1
    while arrival.crowded and len(places):
        order = np.argsort(places, kind="stable")
        twice = np.zeros(len(places), dtype=bool)
        twice[order[1:]] = places[order[1:]] == places[order[:-1]]
        collided = twice | np.isin(places, shelf.taken(places))
        if not collided.any():
            break
        # what is taken stands in rows, which are left behind in ever longer steps
        places = places + collided * step
        step *= 2
    return places


def minute_of(place: Ints) -> Ints:
    """Return the minute in which a post stands, since 1970 UTC."""
    minutes: Ints = (place >> PLACE_BITS) // MINUTE_MS
    return minutes


def _is_context(shelf: Shelf, flowed: Flowed, keys: Ints) -> npt.NDArray[np.bool_]:
    if not len(keys):
        return np.zeros(0, dtype=bool)
    parents = flowed.kept.parent_key[flowed.role == ROLE_MENTION]
    return np.isin(keys, parents) | shelf.wanted(flowed.kept.organisation, keys)


def _seen(batch: Batch, known: Known, at: npt.NDArray[np.intp]) -> _Seen:
    stored = known.counters[at]
    counters = newer_counters(counters_of(batch), stored)
    return _Seen(
        batch=batch,
        n=known.n[at],
        counters=counters,
        changed=(counters != stored).any(axis=1),
        gained=engagement(counters) - engagement(stored),
        text=[known.text[index] for index in at.tolist()],
    )


def _mentioned(
    flowed: Flowed, shelf: Shelf, seen: _Seen, place: Ints, *, silent: npt.NDArray[np.bool_]
) -> _Mentioned:
    """Tell new mentions from those that a known post has already; a post that was own voice gets none."""
    if not len(seen.n):
        none = np.empty(0, dtype=np.int64)
        return _Mentioned(flowed.watch, flowed.row, none, none)
    stored_watch, stored_place = shelf.mentioned(seen.n)
    stored = set(zip(stored_watch.tolist(), stored_place.tolist(), strict=True))
    pairs = zip(flowed.watch.tolist(), place[flowed.row].tolist(), silent[flowed.row].tolist(), strict=True)
    fresh = np.fromiter(
        (not quiet and (watch, n) not in stored for watch, n, quiet in pairs),
        dtype=bool,
        count=len(flowed.watch),
    )
    row_of = {n: row for row, n in enumerate(seen.n.tolist())}
    row = np.fromiter((row_of[n] for n in stored_place.tolist()), dtype=np.int64, count=len(stored_place))
    moved = seen.gained[row] != 0
    return _Mentioned(flowed.watch[fresh], flowed.row[fresh], stored_watch[moved], row[moved])


def _rollups(
    flowed: Flowed, seen: _Seen, mentioned: _Mentioned, minute: Ints, arrival: Arrival
) -> Rollups | None:
    kept, reading, row = flowed.kept, flowed.reading, mentioned.row
    if not len(row) and not len(mentioned.moved_row):
        return None
    table = measures(
        reading.sentiment[row],
        reading.emotions[row],
        reading.topics[row],
        reach(kept)[row],
        engagement(counters_of(kept))[row],
    )
    moved = mentioned.moved_row
    gained = np.zeros((len(moved), table.shape[1]), dtype=np.int64)
    gained[:, ENGAGEMENT] = seen.gained[moved]
    is_late = (minute <= arrival.closed) & (minute > arrival.live_after)
    late = np.where(is_late, minute, -1)
    return roll_up(
        watch=np.concatenate([mentioned.watch, mentioned.moved_watch]),
        minute=np.concatenate([minute, minute_of(seen.n[moved])]),
        network=[kept.network[r] for r in row.tolist()] + [seen.batch.network[r] for r in moved.tolist()],
        added=np.concatenate([table, gained]),
        author=np.concatenate([kept.author_key[row], np.zeros(len(moved), dtype=np.int64)]),
        late_minute=np.concatenate([late, np.full(len(moved), -1)]),
    )


def _backfill(organisation: int, watch: Ints, minute: Ints, live_after: int) -> list[Backfill]:
    past = minute <= live_after
    spans = []
    for one in np.unique(watch[past]).tolist():
        minutes = minute[past & (watch == one)]
        spans.append(Backfill(one, organisation, int(minutes.min()), int(minutes.max()), len(minutes)))
    return spans


def _versions(flowed: Flowed, place: Ints, seen: _Seen) -> list[Row]:
    rows: list[Row] = [(int(place[row]), fetched, text) for row, fetched, text in flowed.versions]
    fetched = zip(seen.n.tolist(), seen.batch.fetched.tolist(), seen.batch.text, seen.text, strict=True)
    return rows + [(n, at, text) for n, at, text, before in fetched if text != before]


def _counter_rows(seen: _Seen) -> list[Row]:
    table = np.column_stack([seen.counters[seen.changed], seen.n[seen.changed]])
    return [tuple(row) for row in table.tolist()]


def _engaged_rows(seen: _Seen, mentioned: _Mentioned) -> list[Row]:
    table = np.column_stack(
        [seen.gained[mentioned.moved_row], mentioned.moved_watch, seen.n[mentioned.moved_row]]
    )
    return [tuple(row) for row in table.tolist()]


def _tally(arrival: Arrival, **amounts: int) -> Sequence[tuple[str, str, int]]:
    amounts |= {
        "received": arrival.received,
        "rejected": arrival.rejected,
        "dates_replaced": arrival.dates_replaced,
    }
    return [(scope, name, amount) for scope in arrival.scopes for name, amount in amounts.items() if amount]
