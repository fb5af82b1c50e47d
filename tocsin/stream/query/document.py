"""One post as the evaluation of a query sees it: its words with their positions."""

from typing import Final

from tocsin.stream.query.glob import glob
from tocsin.stream.query.nodes import ANY, Token
from tocsin.stream.query.terms import PIECE, is_elision, sign_of

# Positions in the text begin here, so that no phrase runs on from the title into the text.
TEXT: Final = 1 << 30

Span = tuple[int, int]


class Document:
    """The words of a post.

    Attributes
    ----------
    title, text : str
        As posted, for RAW.
    words : dict of str to list of int
        Positions of each word, ascending; hashtags and handles stand under their word and again with
        their sign. An elision has the position of the word it belongs to. Positions count words, in the
        title from 0 and in the text from `TEXT`.
    """

    __slots__ = ("_apart", "_wild", "text", "title", "words")

    def __init__(self, title: str, text: str, folded_title: str, folded_text: str) -> None:
        self.title = title
        self.text = text
        self.words: dict[str, list[int]] = {}
        self._apart: set[int] = set()
        self._wild: dict[tuple[str, str], list[int]] = {}
        if folded_title:
            self._add(folded_title, 0)
        self._add(folded_text, TEXT)

    def _add(self, folded: str, position: int) -> None:
        words, apart = self.words, self._apart
        pieces = PIECE.findall(folded)
        for i, (gap, word) in enumerate(pieces):
            if gap != " ":
                apart.add(position)
                sign = sign_of(gap, first=i == 0)
                if sign:
                    words.setdefault(sign + word, []).append(position)
            words.setdefault(word, []).append(position)
            if len(word) < 3 and i + 1 < len(pieces) and is_elision(word, pieces[i + 1][1], pieces[i + 1][0]):
                continue
            position += 1

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
        if token.text == ANY:
            return sorted({p for word, at in self.words.items() if word[0] not in "#@" for p in at})
        found: set[int] = set()
        for word, at in self.words.items():
            if word[0] in "#@":
                if sign and word[0] == sign and pattern.matches(word[1:]):
                    found.update(at)
            elif not sign and pattern.matches(word):
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
