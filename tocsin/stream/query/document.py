"""One post as the evaluation of a query sees it: its words with their positions."""

from collections.abc import Sequence
from typing import Final

from tocsin.stream.query.glob import glob
from tocsin.stream.query.nodes import ANY, Token
from tocsin.stream.query.terms import ELISIONS, Piece, is_elision, pieces_of, sign_of

# Positions in the text begin here, so that no phrase runs on from the title into the text.
TEXT: Final = 1 << 30

Span = tuple[int, int]


def word_positions(pieces: Sequence[Piece], base: int) -> Sequence[int]:
    """Return the position of each word, counted from ``base``; an elision shares that of its word.

    Parameters
    ----------
    pieces : sequence of (gap, word)
        As `tocsin.stream.query.terms.pieces_of` finds them.
    """
    if ELISIONS.isdisjoint([word for _, word in pieces]):
        return range(base, base + len(pieces))
    positions: list[int] = []
    position = base
    last = len(pieces) - 1
    for i, (_, word) in enumerate(pieces):
        positions.append(position)
        position += not (word in ELISIONS and i < last and is_elision(word, pieces[i + 1]))
    return positions


class Document:
    """The words of a post.

    Parameters
    ----------
    sections : sequence of str
        Folded title and text (or the folded names of an author); no phrase runs on from one to the next.

    Attributes
    ----------
    words : dict of str to list of int
        Positions of each word, ascending; hashtags and handles stand under their word and again with
        their sign. An elision has the position of the word it belongs to. Positions count words, in the
        title from 0 and in the text from `TEXT`.
    """

    __slots__ = ("_apart", "_wild", "words")

    def __init__(self, sections: Sequence[str]) -> None:
        self.words: dict[str, list[int]] = {}
        self._apart: set[int] = set()
        self._wild: dict[tuple[str, str], list[int]] = {}
        for i, folded in enumerate(sections):
            if folded:
                self._add(folded, i * TEXT)

    def _add(self, folded: str, base: int) -> None:
        words, apart = self.words, self._apart
        # A space first, so that a sign at the very beginning follows no word.
        pieces = pieces_of(f" {folded}")
        for (gap, word), position in zip(pieces, word_positions(pieces, base), strict=True):
            if gap != " ":
                apart.add(position)
                sign = sign_of(gap)
                if sign:
                    words.setdefault(sign + word, []).append(position)
            if word in words:
                words[word].append(position)
            else:
                words[word] = [position]

    def positions(self, token: Token) -> list[int]:
        """Return where a token stands, ascending."""
        if not token.wild:
            return self.words.get(token.sign + token.text, [])
        key = (token.sign, token.text)
        if key not in self._wild:
            self._wild[key] = self._wild_positions(token)
        return self._wild[key]

    def _wild_positions(self, token: Token) -> list[int]:
        pattern, sign = glob(token.text), token.sign
        found: set[int] = set()
        for word, at in self.words.items():
            if word[0] in "#@":
                if word[0] == sign and pattern.matches(word[1:]):
                    found.update(at)
            elif not sign and (pattern.matches(word) or (token.text == ANY and not word.isascii())):
                found.update(at)
        return sorted(found)

    def phrase(self, tokens: tuple[Token, ...], *, title: bool) -> list[Span]:
        """Return where tokens follow one another, as first and last position."""
        starts = self.positions(tokens[0])
        if title:
            starts = [p for p in starts if p < TEXT]
        if len(tokens) == 1 or not starts:
            return [(p, p) for p in starts]
        following = [set(self.positions(token)) for token in tokens[1:]]
        joined = [i for i, token in enumerate(tokens[1:], 1) if token.joined]
        last = len(tokens) - 1
        return [
            (p, p + last)
            for p in starts
            if all(p + i in at for i, at in enumerate(following, 1))
            and not any(p + i in self._apart for i in joined)
        ]
