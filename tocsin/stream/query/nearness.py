"""Where words, phrases and nearness hold in a post: spans of word positions."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from tocsin.stream.query.document import TEXT, Document, Span
from tocsin.stream.query.nodes import Loose, Near, Node, Or, Term

# Near of near multiplies: beyond this many places in one post, the first are enough.
MAX_SPANS: Final = 10_000


def spans_of(node: Node, document: Document) -> list[Span]:
    """Return where a textual node stands, each as first and last word position, in order."""
    match node:
        case Term():
            return document.phrase(node.tokens, title=node.title)
        case Loose():
            return [(found[0], found[-1]) for found in loose_places(node, document)]
        case Near():
            return sorted({(min(a[0], b[0]), max(a[1], b[1])) for a, b in near_pairs(node, document)})
        case Or():
            return sorted({span for child in node.children for span in spans_of(child, document)})
    raise TypeError(node)  # pragma: no cover - the parser refuses others beside NEAR


def near_pairs(node: Near, document: Document) -> Iterator[tuple[Span, Span]]:
    """Yield the pairs of places that are near enough."""
    left = spans_of(node.left, document)
    right = spans_of(node.right, document) if left else []
    made = 0
    for pair in _pairs(left, right, node.distance):
        yield pair
        made += 1
        if made >= MAX_SPANS:
            return
    if not node.ordered:
        for after, before in _pairs(right, left, node.distance):
            yield before, after
            made += 1
            if made >= MAX_SPANS:
                return


def _pairs(first: list[Span], then: list[Span], distance: int) -> Iterator[tuple[Span, Span]]:
    starts = [span[0] for span in then]
    for span in first:
        nearest = bisect_right(starts, span[1])
        farthest = bisect_right(starts, span[1] + 1 + distance)
        for i in range(nearest, farthest):
            yield span, then[i]


def loose_places(node: Loose, document: Document) -> Iterator[list[int]]:
    """Yield, for each window in which all the words stand, their positions in order."""
    columns = [document.positions(token) for token in node.tokens]
    if not all(columns):
        return
    width = len(columns) + node.distance
    for start in sorted({position for column in columns for position in column}):
        if node.title and start >= TEXT:
            return
        end = start + width
        window = [column[bisect_left(column, start) : bisect_left(column, end)] for column in columns]
        if not all(window):
            continue
        places = _distinct(window)
        if places:
            yield sorted(places)


def _distinct(choices: list[list[int]]) -> list[int]:
    """Return one position for each word, no two the same; empty where that cannot be."""
    owner: dict[int, int] = {}

    def place(word: int, tried: set[int]) -> bool:
        for position in choices[word]:
            if position in tried:
                continue
            tried.add(position)
            if position not in owner or place(owner[position], tried):
                owner[position] = word
                return True
        return False

    return list(owner) if all(place(word, set()) for word in range(len(choices))) else []
