"""Where a query is met in a post, for highlighting: exact offsets in the text as posted."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, Literal

import numpy as np

from tocsin.stream.batch import Batch
from tocsin.stream.characters import GENDER_SIGNS, ZERO_WIDTH_JOINER
from tocsin.stream.fold import fold_with_offsets
from tocsin.stream.post import Post
from tocsin.stream.query.columns import Columns, is_columnar
from tocsin.stream.query.document import TEXT, Document, Span, word_positions
from tocsin.stream.query.evaluate import Check, check_of
from tocsin.stream.query.haystack import haystack_of
from tocsin.stream.query.nearness import loose_places, near_pairs, spans_of
from tocsin.stream.query.nodes import And, Loose, Near, Node, Not, Or, Raw, Term, Token
from tocsin.stream.query.parser import parse
from tocsin.stream.query.raw import raw_spans
from tocsin.stream.query.terms import pieces_of

_EXTENDERS: Final = (ZERO_WIDTH_JOINER, *"\ufe0e\ufe0f\u20e3🏻🏼🏽🏾🏿")


def spans(
    query: str | Node, post: Post, *, part: Literal["text", "title"] = "text", language: str = ""
) -> list[Span]:
    """Return where the words that make a query match stand in a post.

    Parameters
    ----------
    query : str or Node
        A query, or what `tocsin.stream.query.parser.parse` made of it.
    part : {"text", "title"}
        In which the offsets count.
    language : str
        The language detected, for queries with ``lang:`` where the post says none.

    Returns
    -------
    list of (start, end)
        In code points, ascending, apart from one another; empty when the query does not match, or
        matches elsewhere (in the other part, by its fields).

    Raises
    ------
    QueryError
        When the query cannot be understood.
    """
    return Highlighter(parse(query) if isinstance(query, str) else query).spans(
        post, part=part, language=language
    )


class Highlighter:
    """Finds the spans of one query in many posts."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._checks: dict[int, Check] = {}

    def spans(self, post: Post, *, part: Literal["text", "title"] = "text", language: str = "") -> list[Span]:
        """Return what `spans` does."""
        return _merged(list(self._met(self._node, _Reading(post, language), part)))

    def matches(self, post: Post, *, language: str = "") -> bool:
        """Return whether the query matches a post, even where no word of it is to be shown."""
        return self._holds(self._node, _Reading(post, language))

    def _holds(self, node: Node, reading: "_Reading") -> bool:
        key = id(node)  # the tree keeps its nodes alive; hashing them would walk the tree each time
        if key not in self._checks:
            self._checks[key] = check_of(node)
        return self._checks[key](reading)

    def _met(self, node: Node, reading: "_Reading", part: Literal["text", "title"]) -> Iterator[Span]:
        """Yield the places, in the given part, of what makes the node hold."""
        if isinstance(node, Not) or is_columnar(node) or not self._holds(node, reading):
            return
        if isinstance(node, And | Or):
            for child in node.children:
                yield from self._met(child, reading, part)
        elif isinstance(node, Raw):
            if part == "title" or not node.title:
                yield from raw_spans(node.text, reading.title if part == "title" else reading.text)
        else:
            yield from reading.places(node, part)


class _Reading:
    """One post, with its words and where each begins and ends in the text as posted."""

    def __init__(self, post: Post, language: str) -> None:
        self.title = post.title
        self.text = post.text
        self._post = post
        self._language = language
        title, title_origins = fold_with_offsets(post.title) if post.title else ("", [0])
        text, text_origins = fold_with_offsets(post.text)
        self._folded = {"title": title, "text": text}
        self._origins = {"title": title_origins, "text": text_origins}
        self.document = Document([title, text])
        self.haystack = haystack_of([f"{title} . {text}" if title else text])

    def has(self, node: Node) -> bool:
        return bool(self._columns.mask(node)[0])

    @cached_property
    def _columns(self) -> Columns:
        batch = Batch.from_posts([self._post], organisation=0, source=0, now_ms=0)
        columns = Columns(batch, (lambda _rows: [self._language]) if self._language else None)
        columns.detect_languages(np.zeros(1, np.int64))
        return columns

    @cached_property
    def _stretches(self) -> dict[int, Span]:
        """For each position of a word, where it begins and ends in the folded text."""
        stretches: dict[int, Span] = {}
        for base, folded in ((0, self._folded["title"]), (TEXT, self._folded["text"])):
            pieces = pieces_of(folded)
            end = 0
            for (gap, word), position in zip(pieces, word_positions(pieces, base), strict=True):
                start = end + len(gap)
                end = start + len(word)
                stretches[position] = (start, end)
        return stretches

    def places(self, node: Node, part: Literal["text", "title"]) -> Iterator[Span]:
        """Yield where a textual node stands in the given part as posted."""
        signed = {p for token in _signed_tokens(node) for p in self.document.positions(token)}
        for first, last in self._words(node):
            if (first < TEXT) is (part == "title"):
                yield self._original(first, last, part, signed=first in signed)

    def _words(self, node: Node) -> Iterator[Span]:
        match node:
            case Near():
                for pair in near_pairs(node, self.document):
                    yield from pair
            case Loose():
                for places in loose_places(node, self.document):
                    yield from ((place, place) for place in places)
            case _:
                yield from spans_of(node, self.document)

    def _original(self, first: int, last: int, part: Literal["text", "title"], *, signed: bool) -> Span:
        text, origins = (self.title if part == "title" else self.text), self._origins[part]
        start = origins[self._stretches[first][0] - signed]
        end = origins[self._stretches[last][1] - 1] + 1
        while end < len(text) and _extends(text, end):
            end += 1
        return start, end


def _extends(text: str, at: int) -> bool:
    """Return whether a character that folding drops belongs to the one before it."""
    character = text[at]
    if character in GENDER_SIGNS:
        return text[at - 1] == ZERO_WIDTH_JOINER
    return character in _EXTENDERS or unicodedata.category(character) in {"Mn", "Me"}


def _signed_tokens(node: Node) -> Iterator[Token]:
    match node:
        case Near():
            yield from _signed_tokens(node.left)
            yield from _signed_tokens(node.right)
        case Or():
            for child in node.children:
                yield from _signed_tokens(child)
        case Term() | Loose():
            yield from (token for token in node.tokens if token.sign)


def _merged(found: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
