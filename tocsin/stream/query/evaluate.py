"""Whether a query holds for one post: each node becomes a function, once, when the watch is compiled."""

from collections.abc import Callable
from typing import Protocol

from tocsin.stream.query.columns import is_columnar
from tocsin.stream.query.document import Document
from tocsin.stream.query.haystack import adjacent_pattern, is_exact, needle_of
from tocsin.stream.query.nearness import loose_places, near_pairs
from tocsin.stream.query.nodes import And, Loose, Near, Node, Not, Or, Raw, Term, Token
from tocsin.stream.query.raw import is_written


class Candidate(Protocol):
    """One post of a batch that may match."""

    @property
    def title(self) -> str:
        """The title as posted."""

    @property
    def text(self) -> str:
        """The text as posted."""

    @property
    def haystack(self) -> bytes:
        """Its stretch of the haystack."""

    @property
    def document(self) -> Document:
        """Its words with their positions; found when first asked for, which costs far more than to search."""

    def has(self, node: Node) -> bool:
        """Return whether a columnar node holds for it."""


Check = Callable[[Candidate], bool]


def check_of(node: Node) -> Check:
    """Return the function that tells whether a node holds for a post."""
    if is_columnar(node):
        return lambda post: post.has(node)
    match node:
        case And():
            return _all([check_of(child) for child in _cheapest_first(node.children)])
        case Or():
            return _any([check_of(child) for child in _cheapest_first(node.children)])
        case Not():
            return _not(check_of(node.child))
    return _textual(node)


def _textual(node: Node) -> Check:
    match node:
        case Term():
            return _term(node)
        case Raw():
            return _raw(node)
        case Loose():
            return _if_possible(node, lambda post: next(loose_places(node, post.document), None) is not None)
        case Near():
            return _if_possible(node, lambda post: next(near_pairs(node, post.document), None) is not None)
    raise TypeError(node)  # pragma: no cover - the others were told apart before


def _cheapest_first(nodes: tuple[Node, ...]) -> list[Node]:
    return sorted(nodes, key=_price)


def _price(node: Node) -> int:
    if is_columnar(node):
        return 0
    if isinstance(node, Term):
        return 1 if len(node.tokens) == 1 and not node.tokens[0].wild else 2
    return 3


def _all(checks: list[Check]) -> Check:
    def check(post: Candidate) -> bool:
        return all(child(post) for child in checks)

    return check


def _any(checks: list[Check]) -> Check:
    def check(post: Candidate) -> bool:
        return any(child(post) for child in checks)

    return check


def _not(child: Check) -> Check:
    return lambda post: not child(post)


def _if_possible(node: Node, check: Check) -> Check:
    """Return the check preceded by a search for the words, which settles most posts."""
    possible = _possible(node)
    return lambda post: possible(post.haystack) and check(post)


def _possible(node: Node) -> Callable[[bytes], bool]:
    match node:
        case Term() | Loose():
            needles = [needle for token in node.tokens if (needle := needle_of(token))]
            return lambda haystack: all(needle in haystack for needle in needles)
        case Near():
            left, right = _possible(node.left), _possible(node.right)
            return lambda haystack: left(haystack) and right(haystack)
        case Or():
            parts = [_possible(child) for child in node.children]
            return lambda haystack: any(part(haystack) for part in parts)
    raise TypeError(node)  # pragma: no cover - the parser refuses others beside NEAR


def _term(node: Term) -> Check:
    if len(node.tokens) == 1 and not node.title:
        return _word(node.tokens[0])
    adjacent = b"" if node.title else adjacent_pattern(node.tokens)

    def check(post: Candidate) -> bool:
        return bool(post.document.phrase(node.tokens, title=node.title))

    slow = _if_possible(node, check)
    return (lambda post: adjacent in post.haystack or slow(post)) if adjacent else slow


def _word(token: Token) -> Check:
    if is_exact(token):
        needle = needle_of(token)
        return lambda post: needle in post.haystack
    return _if_possible(Term((token,)), lambda post: bool(post.document.positions(token)))


def _raw(node: Raw) -> Check:
    if node.title:
        return lambda post: is_written(node.text, post.title)
    return lambda post: is_written(node.text, post.text) or is_written(node.text, post.title)
