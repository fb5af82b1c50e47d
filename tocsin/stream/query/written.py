"""The tree of a query as written: built while parsing, before words and fields get their meaning."""

from dataclasses import dataclass, field
from typing import Final

from lark import Token, Transformer

from tocsin.stream.query import faults

# Parentheses that change nothing cost no depth; this is about real alternation, far beyond any query in use.
MAX_DEPTH: Final = 100


@dataclass(frozen=True, slots=True)
class Written:
    """A part of the query between two positions."""

    start: int
    end: int
    depth: int = field(default=0, kw_only=True)


@dataclass(frozen=True, slots=True)
class WrittenWord(Written):
    """A word, or between quotes several; ``slop`` is the n of ``"…"~n``."""

    text: str
    quoted: bool = False
    slop: int | None = None


@dataclass(frozen=True, slots=True)
class WrittenField(Written):
    """``name:`` with its value; ``name`` as typed."""

    name: str
    value: Written


@dataclass(frozen=True, slots=True)
class WrittenMany(Written):
    """Parts of which all (``every``) or one must hold."""

    every: bool
    parts: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class WrittenNot(Written):
    """A part that must not hold."""

    part: Written


@dataclass(frozen=True, slots=True)
class WrittenNear(Written):
    """Two parts near each other."""

    left: Written
    right: Written
    distance: int
    ordered: bool
    operator_at: int
    operator_end: int


class Builder(Transformer[Token, Written]):
    """Called by the parser at each reduction, so that depth of nesting costs no stack."""

    def start(self, children: list[Written]) -> Written:
        """Return the whole query."""
        return children[0]

    def disjunction(self, children: list[Written]) -> Written:
        """Return the alternatives as one list."""
        return _many(children, every=False)

    def conjunction(self, children: list[Written]) -> Written:
        """Return the conditions as one list."""
        return _many(children, every=True)

    def exclude(self, children: list[Token | Written]) -> Written:
        """Return the exclusion; two in a row undo each other."""
        operator, part = children
        assert isinstance(operator, Token)
        assert isinstance(part, Written)
        if isinstance(part, WrittenNot):
            return part.part
        start = operator.start_pos or 0
        return _shallow(WrittenNot(start, part.end, part, depth=part.depth + 1))

    def near(self, children: list[Token | Written]) -> Written:
        """Return two parts and the distance between them."""
        left, operator, right = children
        assert isinstance(left, Written)
        assert isinstance(operator, Token)
        assert isinstance(right, Written)
        distance = faults.distance_of(operator)
        return _shallow(
            WrittenNear(
                left.start,
                right.end,
                left,
                right,
                distance,
                operator.startswith("O"),
                operator.start_pos or 0,
                operator.end_pos or 0,
                depth=1 + max(left.depth, right.depth),
            )
        )

    def group(self, children: list[Token | Written]) -> Written:
        """Return what the parentheses hold."""
        part = children[1]
        assert isinstance(part, Written)
        return part

    def field(self, children: list[Token | Written]) -> Written:
        """Return a field with its value."""
        name, value = children
        assert isinstance(name, Token)
        assert isinstance(value, Written)
        start = name.start_pos or 0
        return _shallow(WrittenField(start, value.end, str(name[:-1]), value, depth=value.depth + 1))

    def word(self, children: list[Token]) -> Written:
        """Return a word without quotes."""
        token = children[0]
        return WrittenWord(token.start_pos or 0, token.end_pos or 0, str(token))

    def phrase(self, children: list[Token]) -> Written:
        """Return what stands between quotes."""
        token = children[0]
        body, tilde, number = _split_slop(str(token))
        text = body[1:-1].replace('\\"', '"')
        slop = faults.slop_of(token, number) if tilde else None
        return WrittenWord(token.start_pos or 0, token.end_pos or 0, text, quoted=True, slop=slop)


def _split_slop(phrase: str) -> tuple[str, str, str]:
    if not phrase[-1].isdigit():
        return phrase, "", ""
    body, tilde, number = phrase.rpartition("~")
    return body.rstrip(), tilde, number.strip()


def _many(children: list[Token | Written] | list[Written], *, every: bool) -> Written:
    parts: list[Written] = []
    for child in children:
        if isinstance(child, WrittenMany) and child.every is every:
            parts.extend(child.parts)
        elif isinstance(child, Written):
            parts.append(child)
    depth = 1 + max(part.depth for part in parts)
    return _shallow(WrittenMany(parts[0].start, parts[-1].end, every, tuple(parts), depth=depth))


def _shallow(written: Written) -> Written:
    if written.depth > MAX_DEPTH:
        raise faults.too_deep(written.start, MAX_DEPTH)
    return written
