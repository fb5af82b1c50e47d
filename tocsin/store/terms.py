"""What a person types into the search field, as words, phrases, beginnings and exclusions."""

import re
from dataclasses import dataclass
from typing import Final

from tocsin.stream.fold import fold_batch

_PIECE: Final = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_WORD: Final = re.compile(r"[^\W_]+|[^\w\s]", re.UNICODE)
_SIGNS: Final = re.compile(r"[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f]")
MAX_TERMS: Final = 32
SHORTEST_BEGINNING: Final = 3
"""Letters of a beginning; a shorter one (``re*``) would be in most posts, and is taken for a word."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another.

    Attributes
    ----------
    beginning : bool
        The last word may go on.
    excluded : bool
    """

    words: tuple[str, ...]
    beginning: bool = False
    excluded: bool = False


def terms_of(text: str) -> list[Term]:
    """Return the terms of a search; all of them must be found, those with a minus must not.

    Case, accents, ligatures and elisions are folded away as in the index; signs mean nothing.
    """
    terms = []
    for minus, phrase, word in _PIECE.findall(text)[:MAX_TERMS]:
        raw = phrase or word
        words = tuple(w for w in _WORD.findall(_SIGNS.sub(" ", fold_batch([raw])[0])) if w.strip())
        if words:
            beginning = raw.endswith("*") and len(words[-1]) >= SHORTEST_BEGINNING
            terms.append(Term(words, beginning=beginning, excluded=bool(minus)))
    return terms
