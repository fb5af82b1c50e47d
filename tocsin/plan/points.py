"""Lists of points as people type them, one a line; each keeps the name that other languages know it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from tocsin.plan.document.markdown.names import slug
from tocsin.plan.document.structure import Item, Text

UNSAID: Final = "—"
"""A line that stands for a point which has no words in this language yet."""

_LONGEST_ID: Final = 24


def put(text: Text, language: str, words: str) -> Text:
    """Return a text that says `words` in a language, and nothing in it when there are none.

    >>> put({"fr": "Oui", "en": "Yes"}, "en", " ")
    {'fr': 'Oui'}
    """
    words = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if words:
        return {**text, language: words}
    return {code: said for code, said in text.items() if code != language}


def fresh(words: str, taken: Iterable[str]) -> str:
    """Return a name made of words that is not taken.

    >>> fresh("Appeler le magasin", {"appeler-le-magasin"})
    'appeler-le-magasin-2'
    """
    known = set(taken)
    name = slug(words)[:_LONGEST_ID].strip("-") or "item"
    number = 2
    made = name
    while made in known:
        made, number = f"{name}-{number}", number + 1
    return made


def typed(items: Sequence[Item], language: str) -> str:
    """Return points one a line; nothing when none says anything in the language."""
    said = [" ".join(item.words.get(language, "").split()) for item in items]
    return "\n".join(line or UNSAID for line in said) if any(said) else ""


def points(text: str, items: Sequence[Item], language: str) -> tuple[Item, ...]:
    """Return the points that lines say, each under the name it had.

    A line that is gone takes its point with it, in every language; a point that said nothing in this one
    stays. Lines written over others take their names, in order; where nothing was said yet, the first line
    is the first point.
    """
    old = [" ".join(item.words.get(language, "").split()) or UNSAID for item in items]
    new = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    taken = {item.id for item in items}
    found: list[Item] = []
    for way, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if way == "equal":
            found += items[first:last]
            continue
        for item in _over(items[first:last], new[begin:end], language, taken):
            taken.add(item.id)
            found.append(item)
    return tuple(found)


def _over(items: Sequence[Item], lines: Sequence[str], language: str, taken: set[str]) -> Iterator[Item]:
    for place in range(max(len(items), len(lines))):
        item = items[place] if place < len(items) else None
        line = lines[place] if place < len(lines) else ""
        if item is not None and line not in ("", UNSAID):
            yield Item(id=item.id, words=put(item.words, language, line))
        elif item is not None and (line == UNSAID or not item.words.get(language)):
            rest = put(item.words, language, "")
            if rest or not item.words:
                yield Item(id=item.id, words=rest)
        elif line not in ("", UNSAID):
            yield Item(id=fresh(line, taken), words={language: line})
