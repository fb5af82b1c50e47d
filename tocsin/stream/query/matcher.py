"""Which posts of a batch match which watches: one pass over the joined text, then only what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tocsin.stream.batch import Batch
from tocsin.stream.fold import fold_batch
from tocsin.stream.query.columns import Columns, Detector
from tocsin.stream.query.compiler import Compiled, WatchDefinition, compile_watches
from tocsin.stream.query.document import Document
from tocsin.stream.query.haystack import ROW_END, haystack_of
from tocsin.stream.query.nodes import Node
from tocsin.stream.query.spans import spans

__all__ = ["Matcher", "Matches", "spans"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of watch and post, sorted.

    Attributes
    ----------
    watch : int64 array, shape (m,)
        Ids of watches.
    row : int32 array, shape (m,)
        Rows of the batch.
    """

    watch: Ints
    row: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.watch)


class Matcher:
    """Matches posts against all watches.

    Parameters
    ----------
    definitions : sequence of WatchDefinition
        Of any organisations and brands, with different ids within an organisation.

    Raises
    ------
    QueryError
        When a query cannot be understood.
    """

    def __init__(self, definitions: Sequence[WatchDefinition]) -> None:
        by_organisation: dict[int, list[WatchDefinition]] = {}
        for definition in definitions:
            by_organisation.setdefault(definition.organisation, []).append(definition)
        self._compiled = {key: compile_watches(found) for key, found in by_organisation.items()}

    def match(self, batch: Batch, folded: Sequence[str], langs: Detector | None = None) -> Matches:
        """Return which posts match which watches of the batch's organisation (and brand, if it has one).

        Parameters
        ----------
        folded : sequence of str
            `tocsin.stream.fold.fold_batch` of ``batch.text``.
        langs : callable, optional
            Given rows of the batch, returns the languages detected there. Called at most once, with those
            posts only that a watch needs the language of and whose network does not give it. Without it,
            such posts are of no language.
        """
        compiled = self._compiled.get(batch.organisation)
        if compiled is None or not len(batch):
            return _matches(np.zeros(0, np.int64), np.zeros((2, 0), np.int64))
        return _Pass(compiled, batch, folded, langs).run()


class _Pass:
    """One batch against one organisation's watches."""

    def __init__(
        self, compiled: Compiled, batch: Batch, folded: Sequence[str], langs: Detector | None
    ) -> None:
        self._compiled = compiled
        self._batch = batch
        self._folded = folded
        self._titles = _folded_titles(batch)
        self._columns = Columns(batch, langs)
        self._posts: dict[int, _Post] = {}

    def run(self) -> Matches:
        """Return the matches."""
        anchored, proven = self._anchored()
        self._detect_languages(anchored)
        pairs = np.concatenate(
            [
                self._within_limits(anchored[:, proven]),
                self._evaluated(self._within_limits(_unique(anchored[:, ~proven]))),
                self._within_limits(self._broad()),
            ],
            axis=1,
        )
        return _matches(self._compiled.ids, _unique(pairs))

    def _anchored(self) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Return pairs of watch and row where an anchor stands, and whether it proves the match."""
        compiled = self._compiled
        if compiled.automaton is None:
            return np.zeros((2, 0), np.int64), np.zeros(0, np.bool_)
        hits = compiled.automaton.find_matches_as_indexes(self._haystack, overlapping=True)
        if not hits:
            return np.zeros((2, 0), np.int64), np.zeros(0, np.bool_)
        found = np.array(hits, np.int64)
        row = np.searchsorted(self._ends, found[:, 1])
        counts = compiled.first_link[found[:, 0] + 1] - compiled.first_link[found[:, 0]]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        link = np.repeat(compiled.first_link[found[:, 0]], counts) + within
        pairs = np.stack([compiled.link_watch[link], np.repeat(row, counts)])
        ours = self._of_brand(pairs[0])
        return pairs[:, ours], compiled.link_proves[link][ours]

    @cached_property
    def _haystack(self) -> bytes:
        if not self._titles:
            return haystack_of(self._folded)
        titles = self._titles
        return haystack_of(
            f"{titles[row]} . {text}" if row in titles else text for row, text in enumerate(self._folded)
        )

    @cached_property
    def _ends(self) -> Ints:
        return np.flatnonzero(np.frombuffer(self._haystack, np.uint8) == ROW_END)

    def _of_brand(self, watches: Ints) -> npt.NDArray[np.bool_]:
        brand = self._batch.brand
        brands = self._compiled.brands[watches]
        return np.ones(len(watches), np.bool_) if brand == 0 else (brands == brand) | (brands == 0)

    def _detect_languages(self, anchored: Ints) -> None:
        compiled = self._compiled
        if any(compiled.wants_language[broad.watch] for broad in compiled.broad):
            self._columns.detect_languages(np.arange(len(self._batch)))
        elif compiled.wants_language.any():
            self._columns.detect_languages(np.unique(anchored[1][compiled.wants_language[anchored[0]]]))

    def _evaluated(self, pairs: Ints) -> Ints:
        checks = self._compiled.checks
        watches, rows = pairs.tolist()
        holds = [checks[watch](self._post(row)) for watch, row in zip(watches, rows, strict=True)]
        return pairs[:, np.array(holds, np.bool_)]

    def _post(self, row: int) -> "_Post":
        if row not in self._posts:
            start = int(self._ends[row - 1]) + 1 if row else 0
            stretch = self._haystack[start : int(self._ends[row])]
            sections = (self._titles.get(row, ""), self._folded[row])
            self._posts[row] = _Post(self._batch, row, stretch, sections, self._columns)
        return self._posts[row]

    def _broad(self) -> Ints:
        """Return the matches of watches that are looked at in every batch."""
        found: list[Ints] = [np.zeros((2, 0), np.int64)]
        for broad in self._compiled.broad:
            watch = np.array([broad.watch])
            if not self._of_brand(watch)[0]:
                continue
            if broad.condition is None:
                rows = np.arange(len(self._batch))
            else:
                rows = np.flatnonzero(self._columns.mask(broad.condition))
            pairs = np.stack([np.repeat(watch, len(rows)), rows])
            found.append(pairs if broad.whole else self._evaluated(self._within_limits(pairs)))
        return np.concatenate(found, axis=1)

    def _within_limits(self, pairs: Ints) -> Ints:
        """Return the pairs whose post has a language and network that the watch allows."""
        compiled = self._compiled
        if not compiled.limits or not pairs.shape[1]:
            return pairs
        limit = compiled.limit_of[pairs[0]]
        allowed = limit < 0
        for number in np.unique(limit[~allowed]).tolist():
            of_limit = limit == number
            allowed[of_limit] = self._columns.mask(compiled.limits[number])[pairs[1][of_limit]]
        return pairs[:, allowed]


class _Post:
    """One row of a batch, its words found when first asked for."""

    __slots__ = ("_batch", "_columns", "_document", "_row", "_sections", "haystack")

    def __init__(
        self, batch: Batch, row: int, haystack: bytes, sections: tuple[str, str], columns: Columns
    ) -> None:
        self.haystack = haystack
        self._batch = batch
        self._row = row
        self._sections = sections
        self._columns = columns
        self._document: Document | None = None

    @property
    def title(self) -> str:
        return self._batch.title[self._row]

    @property
    def text(self) -> str:
        return self._batch.text[self._row]

    @property
    def document(self) -> Document:
        if self._document is None:
            self._document = Document(self._sections)
        return self._document

    def has(self, node: Node) -> bool:
        return bool(self._columns.mask(node)[self._row])


def _folded_titles(batch: Batch) -> dict[int, str]:
    rows = [row for row, title in enumerate(batch.title) if title]
    return dict(zip(rows, fold_batch([batch.title[row] for row in rows]), strict=True))


def _unique(pairs: Ints) -> Ints:
    """Return the different pairs, sorted by watch and row."""
    if pairs.shape[1] < 2:
        return pairs
    code = np.unique((pairs[0] << 32) | pairs[1])
    return np.stack([code >> 32, code & 0xFFFFFFFF])


def _matches(ids: Ints, pairs: Ints) -> Matches:
    watch: Ints = ids[pairs[0]]
    return Matches(watch, pairs[1].astype(np.int32))
