"""What the parser is spared: new lines that separate nothing, and parentheses without their other half."""

from collections.abc import Iterator
from typing import Final

from lark import Token
from lark.lark import PostLex

from tocsin.stream.query.errors import Fix, QueryError, Said

_OPENING: Final = frozenset({"AND", "OR", "NOT", "MINUS", "NEAR", "LPAR", "NEWLINE"})
# A line that begins so carries on the one before it.
_CONTINUING: Final = frozenset({"AND", "OR", "NOT", "MINUS", "NEAR", "RPAR"})


class Lines(PostLex):
    """Drops new lines beside operators and parentheses; the others mean OR."""

    always_accept = ("NEWLINE",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens that the parser needs."""
        pending: Token | None = None
        previous = "NEWLINE"
        open_at: list[Token] = []
        end = 0
        for token in stream:
            end = token.end_pos or 0
            if token.type == "NEWLINE":
                pending = token
                continue
            if pending is not None and previous not in _OPENING and token.type not in _CONTINUING:
                yield pending
            pending = None
            _balance(token, open_at)
            previous = token.type
            yield token
        if open_at:
            raise _not_closed(open_at, end)


def _balance(token: Token, open_at: list[Token]) -> None:
    if token.type == "LPAR":
        open_at.append(token)
    elif token.type == "RPAR":
        if not open_at:
            at = token.start_pos or 0
            raise QueryError(
                at,
                message=Said(
                    "This closing parenthesis closes nothing: no parenthesis is open here.",
                    "Cette parenthèse fermante ne ferme rien\u00a0: aucune parenthèse n’est ouverte ici.",
                ),
                expected=Said("an opening parenthesis before it", "une parenthèse ouvrante avant elle"),
                fix=Fix(at, at + 1, ""),
            )
        open_at.pop()


def _not_closed(open_at: list[Token], end: int) -> QueryError:
    count = len(open_at)
    return QueryError(
        open_at[-1].start_pos or 0,
        message=Said(
            "This parenthesis is never closed." if count == 1 else f"{count} parentheses are never closed.",
            "Cette parenthèse n’est jamais fermée."
            if count == 1
            else f"{count} parenthèses ne sont jamais fermées.",
        ),
        expected=Said("“)” before the end of the query", "«\u00a0)\u00a0» avant la fin de la requête"),
        fix=Fix(end, end, ")" * count),
    )
