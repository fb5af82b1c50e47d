"""What may lag behind the river: the index of the full text, and the deletion of what is too old."""

from collections import defaultdict
from typing import Final

import numpy as np

from tocsin.store.base import Row, Store
from tocsin.store.fulltext import Document
from tocsin.store.schema import PLACE_BITS
from tocsin.store.search import FullText
from tocsin.stream.batch import Ints
from tocsin.stream.fold import fold_batch

_BATCHES: Final = 32
_POSTS: Final = 16_000
"""Posts indexed in one transaction: more are cheaper, and keep more texts in memory."""
_SLICE: Final = 500
_BEFORE_ALL: Final = -(1 << 63)


def index_pending(store: Store, full_text: FullText, posts: int = _POSTS) -> int:
    """Index some of the texts that wait; return how many posts were indexed.

    Killed between the two files, it indexes the same posts again, to the same effect.

    Parameters
    ----------
    posts : int
        About so many posts at most; whole batches, and at least one.
    """
    sequence, places = store.pending_texts(_BATCHES, posts)
    if not sequence:
        return 0
    documents = _documents(store, np.unique(places))
    full_text.index(documents)
    store.forget_pending(sequence)
    return len(documents)


class Retention:
    """Deletes posts once they were kept long enough, in small slices; rollups stay.

    A post is kept from when it came, not from when it was published: last year's posts, imported today,
    stay as long as today's. Each call looks at the next few posts old enough to have come long ago.
    """

    def __init__(self, store: Store, full_text: FullText) -> None:
        self._store = store
        self._full_text = full_text
        self._after = _BEFORE_ALL

    def delete_slice(self, before_ms: int) -> int:
        """Look at one slice; delete what came before a time, and return how many posts that were."""
        places, fetched = self._store.oldest(self._after, before_ms << PLACE_BITS, _SLICE)
        self._after = int(places[-1]) if len(places) == _SLICE else _BEFORE_ALL
        old = places[fetched < before_ms]
        if len(old):
            # words first: once a post is gone, nothing tells any more which words stand for it
            self._full_text.remove(_documents(self._store, old))
            self._store.delete(old)
        return len(old)


def _documents(store: Store, places: Ints) -> list[Document]:
    posts: list[Row] = store.texts(places)
    folded = fold_batch([f"{title}\n{text}" if title else text for _, _, title, text in posts])
    watches: dict[int, list[int]] = defaultdict(list)
    for watch, n in zip(*(column.tolist() for column in store.mentioned(places)), strict=True):
        watches[n].append(watch)
    return [
        Document(n, words, organisation, tuple(watches[n]))
        for (n, organisation, _, _), words in zip(posts, folded, strict=True)
    ]
