"""From written words to tokens, the same way for a query and for a post."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from tocsin.stream.fold import fold_with_offsets
from tocsin.stream.query.nodes import ANY, Sign, Token

WORD: Final = "0-9a-z_\u0080-\U0010ffff"
_WORDS = re.compile(f"([{WORD}]+)")

ELISIONS: Final = frozenset({"l", "d", "qu"})

# While folding, wildcards are letters of an alphabet that nobody posts in, so that they stay in their word.
_STAR, _MARK = "\U00010450", "\U00010451"
_TO_LETTERS = str.maketrans({"*": _STAR, "＊": _STAR, "?": _MARK, "？": _MARK})
_WILDCARDS = re.compile(f"[{_STAR}{_MARK}]+")


Piece = tuple[str, str]


def pieces_of(folded: str) -> list[Piece]:
    """Return the words of folded text, each with the gap before it (spaces and signs)."""
    parts = _WORDS.split(folded)
    return list(zip(parts[::2], parts[1::2], strict=False))


def is_elision(word: str, following: Piece) -> bool:
    """Return whether a folded word is an elision (l’, d’, qu’) of the word that follows.

    The apostrophe has become a space, so that « l’eau » and « l eau » are one.
    """
    gap, next_word = following
    if word not in ELISIONS or len(gap) > 2:
        return False
    sign = gap.lstrip(" ")
    return sign in {"#", "@"} if sign else len(next_word) > 1


def sign_of(gap: str) -> Sign:
    """Return ``#`` or ``@`` where the gap before a word ends in one.

    Parameters
    ----------
    gap : str
        From the end of the word before. After ``contact`` in ``contact@berthier.fr`` it is the sign alone:
        then the sign is part of a longer word, and neither handle nor hashtag begins.
    """
    if gap[-1:] == "#" and gap != "#":
        return "#"
    if gap[-1:] == "@" and gap != "@":
        return "@"
    return ""


@lru_cache(maxsize=10_000)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a term or phrase; none when it has neither letter, digit nor emoji.

    Elisions are left out when a word follows them. A wildcard that stands alone makes a token whose text
    has nothing but wildcards; the parser refuses it.
    """
    if text.isascii() and text.isalnum():
        return (Token(text.lower()),)
    # The ? of an address begins its parameters.
    folded, offsets = fold_with_offsets(text if "://" in text else text.translate(_TO_LETTERS))
    pieces = pieces_of(folded)
    tokens: list[Token] = []
    touching_end = -1
    end = 0
    for i, (gap, word) in enumerate(pieces):
        start = end + len(gap)
        end = start + len(word)
        following = pieces[i + 1] if i + 1 < len(pieces) else None
        if following and is_elision(word, following):
            continue
        joined = bool(tokens) and gap in {"", " "} and offsets[start] == touching_end
        tokens.append(_token(word, sign_of(gap if i else f" {gap}"), joined=joined))
        touching_end = offsets[end - 1] + 1
    return _with_wild_units(tokens)


def _token(word: str, sign: Sign, *, joined: bool) -> Token:
    wild = bool(_WILDCARDS.search(word))
    return Token(word.replace(_STAR, "*").replace(_MARK, "?"), sign, wild=wild, joined=joined)


def _with_wild_units(tokens: list[Token]) -> tuple[Token, ...]:
    """Give wildcards that touch a character of a script without spaces their sense there.

    ``?`` is any one character; ``*`` at an end adds nothing, since such a term matches inside a longer run.
    """
    result: list[Token] = []
    for i, token in enumerate(tokens):
        followed = i + 1 < len(tokens) and tokens[i + 1].joined
        between = token.joined and followed
        if is_only_wild(token) and (token.joined or followed) and not (between and "*" in token.text):
            result.extend(replace(token, text=ANY) for mark in token.text if mark == "?")
        else:
            result.append(token)
    if result:
        result[0] = replace(result[0], joined=False)
    return tuple(result)


def is_only_wild(token: Token) -> bool:
    """Return whether a token has no letter at all, only wildcards."""
    return token.wild and not token.text.strip("*?")


def has_lone_wildcard(tokens: tuple[Token, ...]) -> bool:
    """Return whether a wildcard touches no letter."""
    for i, token in enumerate(tokens):
        touches = token.joined or (i + 1 < len(tokens) and tokens[i + 1].joined)
        if is_only_wild(token) and not (token.text == ANY and touches):
            return True
    return all(is_only_wild(token) for token in tokens)
