"""Folding: text in which case, accents, ligatures, apostrophes and typographic signs no longer count.

Posts in Latin letters, which are most of them, go through one `bytes.translate` over the whole batch; the
rest through arrays of code points. Both read the same table (`tocsin.stream.characters`), and a property
test holds them equal.
"""

import codecs
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from tocsin.stream.characters import fold_character, is_mark, is_unit
from tocsin.stream.fold_codes import SEPARATOR, codes_of, fold_codes, text_of, without_outer_underscores

# What parts rows, and what stands for a stretch outside Latin-1, come through unchanged.
_MARK: Final = "\x1f"
_LATIN = [chr(code) if chr(code) in {SEPARATOR, _MARK} else fold_character(chr(code)) for code in range(256)]
_LATIN_TABLE: Final = bytes(ord(folded) if len(folded) == 1 else 0x20 for folded in _LATIN)
_LATIN_DROPPED: Final = bytes(code for code, folded in enumerate(_LATIN) if not folded)
_LATIN_LONGER: Final = [
    (bytes([code]), folded.encode()) for code, folded in enumerate(_LATIN) if len(folded) > 1
]

# Typography that keeps an otherwise Latin text out of the fast path.
_COMMON: Final = [(sign, fold_character(sign)) for sign in "’‘“”–—…œŒ€\u202f\u200b"]

# Text that must be recomposed first: half-width kana with their voicing marks, Korean in separate letters.
_TO_COMPOSE = re.compile("[\u3099\u309a\uff9e\uff9f\u1100-\u11ff]")

# A stretch outside Latin-1 leaves a mark in the Latin text, where only these depend on their neighbours.
_DEPENDENT: Final = (b"_", b"\xad")
_NO_SPACE_AFTER: Final = f" #@{SEPARATOR}"
_NO_SPACE_BEFORE: Final = f" {SEPARATOR}"
_TAKE_OUT: Final = "tocsin.take_out"
_FOUND = threading.local()

_SIMPLE = re.compile("[\x00-\x1d\x1f-\x5e\x60-\xac\xae-\xff’‘“”–—…œŒ€\u202f]*")
_CLUSTER = re.compile("[\u1100-\u11ff]+|.[\u3099\u309a\uff9e\uff9f]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A folded stretch without Latin letters; it stands apart from its neighbours where it needs spaces."""

    folded: str
    starts_alone: bool
    ends_alone: bool

    @classmethod
    def of(cls, folded: str) -> Self:
        base = next((c for c in reversed(folded) if not is_mark(c)), "")
        return cls(folded, bool(folded) and is_unit(folded[0]), bool(base) and is_unit(base))


def fold_batch(texts: Sequence[str]) -> list[str]:
    """Fold the texts of a batch.

    Returns
    -------
    list of str
        For each text: lower case, without accents, œ as oe, apostrophes as spaces (« l’été » is ``l ete``),
        typographic quotes as spaces and dashes as ``-``; letters of scripts without spaces, and emoji,
        each between spaces; ``#`` and ``@`` kept before their words. Signs outside ASCII become ``.`` or
        spaces, so that whatever is not ASCII is part of a word.
    """
    if not texts:
        return []
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) != len(texts) - 1:
        joined = SEPARATOR.join(text.replace(SEPARATOR, " ") for text in texts)
    joined = joined.replace(_MARK, " ")
    try:
        return _fold_latin(joined.encode("latin-1")).split(SEPARATOR)
    except UnicodeEncodeError:
        return _fold_mixed(joined)


def fold_text(text: str) -> str:
    """Fold one text as `fold_batch` does."""
    return fold_batch([text])[0]


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Fold one text and say where each folded character comes from.

    Returns
    -------
    folded : str
    offsets : list of int
        For each character of ``folded``, the index in ``text`` (in code points) of its origin; then the
        length of ``text``.
    """
    if _SIMPLE.fullmatch(text):
        return _fold_simply(text)
    text = text.replace(SEPARATOR, " ")
    composed, origins = _composed_with_origins(text)
    codes, sources = fold_codes(codes_of(composed))
    return text_of(codes), [*(origins[i] for i in sources.tolist()), len(text)]


def _fold_simply(text: str) -> tuple[str, list[int]]:
    """Fold text in which no character depends on its neighbours."""
    folded: list[str] = []
    offsets: list[int] = []
    for i, character in enumerate(text):
        part = fold_character(character)
        folded.append(part)
        offsets.extend([i] * len(part))
    offsets.append(len(text))
    return "".join(folded), offsets


def _fold_mixed(joined: str) -> list[str]:
    for sign, folded in _COMMON:
        joined = joined.replace(sign, folded)
    try:
        return _fold_latin(joined.encode("latin-1")).split(SEPARATOR)
    except UnicodeEncodeError:
        return _fold_stretches_apart(joined)


def _fold_stretches_apart(joined: str) -> list[str]:
    """Fold the Latin part of all texts at once, and each different stretch of anything else once."""
    marked, stretches = _marked(joined)
    folded = _fold_stretches(set(stretches))
    latin = _fold_latin(marked).split(_MARK)
    parts = [latin[0]]
    before = latin[0]
    for written, after in zip(stretches, latin[1:], strict=True):
        stretch = folded[written]
        if stretch.starts_alone and before and before[-1] not in _NO_SPACE_AFTER:
            parts.append(" ")
        parts.append(stretch.folded)
        if stretch.ends_alone and after and after[0] not in _NO_SPACE_BEFORE:
            parts.append(" ")
        parts.append(after)
        before = after
    rows = "".join(parts).split(SEPARATOR)
    _refold_entangled(rows, joined, marked)
    return rows


def _marked(joined: str) -> tuple[bytes, list[str]]:
    """Return the text in Latin-1 with a mark for each stretch that is not, and those stretches."""
    stretches: list[str] = []
    _FOUND.stretches = stretches
    return joined.encode("latin-1", _TAKE_OUT), stretches


def _take_out(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    _FOUND.stretches.append(error.object[error.start : error.end])
    return _MARK.encode(), error.end


codecs.register_error(_TAKE_OUT, _take_out)


def _refold_entangled(rows: list[str], joined: str, marked: bytes) -> None:
    """Fold whole the texts in which a stretch may touch what depends on its neighbours."""
    if not any(character in marked for character in _DEPENDENT):
        return
    texts = joined.split(SEPARATOR)
    for row, text in enumerate(marked.split(SEPARATOR.encode())):
        if _MARK.encode() in text and any(character in text for character in _DEPENDENT):
            rows[row] = _fold_any(texts[row])


def _fold_stretches(stretches: set[str]) -> dict[str, _Stretch]:
    if not stretches:
        return {}
    ordered = list(stretches)
    folded = _fold_any(SEPARATOR.join(ordered)).split(SEPARATOR)
    return {key: _Stretch.of(text) for key, text in zip(ordered, folded, strict=True)}


def _fold_latin(data: bytes) -> str:
    for letter, folded in _LATIN_LONGER:
        data = data.replace(letter, folded)
    data = data.translate(_LATIN_TABLE, _LATIN_DROPPED)
    if b"_" in data:
        data = without_outer_underscores(np.frombuffer(data, np.uint8)).tobytes()
    return data.decode("latin-1")


def _fold_any(text: str) -> str:
    if _TO_COMPOSE.search(text):
        text = _composed_with_origins(text)[0]
    return text_of(fold_codes(codes_of(text))[0])


def _composed_with_origins(text: str) -> tuple[str, Sequence[int]]:
    if not _TO_COMPOSE.search(text):
        return text, range(len(text))
    parts: list[str] = []
    origins: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        composed = unicodedata.normalize("NFKC" if len(cluster[0]) > 1 else "NFC", cluster[0])
        parts.append(composed)
        last = cluster.end() - 1
        origins.extend(min(cluster.start() + i, last) for i in range(len(composed)))
    return "".join(parts), origins
