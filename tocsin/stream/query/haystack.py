"""The batch as bytes in which every word stands between spaces, so that finding bytes is finding words."""

from collections.abc import Iterable
from typing import Final

from tocsin.stream.query.glob import literal_parts
from tocsin.stream.query.nodes import ANY, Token
from tocsin.stream.query.terms import ELISIONS, is_only_wild

ROW_END: Final = 0x1E

_SIGNS: Final = {"#": "\x02", "@": "\x03"}
_KEPT: Final = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz_#@\x1e") | frozenset(range(128, 256))
_TO_SPACES: Final = bytes(byte if byte in _KEPT else 0x20 for byte in range(256))


def haystack_of(rows: Iterable[str]) -> bytes:
    """Return folded rows joined, signs made spaces, each row ended by `ROW_END`."""
    joined = " " + " \x1e ".join(rows) + " \x1e "
    data = joined.encode().translate(_TO_SPACES)
    # Two spaces before the mark of a sign: one alone would mean that a word runs into the sign.
    for sign, mark in _SIGNS.items():
        data = data.replace(sign.encode(), f" {mark} ".encode())
    return data


def words_pattern(tokens: tuple[Token, ...]) -> bytes:
    """Return what stands in the haystack where plain words follow one another with nothing between."""
    first = tokens[0]
    return (_opening(first) + " ".join(token.text for token in tokens) + " ").encode()


def literal_of(token: Token) -> str:
    """Return the longest part of a token without wildcards; empty when it has none."""
    if token.text == ANY or is_only_wild(token):
        return ""
    return max(literal_parts(token.text), key=len) if token.wild else token.text


def needle_of(token: Token) -> bytes:
    """Return what must stand in the haystack wherever the token does; empty when nothing must."""
    if not token.wild:
        return words_pattern((token,))
    literal = literal_of(token)
    if not literal:
        return b""
    parts = literal_parts(token.text)
    at = parts.index(literal)
    opening = _opening(token) if at == 0 else ""
    return (opening + literal + (" " if at == len(parts) - 1 else "")).encode()


def is_exact(token: Token) -> bool:
    """Return whether the token stands wherever its needle does: a plain word, or one star at its end."""
    if not token.wild:
        return True
    return "?" not in token.text and token.text.find("*") == len(token.text) - 1


def adjacent_pattern(tokens: tuple[Token, ...]) -> bytes:
    """Return what in the haystack proves a phrase; empty when only positions can."""
    plain = not any(token.wild or token.sign or token.text in ELISIONS for token in tokens)
    return words_pattern(tokens) if plain else b""


def _opening(token: Token) -> str:
    return f"  {_SIGNS[token.sign]} " if token.sign else " "
