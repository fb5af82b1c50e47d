"""From the text of a query to its tree."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from tocsin.stream.query import faults
from tocsin.stream.query.errors import QueryError
from tocsin.stream.query.lines import Lines
from tocsin.stream.query.nodes import Node
from tocsin.stream.query.resolve import resolve
from tocsin.stream.query.written import Builder, Written

MAX_LENGTH: Final = 100_000
_MAX_FIXES: Final = 8
_LONG: Final = 2_000


def parse(query: str) -> Node:
    """Return what a query means.

    Parameters
    ----------
    query : str
        As a person wrote or pasted it.

    Raises
    ------
    QueryError
        When it cannot be understood; the error points at the character, says what was expected and
        proposes a query that works.
    """
    try:
        return _parse(query)
    except QueryError as error:
        raise error.within(query, _proposal(query, error)) from None


def _parse(query: str) -> Node:
    if len(query) > MAX_LENGTH:
        raise faults.too_long(MAX_LENGTH)
    if not query.strip():
        raise faults.empty()
    return resolve(_written(query))


def _written(query: str) -> Written:
    try:
        tree = _lark().parse(query)
    except UnexpectedToken as error:
        raise faults.misplaced(error.token, _before(query, error.token), len(query)) from None
    except UnexpectedCharacters as error:  # pragma: no cover - every character belongs to some terminal
        raise faults.stray(error.pos_in_stream or 0) from None
    assert isinstance(tree, Written)
    return tree


def _before(query: str, at: Token) -> Token | None:
    """Return the token before the one at fault."""
    before = None
    for token in _lark().lex(query):
        if at.type != "$END" and (token.start_pos or 0) >= (at.start_pos or 0):
            break
        before = token
    return before


def _proposal(query: str, error: QueryError) -> str:
    """Apply the fixes one after the other until the query works; nothing when that leads nowhere."""
    fixed = query
    for _ in range(_MAX_FIXES if len(query) < _LONG else 1):
        if error.fix is None or len(query) > MAX_LENGTH:
            return ""
        fixed = error.fix.apply(fixed)
        try:
            _parse(fixed)
        except QueryError as next_error:
            error = next_error
        else:
            return fixed
    return ""


@cache
def _lark() -> Lark:
    callbacks: dict[str, Callable[[Token], Token]] = {
        "BAD_NEAR": faults.bad_near,
        "OPEN_QUOTE": faults.open_quote,
    }
    return Lark(
        (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer="basic",
        transformer=Builder(),
        postlex=Lines(),
        lexer_callbacks=callbacks,
    )
