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

_BATCHES: Final = 8
_SLICE: Final = 500


def index_pending(store: Store, full_text: FullText) -> int:
    """Index some of the texts that wait; return how many posts were indexed.

    Killed between the two files, it indexes the same posts again, to the same effect.
    """
    sequence, places = store.pending_texts(_BATCHES)
    if not sequence:
        return 0
    documents = _documents(store, np.unique(places))
    full_text.index(documents)
    store.forget_pending(sequence)
    return len(documents)


def delete_old(store: Store, full_text: FullText, before_ms: int) -> int:
    """Delete one small slice of the posts published before a time; return how many; rollups stay."""
    places = store.oldest(before_ms << PLACE_BITS, _SLICE)
    if not len(places):
        return 0
    # words first: once a post is gone, nothing tells any more which words stand for it
    full_text.remove(_documents(store, places))
    store.delete(places)
    return len(places)


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
