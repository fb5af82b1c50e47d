"""Fields over a whole batch: each condition is one array of truth values, computed once."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.batch import Batch
from tocsin.stream.fold import fold_batch
from tocsin.stream.query.document import Document
from tocsin.stream.query.glob import glob
from tocsin.stream.query.nodes import (
    FIELD_NODES,
    And,
    Author,
    Comparison,
    Figure,
    Has,
    Kind,
    Language,
    Network,
    Node,
    Not,
    Or,
    Site,
)

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Detector = Callable[[Rows], Sequence[str]]

_SAME_NETWORK: Final = {"twitter": "x"}
_COMPARE: Final[dict[Comparison, Callable[..., Flags]]] = {
    "<": np.less,
    "<=": np.less_equal,
    "=": np.equal,
    ">=": np.greater_equal,
    ">": np.greater,
}


def is_columnar(node: Node) -> bool:
    """Return whether a node asks nothing of the text, only of fields."""
    if isinstance(node, And | Or):
        return all(is_columnar(child) for child in node.children)
    if isinstance(node, Not):
        return is_columnar(node.child)
    return isinstance(node, FIELD_NODES)


def needs_language(node: Node) -> bool:
    """Return whether a node asks for the language somewhere."""
    if isinstance(node, And | Or):
        return any(needs_language(child) for child in node.children)
    if isinstance(node, Not):
        return needs_language(node.child)
    return isinstance(node, Language)


class Columns:
    """The fields of a batch.

    Parameters
    ----------
    detect : callable, optional
        Given rows, returns the languages detected in their text; asked once at most, for posts whose
        network gives none, and only when a watch needs them.
    """

    def __init__(self, batch: Batch, detect: Detector | None = None) -> None:
        self._batch = batch
        self._detect = detect
        self._languages = list(batch.lang)
        self._masks: dict[Node, Flags] = {}

    def detect_languages(self, rows: Rows) -> None:
        """Find the language of the given rows where the network gives none; before the first mask."""
        if self._detect is None:
            return
        unknown = np.array([row for row in rows.tolist() if not self._languages[row]], np.int64)
        if len(unknown):
            for row, language in zip(unknown.tolist(), self._detect(unknown), strict=True):
                self._languages[row] = language

    def mask(self, node: Node) -> Flags:
        """Return for each post whether a columnar node holds."""
        if node not in self._masks:
            self._masks[node] = self._compute(node)
        return self._masks[node]

    def _compute(self, node: Node) -> Flags:
        if isinstance(node, And | Or):
            join = np.logical_and if isinstance(node, And) else np.logical_or
            holds: Flags = join.reduce([self.mask(child) for child in node.children])
            return holds
        return ~self.mask(node.child) if isinstance(node, Not) else self._condition(node)

    def _condition(self, node: Node) -> Flags:
        match node:
            case Figure():
                return self._figure(node)
            case Has():
                return self._has(node)
            case Author():
                return self._authors.mask(node)
        return self._value(node)

    def _value(self, node: Node) -> Flags:
        match node:
            case Network():
                return self._networks.where(glob(node.pattern).matches)
            case Language():
                return _Values(self._languages).where(lambda given: speaks(given, node.code))
            case Kind():
                return self._kinds.where(lambda kind: kind == node.name)
            case Site():
                return self._addresses.where(lambda address: _is_of_site(address, node))
        raise TypeError(node)  # pragma: no cover - the compiler asks for columnar nodes only

    def _figure(self, node: Figure) -> Flags:
        column = self._batch.followers if node.column == "followers" else self._batch.rating
        known = column >= 0 if node.column == "followers" else ~np.isnan(column)
        holds: Flags = known & _COMPARE[node.comparison](column.astype(np.float64), node.value)
        return holds

    def _has(self, node: Has) -> Flags:
        batch = self._batch
        if node.what == "rating":
            return ~np.isnan(batch.rating)
        columns: dict[str, Sequence[object]] = {"media": batch.media, "title": batch.title, "url": batch.url}
        return np.fromiter((bool(value) for value in columns[node.what]), np.bool_, len(batch))

    @cached_property
    def _networks(self) -> "_Values":
        names = _Values(self._batch.network)
        names.different = [_SAME_NETWORK.get(n.strip(), n.strip()) for n in fold_batch(names.different)]
        return names

    @cached_property
    def _kinds(self) -> "_Values":
        return _Values(self._batch.kind)

    @cached_property
    def _addresses(self) -> "_Values":
        return _Values(self._batch.url)

    @cached_property
    def _authors(self) -> "_Authors":
        return _Authors(self._batch)


class _Values:
    """A column of strings as its different values, and which of them each row has."""

    def __init__(self, column: Sequence[str]) -> None:
        codes: dict[str, int] = {}
        self._codes = np.fromiter((codes.setdefault(v, len(codes)) for v in column), np.int64, len(column))
        self.different = list(codes)

    def where(self, holds: Callable[[str], bool]) -> Flags:
        """Return the rows whose value satisfies the condition."""
        return np.array([holds(value) for value in self.different], np.bool_)[self._codes]


class _Authors:
    """The authors of a batch by the words of their handle, name and id."""

    def __init__(self, batch: Batch) -> None:
        authors: dict[tuple[str, str, str], int] = {}
        names = zip(batch.author_handle, batch.author_name, batch.author_id, strict=True)
        codes = (authors.setdefault(author, len(authors)) for author in names)
        self._codes = np.fromiter(codes, np.int64, len(batch))
        folded = [fold_batch(column) for column in zip(*authors, strict=True)]
        self._documents = [Document(sections) for sections in zip(*folded, strict=True)]
        self._with_word: dict[str, list[int]] = {}
        for i, document in enumerate(self._documents):
            for word in document.words:
                self._with_word.setdefault(word, []).append(i)

    def mask(self, node: Author) -> Flags:
        """Return the rows whose author has the words."""
        first = node.tokens[0]
        among = range(len(self._documents)) if first.wild else self._with_word.get(first.text, [])
        holds = np.zeros(len(self._documents), np.bool_)
        for i in among:
            holds[i] = bool(self._documents[i].phrase(node.tokens, title=False))
        return holds[self._codes]


def speaks(given: str, code: str) -> bool:
    """Return whether a language as the network gives it (fr, fr-CA, fr_CA) is the one asked for."""
    given = given.casefold().replace("_", "-")
    return given == code or given.startswith(code + "-")


def _is_of_site(address: str, site: Site) -> bool:
    _, slashes, rest = address.casefold().partition("//")
    host, _, path = (rest if slashes else address.casefold()).partition("/")
    host = host.partition("?")[0].rpartition("@")[2].partition(":")[0]
    return (host == site.host or host.endswith("." + site.host)) and path.startswith(site.path)
