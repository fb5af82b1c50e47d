"""How people write the words that the engine knows without capitals and accents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from tocsin.stream.fold import fold_batch

_TOKEN = re.compile(r"\w+", re.UNICODE)


def tokens(text: str) -> list[str]:
    """Return the words of a text."""
    return _TOKEN.findall(text)


def spelling(texts: Sequence[str]) -> dict[str, str]:
    """Return for each folded word how people mostly write it."""
    written = Counter(token for text in texts for token in tokens(text.lower()))
    forms: dict[str, list[str]] = defaultdict(list)
    for token, folded in zip(written, fold_batch(list(written)), strict=True):
        forms[folded.strip()].append(token)
    return {folded: max(found, key=lambda token: written[token]) for folded, found in forms.items()}
