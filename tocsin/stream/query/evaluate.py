"""Whether a query holds for one post: each node becomes a function, once, when the watch is compiled."""

from collections.abc import Callable
from typing import Protocol

from tocsin.stream.query.columns import is_columnar
from tocsin.stream.query.document import TEXT, Document
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
    def document(self) -> Document:
        """Its words."""

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
            return lambda post: next(loose_places(node, post.document), None) is not None
        case Near():
            return lambda post: next(near_pairs(node, post.document), None) is not None
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


def _term(node: Term) -> Check:
    if len(node.tokens) > 1:
        return lambda post: bool(post.document.phrase(node.tokens, title=node.title))
    token = node.tokens[0]
    if node.title:
        return lambda post: any(position < TEXT for position in post.document.positions(token)[:1])
    return _word(token)


def _word(token: Token) -> Check:
    if token.wild:
        return lambda post: bool(post.document.positions(token))
    key = token.sign + token.text
    return lambda post: key in post.document.words


def _raw(node: Raw) -> Check:
    if node.title:
        return lambda post: is_written(node.text, post.title)
    return lambda post: is_written(node.text, post.text) or is_written(node.text, post.title)
