"""Narratives: posts that tell the same thing in (nearly) the same words.

A copy, a quoted copy or a lightly edited copy joins the narrative of the post that it resembles, within
the batch in which it comes. Reposts join their original. Everything else begins a narrative of its own,
whose id is the key of its first post.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.outlines import (
    LEAST_CONTAINMENT,
    LEAST_RESEMBLANCE,
    LEAST_RESEMBLANCE_WHEN_EDITED,
    LEAST_SHARED,
    LEAST_SHARED_WHEN_CONTAINED,
    LEAST_SHARED_WHEN_EDITED,
    Outlines,
    can_be_same,
    outlines_of,
)
from tocsin.stream.shingles import KEPT, NONE, Hashes, sketch, sketches

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WINDOW_MINUTES: Final = 72 * 60
CAPACITY: Final = 1 << 17

# Each post is filed under its smallest hashes; two texts that share 40% of their word pairs meet in at
# least one of eight drawers with probability 0.98.
_DRAWERS: Final = 8
_SLOTS_A_POST: Final = 16

# A repost is remembered under its own key and under the one of its original.
_KEYS_A_POST: Final = 2

# Posts read together: enough to spread the cost of a call, few enough to stay in the processor's cache.
_SLICE: Final = 2048
_PAIRS_A_STEP: Final = 4096


class Narrator:
    """Gives each post its narrative; remembers each organisation's posts of the last days.

    Parameters
    ----------
    window_minutes : int
        Two posts published farther apart than this never share a narrative by their wording.
    capacity : int
        Posts remembered an organisation; beyond that the oldest to arrive are forgotten.
    """

    def __init__(self, window_minutes: int = WINDOW_MINUTES, capacity: int = CAPACITY) -> None:
        self._window = window_minutes * 60_000
        self._capacity = capacity
        self._memories: dict[int, _Memory] = {}

    def assign(
        self, organisation: int, key: Ints, folded: Sequence[str], published: Ints, repost_key: Ints
    ) -> Ints:
        """Return the narrative of each post of a batch, and remember the posts.

        Parameters
        ----------
        key, repost_key : int64 (n,)
            Keys of the posts and of those they repost (0 for none).
        folded : sequence of str
            Folded texts.
        published : int64 (n,)
            Milliseconds since 1970.

        Returns
        -------
        int64 (n,)
            Key of the first post of each one's narrative. The cut into batches never matters.
        """
        return self.assign_sketches(organisation, key, sketches(folded), published, repost_key)

    def assign_sketches(
        self, organisation: int, key: Ints, pairs: Hashes, published: Ints, repost_key: Ints
    ) -> Ints:
        """Do as `assign` with texts that were sketched elsewhere (`tocsin.stream.shingles.sketch`)."""
        narrative = np.empty(len(key), np.int64)
        memory = self._memory(organisation)
        for begin in range(0, len(key), _SLICE):
            part = slice(begin, begin + _SLICE)
            narrative[part] = memory.assign(key[part], pairs[part], published[part], repost_key[part])
        return narrative

    def restore(
        self,
        organisation: int,
        key: Ints,
        folded: Sequence[str],
        published: Ints,
        repost_key: Ints,
        *,
        narrative: Ints,
    ) -> None:
        """Remember posts whose narratives are known, in the order in which they first came.

        After a restart with the posts of the window, `assign` answers as if it had never stopped.
        """
        memory = self._memory(organisation)
        for begin in range(0, len(key), _SLICE):
            part = slice(begin, begin + _SLICE)
            memory.remember(
                key[part], sketch(folded[part]), published[part], repost_key[part], narrative[part]
            )

    def _memory(self, organisation: int) -> "_Memory":
        if organisation not in self._memories:
            self._memories[organisation] = _Memory(self._capacity, self._window)
        return self._memories[organisation]


class _Memory:
    """Posts of one organisation: a ring of entries, drawers that lead to them, and their keys.

    Pages of arrays that were never written cost no memory, so a small organisation stays small.
    """

    def __init__(self, capacity: int, window: int) -> None:
        self._capacity = capacity
        self._window = window
        self._count = 0
        self._pairs = np.zeros((capacity, KEPT), np.uint32)
        self._outlines = Outlines.blank(capacity)
        self._published = np.zeros(capacity, np.int64)
        self._narrative = np.zeros(capacity, np.int64)
        # Which entry was filed last in a drawer, plus one; 0 where none was.
        self._drawers = np.zeros(1 << (capacity * _SLOTS_A_POST - 1).bit_length(), np.int32)
        # Narratives by key of a post or of a reposted one, oldest first.
        self._of: dict[int, int] = {}

    def assign(self, key: Ints, pairs: Hashes, published: Ints, repost_key: Ints) -> Ints:
        outlines = outlines_of(pairs)
        parent, told = self._by_wording(pairs, outlines, published)
        known, parent_by_key = self._by_key(key, repost_key)
        parent = np.where(parent_by_key >= 0, parent_by_key, np.where(known != 0, -1, parent))
        own = np.where(repost_key != 0, repost_key, key)
        root = np.where(known != 0, known, np.where(told != 0, told, own))
        narrative = root[_roots(parent)]
        self.remember(key, pairs, published, repost_key, narrative, outlines=outlines)
        return narrative

    def remember(
        self,
        key: Ints,
        pairs: Hashes,
        published: Ints,
        repost_key: Ints,
        narrative: Ints,
        *,
        outlines: Outlines | None = None,
    ) -> None:
        self._remember_keys(key, repost_key, narrative)
        keep = slice(max(len(key) - self._capacity, 0), None)
        pairs, published, narrative = pairs[keep], published[keep], narrative[keep]
        entries = (self._count + np.arange(len(published))) % self._capacity
        self._pairs[entries] = pairs
        self._outlines.put(entries, outlines_of(pairs) if outlines is None else outlines.take(keep))
        self._published[entries] = published
        self._narrative[entries] = narrative
        self._count = (self._count + len(published)) % self._capacity
        drawers = self._drawers_of(pairs)
        filed = pairs[:, :_DRAWERS] != NONE
        self._drawers[drawers[filed]] = np.broadcast_to(entries[:, None] + 1, filed.shape)[filed]

    def _remember_keys(self, key: Ints, repost_key: Ints, narrative: Ints) -> None:
        of = self._of
        if not repost_key.any() and self._are_new(key):
            of.update(zip(key.tolist(), narrative.tolist(), strict=True))
        else:
            for one, reposted, told in zip(
                key.tolist(), repost_key.tolist(), narrative.tolist(), strict=True
            ):
                of.setdefault(one, told)
                if reposted:
                    of.setdefault(reposted, told)
        if len(of) > _KEYS_A_POST * self._capacity:
            for oldest in list(islice(of, len(of) - _KEYS_A_POST * self._capacity)):
                del of[oldest]

    def _drawers_of(self, pairs: Hashes) -> Ints:
        return (pairs[:, :_DRAWERS].astype(np.int64) * 0x9E3779B1 >> 7) & (len(self._drawers) - 1)

    def _by_key(self, key: Ints, repost_key: Ints) -> tuple[Ints, Ints]:
        """Return narratives known by key (0 where none is), and earlier rows of the batch (-1)."""
        known, parent = np.zeros(len(key), np.int64), np.full(len(key), -1)
        if not repost_key.any() and self._are_new(key):
            return known, parent
        first: dict[int, int] = {}
        for row, (one, reposted) in enumerate(zip(key.tolist(), repost_key.tolist(), strict=True)):
            for name in (one, reposted) if reposted else (one,):
                if known[row] or parent[row] >= 0:
                    break
                if (told := self._of.get(name)) is not None:
                    known[row] = told
                elif name in first:
                    parent[row] = first[name]
            first.setdefault(one, row)
            if reposted:
                first.setdefault(reposted, row)
        return known, parent

    def _are_new(self, key: Ints) -> bool:
        keys = key.tolist()
        return self._of.keys().isdisjoint(keys) and len(set(keys)) == len(keys)

    def _by_wording(self, pairs: Hashes, outlines: Outlines, published: Ints) -> tuple[Ints, Ints]:
        """Return the row of the batch that each post resembles (-1), or a remembered narrative (0)."""
        rows, others = self._candidates(pairs)
        size = len(published)
        near = np.abs(published[rows] - self._when(published, others)) <= self._window
        rows, others = rows[near], others[near]
        alike = self._can_be_same(outlines, rows, others)
        rows, others = rows[alike], others[alike]
        shared = np.zeros(len(rows), np.int64)
        for begin in range(0, len(rows), _PAIRS_A_STEP):
            step = slice(begin, begin + _PAIRS_A_STEP)
            theirs = self._pairs_of(pairs, others[step])
            shared[step] = _shared(pairs[rows[step]], theirs)
        parent, told = np.full(size, -1), np.zeros(size, np.int64)
        rows, others = _best(rows[shared > 0], others[shared > 0], shared[shared > 0])
        inside = others < size
        parent[rows[inside]] = others[inside]
        told[rows[~inside]] = self._narrative[others[~inside] - size]
        return parent, told

    def _when(self, published: Ints, others: Ints) -> Ints:
        inside = others < len(published)
        when = self._published[np.where(inside, 0, others - len(published))]
        when[inside] = published[others[inside]]
        return when

    def _can_be_same(self, outlines: Outlines, rows: Ints, others: Ints) -> Bools:
        size = len(outlines.size)
        inside = others < size
        theirs = self._outlines.take(np.where(inside, 0, others - size))
        theirs.put(inside, outlines.take(others[inside]))
        return can_be_same(outlines.take(rows), theirs)

    def _pairs_of(self, pairs: Hashes, others: Ints) -> Hashes:
        inside = others < len(pairs)
        theirs = self._pairs[np.where(inside, 0, others - len(pairs))]
        theirs[inside] = pairs[others[inside]]
        return theirs

    def _candidates(self, pairs: Hashes) -> tuple[Ints, Ints]:
        """Return pairs of a row and what was filed last in one of its drawers, each pair once.

        Rows of the batch are told by their number, remembered entries by theirs plus the size of the batch.
        """
        size = len(pairs)
        long_enough = pairs[:, LEAST_SHARED - 1] != NONE
        filed = (pairs[:, :_DRAWERS] != NONE) & long_enough[:, None]
        row = np.broadcast_to(np.arange(size)[:, None], filed.shape)[filed]
        drawer = self._drawers_of(pairs)[filed]
        order = np.argsort(drawer * size + row)
        drawer, row = drawer[order], row[order]
        earlier = np.full(len(row), -1)
        earlier[1:] = np.where((drawer[1:] == drawer[:-1]) & (row[1:] != row[:-1]), row[:-1], -1)
        remembered = self._drawers[drawer].astype(np.int64) - 1 + size
        other = np.where(earlier >= 0, earlier, remembered)
        found = (earlier >= 0) | (remembered >= size)
        both = np.sort(row[found] * (size + self._capacity) + other[found])
        both = both[np.diff(both, prepend=-1) != 0]
        return np.divmod(both, size + self._capacity)


def _shared(mine: Hashes, theirs: Hashes) -> Ints:
    """Return how many word pairs two texts share, 0 where they aren't the same text.

    Notes
    -----
    Beyond the greatest kept hash of a long text nothing is known of it, so both are compared below that.
    """
    reach = np.minimum(_reach(mine), _reach(theirs))[:, None]
    shared = np.zeros(mine.shape, bool)
    for place in range(KEPT):
        shared |= mine == theirs[:, place, None]
    both = (shared & (mine <= reach)).sum(axis=1)
    left, right = (mine <= reach).sum(axis=1), (theirs <= reach).sum(axis=1)
    resemblance = both / np.maximum(left + right - both, 1)
    containment = both / np.maximum(np.minimum(left, right), 1)
    same = (both >= LEAST_SHARED) & (resemblance >= LEAST_RESEMBLANCE)
    same |= (both >= LEAST_SHARED_WHEN_EDITED) & (resemblance >= LEAST_RESEMBLANCE_WHEN_EDITED)
    same |= (both >= LEAST_SHARED_WHEN_CONTAINED) & (containment >= LEAST_CONTAINMENT)
    return np.where(same, both, 0)


def _reach(pairs: Hashes) -> Hashes:
    full = pairs[:, -1] != NONE
    return np.where(full, pairs[:, -1], NONE - np.uint32(1)).astype(np.uint32)


def _best(rows: Ints, others: Ints, shared: Ints) -> tuple[Ints, Ints]:
    """Return, for each row, the other with which it shares most; the rows are ascending."""
    order = np.lexsort((others, -shared, rows))
    rows, others = rows[order], others[order]
    first = np.ones(len(rows), bool)
    first[1:] = rows[1:] != rows[:-1]
    return rows[first], others[first]


def _roots(parent: npt.NDArray[np.int64]) -> Ints:
    """Return the first ancestor of each row; parents come before their children."""
    root = np.where(parent >= 0, parent, np.arange(len(parent)))
    while not np.array_equal(further := root[root], root):
        root = further
    return root
