"""Sums of mentions by watch, unit of time and network, and sketches of how many authors wrote them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.batch import Ints
from tocsin.stream.understand.words import EMOTIONS, TOPICS

MEASURES: Final = (
    "volume",
    "authors",
    "negative",
    "neutral",
    "positive",
    *(f"emotion_{name}" for name in EMOTIONS),
    *(f"topic_{name}" for name in TOPICS),
    "reach",
    "engagement",
)
VOLUME, AUTHORS, NEGATIVE, NEUTRAL, POSITIVE = range(5)
FIRST_EMOTION: Final = 5
FIRST_TOPIC: Final = FIRST_EMOTION + len(EMOTIONS)
REACH: Final = MEASURES.index("reach")
ENGAGEMENT: Final = MEASURES.index("engagement")

MINUTE_MS: Final = 60_000
UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_LATE = 0, 1, 2, 3
UNIT_MINUTES: Final = {UNIT_MINUTE: 1, UNIT_HOUR: 60, UNIT_DAY: 1440}

EMOTION_PRESENT: Final = 0.5


@dataclass(slots=True, eq=False)
class Rollups:
    """Sums to add, one row a group.

    Attributes
    ----------
    watch, unit, bucket : int64 array, shape (g,)
        `bucket` is the index of the unit since 1970 UTC.
    network : list of str
    sums : int64 array, shape (g, len(MEASURES))
        The column of authors is zero: it is not a sum, see `author_group`.
    author_group, author_key : int64 array
        Each distinct known author of each group, sorted by group.
    """

    watch: Ints
    unit: Ints
    bucket: Ints
    network: list[str]
    sums: Ints
    author_group: Ints
    author_key: Ints

    def __len__(self) -> int:
        return len(self.watch)


def measures(
    sentiment: npt.NDArray[np.int8],
    emotions: npt.NDArray[np.float32],
    topics: npt.NDArray[np.uint16],
    reach: Ints,
    engagement: Ints,
) -> Ints:
    """Return what each post adds to the measures of its groups, shape (n, len(MEASURES)).

    Parameters
    ----------
    emotions : float32 array, shape (n, 8)
        An emotion counts from `EMOTION_PRESENT` on.
    topics : uint16 array, shape (n,)
        One bit a topic.
    """
    table = np.zeros((len(sentiment), len(MEASURES)), dtype=np.int64)
    table[:, VOLUME] = 1
    table[:, NEGATIVE] = sentiment < 0
    table[:, NEUTRAL] = sentiment == 0
    table[:, POSITIVE] = sentiment > 0
    table[:, FIRST_EMOTION:FIRST_TOPIC] = emotions >= EMOTION_PRESENT
    bits = topics.astype(np.int64)[:, None] >> np.arange(len(TOPICS))
    table[:, FIRST_TOPIC:REACH] = bits & 1
    table[:, REACH] = reach
    table[:, ENGAGEMENT] = engagement
    return table


def roll_up(
    *,
    watch: Ints,
    minute: Ints,
    network: list[str],
    added: Ints,
    author: Ints,
    late_minute: Ints | None = None,
) -> Rollups:
    """Sum mentions by watch, network and minute, hour and day.

    Parameters
    ----------
    watch, minute, author : int64 array, shape (m,)
        One entry a mention; author 0 is unknown and not counted among the authors.
    added : int64 array, shape (m, len(MEASURES))
        What each mention adds (`measures`).
    late_minute : int64 array, shape (m,), optional
        Where not negative, the mention came after its minute was closed and is counted once more under
        `UNIT_LATE` in this minute, for detection.
    """
    codes: dict[str, int] = {}
    network_code = np.array([codes.setdefault(name, len(codes)) for name in network], dtype=np.int64)
    names = list(codes)
    parts = [(unit, minute // size, np.arange(len(watch))) for unit, size in UNIT_MINUTES.items()]
    if late_minute is not None and (late_minute >= 0).any():
        rows = np.flatnonzero(late_minute >= 0)
        parts.append((UNIT_LATE, late_minute[rows], rows))
    unit = np.concatenate([np.full(len(rows), u, dtype=np.int64) for u, _, rows in parts])
    bucket = np.concatenate([b for _, b, _ in parts])
    rows = np.concatenate([r for _, _, r in parts])
    group, members = _groups(unit, watch[rows], bucket, network_code[rows])
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(members)))
    sums = np.add.reduceat(added[rows[order]], starts, axis=0) if len(members) else added[:0]
    sums[:, AUTHORS] = 0
    seen_group, seen_author = _distinct(group, author[rows])
    return Rollups(
        watch=watch[rows[members]],
        unit=unit[members],
        bucket=bucket[members],
        network=[names[code] for code in network_code[rows[members]].tolist()],
        sums=sums,
        author_group=seen_group,
        author_key=seen_author,
    )


def _groups(*columns: Ints) -> tuple[Ints, Ints]:
    """Return for each entry the index of its group, and for each group one of its entries."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, inverse = np.unique(column, return_inverse=True)
        code = code * max(len(values), 1) + inverse
        # made dense again at each step, so that the product of the ranges cannot overflow
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    _, members, group = np.unique(code, return_index=True, return_inverse=True)
    return group.astype(np.int64), members.astype(np.int64)


def _distinct(group: Ints, author: Ints) -> tuple[Ints, Ints]:
    known = author != 0
    pairs = np.stack([group[known], author[known]], axis=1)
    if not len(pairs):
        return pairs[:, 0], pairs[:, 1]
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs = pairs[order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[first, 0], pairs[first, 1]
