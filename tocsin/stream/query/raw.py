"""RAW: text as written, with its case and signs; only a whole word counts at an end that is a letter."""

import unicodedata
from collections.abc import Iterator

from tocsin.stream.characters import is_mark, is_unit

Span = tuple[int, int]


def raw_spans(wanted: str, text: str) -> Iterator[Span]:
    """Yield where the text is written so, in code points; composed and decomposed accents are one."""
    for form in _forms(wanted):
        start = text.find(form)
        while start >= 0:
            end = start + len(form)
            if not (_runs_on(text, start) or _runs_on(text, end)):
                yield start, end
            start = text.find(form, start + 1)


def is_written(wanted: str, text: str) -> bool:
    """Return whether the text is written so somewhere."""
    return next(raw_spans(wanted, text), None) is not None


def _forms(wanted: str) -> list[str]:
    if wanted.isascii():
        return [wanted]
    return sorted({wanted, unicodedata.normalize("NFC", wanted), unicodedata.normalize("NFD", wanted)})


def _runs_on(text: str, at: int) -> bool:
    """Return whether a word goes on across this position."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if "Cf" in {unicodedata.category(before), unicodedata.category(after)}:
        return True
    if is_unit(before) or is_unit(after):
        return is_mark(after)
    return _in_word(before) and _in_word(after)


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or is_mark(character)
