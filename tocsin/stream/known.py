"""Which posts of a batch are new, given what the store knows, and what changed in the others."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from tocsin.stream.batch import Batch, Ints

Rows = npt.NDArray[np.intp]
COUNTERS = ("likes", "reposts", "replies", "views")


@dataclass(slots=True, eq=False)
class Known:
    """What the store holds of some posts, in ascending order of `key`.

    Attributes
    ----------
    n : int64 array
        Their places.
    role : int64 array
        Mention, own voice or context.
    counters : int64 array, shape (k, 4)
        Likes, reposts, replies and views as last seen, -1 unknown.
    text : list of str
        Their newest text.
    """

    key: Ints
    n: Ints
    role: Ints
    counters: Ints
    text: list[str]

    @classmethod
    def nothing(cls) -> Self:
        """Return what an empty store knows."""
        none = np.empty(0, dtype=np.int64)
        return cls(none, none, none, np.empty((0, len(COUNTERS)), dtype=np.int64), [])


@dataclass(slots=True, eq=False)
class Collapsed:
    """A batch in which no key stands twice.

    Attributes
    ----------
    earlier : list of (int, int, str)
        Row, time of fetching and text of versions that a later line of the same batch replaced.
    """

    batch: Batch
    repeated: int
    earlier: list[tuple[int, int, str]]


def collapse(batch: Batch) -> Collapsed:
    """Make one post of lines with the same key: first text, last counters, other texts as versions."""
    unique, first = np.unique(batch.key, return_index=True)
    repeated = len(batch) - len(unique)
    if not repeated:
        return Collapsed(batch, 0, [])
    keep = np.sort(first)
    row_of = {int(key): row for row, key in enumerate(batch.key[keep].tolist())}
    kept = batch.take(keep)
    again = np.setdiff1d(np.arange(len(batch)), keep)
    versions = []
    newest = list(kept.text)
    for line in again.tolist():
        row = row_of[int(batch.key[line])]
        for name in COUNTERS:
            if getattr(batch, name)[line] >= 0:
                getattr(kept, name)[row] = getattr(batch, name)[line]
        if batch.text[line] != newest[row]:
            newest[row] = batch.text[line]
            versions.append((row, int(batch.fetched[line]), batch.text[line]))
    return Collapsed(kept, repeated, versions)


def split(keys: Ints, known: Known) -> tuple[Rows, Rows, Rows]:
    """Return the rows that are new, the rows that are known, and for the latter their index in `known`."""
    if not len(known.key):
        return np.arange(len(keys)), np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    at = np.minimum(np.searchsorted(known.key, keys), len(known.key) - 1)
    found = known.key[at] == keys
    return np.flatnonzero(~found), np.flatnonzero(found), at[found]


def counters_of(batch: Batch) -> Ints:
    """Return the counters of a batch side by side, shape (n, 4)."""
    return np.stack([batch.likes, batch.reposts, batch.replies, batch.views], axis=1)


def newer_counters(fetched: Ints, stored: Ints) -> Ints:
    """Return the counters to store: what was fetched, or where the network was silent, what was stored."""
    return np.where(fetched >= 0, fetched, stored)


def engagement(counters: Ints) -> Ints:
    """Return likes, reposts and replies together; unknown counts add nothing."""
    together: Ints = np.maximum(counters[:, :3], 0).sum(axis=1)
    return together
