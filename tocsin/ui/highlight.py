"""The words of a post that a query matched, marked in it."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString


def marked(text: str, spans: Iterable[tuple[int, int]]) -> SafeString:
    """Return the text, escaped, with ``<mark>`` around its spans (in code points; they may overlap)."""
    pieces: list[str] = []
    place = 0
    for start, end in sorted(spans):
        begin = max(start, place)
        if end <= begin or end > len(text):
            continue
        pieces += [escape(text[place:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        place = end
    pieces.append(escape(text[place:]))
    return SafeString("".join(pieces))
