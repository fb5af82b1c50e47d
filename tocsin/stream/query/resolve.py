"""From the query as written to what it means: words become tokens, fields take their values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tocsin.stream.query import faults
from tocsin.stream.query.errors import Fix, QueryError, Said, quoted
from tocsin.stream.query.fields import field_named, field_node
from tocsin.stream.query.nodes import FIELD_NODES, And, Loose, Near, Node, Not, Or, Raw, Term, Token
from tocsin.stream.query.signs import only_signs
from tocsin.stream.query.terms import has_lone_wildcard, is_only_wild, tokens_of
from tocsin.stream.query.written import (
    MAX_DEPTH,
    Written,
    WrittenField,
    WrittenMany,
    WrittenNear,
    WrittenNot,
    WrittenWord,
)

MAX_PAIRS: Final = 2000
MAX_LOOSE: Final = 50

# « Où est mon colis ? » ends in a sign, not in a wildcard.
_QUESTION_MARK: Final = Token("?", wild=True)
_DISTANCE = re.compile(r"^~|^[^/]*\w~\d*$")


def resolve(written: Written) -> Node:
    """Return the meaning of a whole query.

    Raises
    ------
    QueryError
        For an unknown field, a value that its field does not take, a term without letters, NEAR around
        something that has no place in the text, or a query of exclusions only.
    """
    node = _Resolver().node(written)
    if not _includes(node):
        raise _only_exclusions(written)
    return node


@dataclass(slots=True)
class _Resolver:
    """Resolves inside a field (``author:(a OR b)``) or outside any (``field`` empty)."""

    field: str = ""
    title: bool = False

    def node(self, written: Written) -> Node:
        match written:
            case WrittenWord():
                return self._word(written)
            case WrittenField():
                return self._field(written)
            case WrittenMany():
                return _joined([self.node(part) for part in written.parts], every=written.every)
            case WrittenNot():
                return _negated(self.node(written.part))
            case WrittenNear():
                return self._near(written)
        raise TypeError(written)  # pragma: no cover - the builder makes no other

    def _word(self, word: WrittenWord) -> Node:
        if self.field:
            return _within_title(field_node(self.field, word), title=self.title)
        tokens = tokens_of(word.text)
        if not word.quoted and _DISTANCE.match(word.text):
            raise _distance_without_phrase(word, word.text.index("~"))
        if word.quoted and len(tokens) > 1 and tokens[-1] == _QUESTION_MARK:
            tokens = tokens[:-1]
        if not tokens:
            raise only_signs(word)
        if has_lone_wildcard(tokens):
            raise _lone_wildcard(word)
        if word.slop is not None and len(tokens) > 1:
            if len(tokens) > MAX_LOOSE:
                raise _too_many_words(word)
            return Loose(tokens, word.slop, title=self.title)
        return Term(tokens, title=self.title)

    def _field(self, written: WrittenField) -> Node:
        name = field_named(written)
        outer = {"TITLE"} if self.title else set()
        if self.field:
            outer.add(self.field)
        if outer and not outer | {name} == {"TITLE", "RAW"}:
            raise _field_in_field(written)
        if name == "TITLE":
            return _Resolver(self.field, title=True).node(written.value)
        return _Resolver(name, title=self.title).node(written.value)

    def _near(self, written: WrittenNear) -> Node:
        left, right = self.node(written.left), self.node(written.right)
        for part, node in ((written.left, left), (written.right, right)):
            if not _has_place(node) or not _includes(node):
                raise _no_place(part, Fix(written.operator_at, written.operator_end, "AND"))
        if _depth(left) + _depth(right) >= MAX_DEPTH:
            raise faults.too_deep(written.start, MAX_DEPTH)
        return _Pairs(written, left, right).node()


class _Pairs:
    """NEAR around groups that hold AND or NOT: each condition must hold near the other side."""

    def __init__(self, written: WrittenNear, left: Node, right: Node) -> None:
        self._written = written
        self._left = left
        self._right = right
        self._made = 0

    def node(self) -> Node:
        return self._pair(self._left, self._right)

    def _pair(self, left: Node, right: Node) -> Node:
        self._made += 1
        if self._made > MAX_PAIRS:
            raise faults.too_many_pairs(self._written.operator_at, MAX_PAIRS)
        if not _is_plain(left):
            return self._spread(left, lambda part: self._pair(part, right))
        if not _is_plain(right):
            return self._spread(right, lambda part: self._pair(left, part))
        depth = 1 + max(_depth(left), _depth(right))
        return Near(left, right, self._written.distance, self._written.ordered, depth=depth)

    @staticmethod
    def _spread(node: Node, pair: Callable[[Node], Node]) -> Node:
        if isinstance(node, Not):
            return _negated(pair(node.child))
        assert isinstance(node, And | Or)
        return _joined([pair(child) for child in node.children], every=isinstance(node, And))


def _joined(nodes: list[Node], *, every: bool) -> Node:
    cls = And if every else Or
    flat: dict[Node, None] = {}
    for node in nodes:
        flat.update(dict.fromkeys(node.children if isinstance(node, cls) else (node,)))
    if len(flat) == 1:
        return next(iter(flat))
    return cls(tuple(flat), depth=1 + max(_depth(node) for node in flat))


def _negated(node: Node) -> Node:
    return node.child if isinstance(node, Not) else Not(node, depth=1 + _depth(node))


def _depth(node: Node) -> int:
    return node.depth if isinstance(node, And | Or | Not | Near) else 0


def _within_title(node: Node, *, title: bool) -> Node:
    return Raw(node.text, title=True) if title and isinstance(node, Raw) else node


def _has_place(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(_has_place(child) for child in node.children)
    if isinstance(node, Not):
        return _has_place(node.child)
    return not isinstance(node, (Raw, *FIELD_NODES))


def _is_plain(node: Node) -> bool:
    if isinstance(node, Or):
        return all(_is_plain(child) for child in node.children)
    return not isinstance(node, And | Not)


def _includes(node: Node, *, negated: bool = False) -> bool:
    if isinstance(node, Not):
        return _includes(node.child, negated=not negated)
    if isinstance(node, And | Or):
        return any(_includes(child, negated=negated) for child in node.children)
    return not negated


def _only_exclusions(written: Written) -> QueryError:
    return QueryError(
        written.start,
        message=Said(
            "This query only excludes: it would bring every other post of every source. "
            "Say first what is looked for.",
            "Cette requête ne fait qu’exclure\u00a0: elle ramènerait toutes les autres publications. "
            "Dites d’abord ce qui est cherché.",
        ),
        expected=Said(
            "at least one word, phrase or field that is not excluded",
            "au moins un mot, une expression ou un champ qui ne soit pas exclu",
        ),
        fix=_include_first(written),
    )


def _include_first(written: Written) -> Fix | None:
    part = written
    while isinstance(part, WrittenMany):
        part = part.parts[0]
    return Fix(part.start, part.part.start, "") if isinstance(part, WrittenNot) else None


def _distance_without_phrase(word: WrittenWord, tilde: int) -> QueryError:
    return QueryError(
        word.start + tilde,
        message=Said(
            'A distance follows a phrase between quotation marks: "late delivery"~5.',
            'Une distance suit une expression entre guillemets\u00a0: "livraison tard"~5.',
        ),
        expected=Said("a “phrase” before “~”", "une «\u00a0phrase\u00a0» avant «\u00a0~\u00a0»"),
        fix=Fix(word.start + tilde, word.end, ""),
    )


def _too_many_words(word: WrittenWord) -> QueryError:
    return QueryError(
        word.start,
        message=Said(
            f"A phrase with a distance holds at most {MAX_LOOSE} words. Join words with AND instead.",
            f"Une expression avec distance compte au plus {MAX_LOOSE} mots. Reliez plutôt les mots par AND.",
        ),
        expected=Said(f"at most {MAX_LOOSE} words", f"au plus {MAX_LOOSE} mots"),
    )


def _lone_wildcard(word: WrittenWord) -> QueryError:
    said = quoted(word.text)
    tokens = [token.text for token in tokens_of(word.text) if not is_only_wild(token)]
    fix = Fix(word.start, word.end, f'"{" ".join(tokens)}"~1' if word.quoted else " ".join(tokens))
    return QueryError(
        word.start,
        message=Said(
            f"A wildcard needs letters beside it; {said.en} has one alone. "
            'To let words stand between, write "late delivery"~2 or NEAR/2.',
            f"Un joker doit toucher des lettres\u00a0; {said.fr} en a un isolé. "
            'Pour laisser des mots s’intercaler, écrivez "livraison tard"~2 ou NEAR/2.',
        ),
        expected=Said("letters before or after the wildcard", "des lettres avant ou après le joker"),
        fix=fix,
    )


def _field_in_field(written: WrittenField) -> QueryError:
    said = quoted(written.name + ":")
    return QueryError(
        written.start,
        message=Said(
            f"{said.en} stands inside another field. Join the two with AND.",
            f"{said.fr} se trouve dans un autre champ. Reliez les deux par AND.",
        ),
        expected=faults.A_VALUE,
        fix=Fix(written.start, written.start + len(written.name) + 1, ""),
    )


def _no_place(written: Written, fix: Fix) -> QueryError:
    return QueryError(
        written.start,
        message=Said(
            "NEAR stands between words, phrases and groups of them; fields, RAW and exclusions have no "
            "place in the text. Join them with AND.",
            "NEAR relie des mots, des expressions et leurs groupes\u00a0; les champs, RAW et les exclusions "
            "n’ont pas de place dans le texte. Reliez-les par AND.",
        ),
        expected=Said("a word, a “phrase” or a group", "un mot, une «\u00a0phrase\u00a0» ou un groupe"),
        fix=fix,
    )
