"""The rare terms of a query: it can match a post only where one of its anchors stands."""

from dataclasses import dataclass
from typing import Final

from tocsin.stream.fold import fold_text
from tocsin.stream.query.columns import is_columnar
from tocsin.stream.query.haystack import is_exact, literal_of, needle_of, words_pattern
from tocsin.stream.query.nodes import (
    And,
    Author,
    Figure,
    Has,
    Kind,
    Language,
    Loose,
    Near,
    Network,
    Node,
    Not,
    Or,
    Raw,
    Site,
    Term,
    Token,
)
from tocsin.stream.query.terms import pieces_of

# How often a word stands in a post is guessed from its length, but for the words of grammar.
_GRAMMAR: Final = """
a ai and are as at au aux avec be but by c ca ce ces cest cette comme d dans de des du e elle en est et
etait ete etre eu fait for from get had has have he how i if il ils in is it j je just l la le les leur
lui m ma mais me meme mes moi mon more my n ne no nos not notre nous of on ont or ou our out par pas
plus pour qu que qui s sa sans se ses si so son sont sur t ta te that the they this to tout tres tu u
un une up va vos votre vous was we what when will with y you your http https www com fr co rt
"""
_FREQUENT: Final = frozenset(_GRAMMAR.split())
_COSTS: Final[dict[type, float]] = {
    Author: 0.002,
    Site: 0.02,
    Has: 0.3,
    Figure: 0.3,
    Network: 0.4,
    Kind: 0.4,
    Language: 0.5,
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """What must stand in a post: a stretch of the haystack, or a condition on its fields.

    Attributes
    ----------
    pattern : bytes
        Looked for in the haystack, where words stand between spaces; empty for a condition.
    condition : Node or None
        A columnar node.
    proves : bool
        Where it stands, the query holds: nothing is left to evaluate.
    """

    pattern: bytes = b""
    condition: Node | None = None
    proves: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """Anchors of which one must stand, and the guessed share of posts in which one does."""

    anchors: tuple[Anchor, ...]
    cost: float


def requirement_of(node: Node) -> Requirement | None:
    """Return the cheapest set of anchors for a query; None when it can match without any."""
    return _requirement(node, decides=True)


def _requirement(node: Node, *, decides: bool) -> Requirement | None:
    if is_columnar(node):
        return _columnar(node)
    match node:
        case And():
            return _cheapest([_requirement(child, decides=False) for child in node.children])
        case Or():
            return _union([_requirement(child, decides=decides) for child in node.children])
        case Near():
            return _cheapest([_requirement(side, decides=False) for side in (node.left, node.right)])
        case Not():
            return None
    return _textual(node, decides=decides)


def _textual(node: Node, *, decides: bool) -> Requirement | None:
    match node:
        case Term():
            return _of_tokens(node.tokens, decides=decides and not node.title)
        case Loose():
            return _of_tokens(node.tokens, decides=False)
        case Raw():
            words = [Token(word) for _, word in pieces_of(fold_text(node.text))]
            return _of_tokens(tuple(words), decides=False)
    raise TypeError(node)  # pragma: no cover - the others were told apart before


def _cheapest(parts: list[Requirement | None]) -> Requirement | None:
    return min((part for part in parts if part), key=lambda part: part.cost, default=None)


def _columnar(node: Node) -> Requirement:
    return Requirement((Anchor(condition=node),), _columnar_cost(node))


def _columnar_cost(node: Node) -> float:
    if isinstance(node, And):
        return min(map(_columnar_cost, node.children))
    if isinstance(node, Or):
        return sum(map(_columnar_cost, node.children))
    return 1.0 if isinstance(node, Not) else _COSTS[type(node)]


def _union(parts: list[Requirement | None]) -> Requirement | None:
    anchors: dict[Anchor, None] = {}
    cost = 0.0
    for part in parts:
        if part is None:
            return None
        anchors.update(dict.fromkeys(part.anchors))
        cost += part.cost
    return Requirement(tuple(anchors), cost)


def _of_tokens(tokens: tuple[Token, ...], *, decides: bool) -> Requirement | None:
    """Return the rarest of the runs of joined words, a proof where it is all there is to find."""
    runs: list[list[Token]] = []
    for token in tokens:
        if token.joined and not token.wild and runs and not runs[-1][-1].wild:
            runs[-1].append(token)
        else:
            runs.append([token])
    best = _cheapest([_of_run(run) for run in runs])
    if best is None or not (decides and len(runs) == 1 and is_exact(runs[0][0])):
        return best
    return Requirement((Anchor(best.anchors[0].pattern, proves=True),), best.cost)


def _of_run(run: list[Token]) -> Requirement | None:
    first = run[0]
    if not first.wild:
        cost = min(_frequency(token.text) for token in run) ** len(run)
        return Requirement((Anchor(words_pattern(tuple(run))),), cost)
    needle = needle_of(first)
    return Requirement((Anchor(needle),), min(1.0, 4 * _frequency(literal_of(first)))) if needle else None


def _frequency(word: str) -> float:
    if word in _FREQUENT:
        return 0.4
    return 0.02 if not word.isascii() else 0.3 * 0.6 ** len(word)
