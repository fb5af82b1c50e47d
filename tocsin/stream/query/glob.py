"""Wildcards in one word, without the runaway cost that a regular expression can have."""

from functools import lru_cache


class Glob:
    """``*`` for any characters, ``?`` for exactly one; matches whole words.

    The parts between stars are looked for from left to right, each at its first place, which is enough
    and takes time proportional to the length of word and pattern at most.
    """

    def __init__(self, pattern: str) -> None:
        first, *others = pattern.split("*")
        self._first = first
        self._last = others.pop() if others else None
        self._middle = [part for part in others if part]
        self._fixed = len(first) + len(self._last or "") + sum(map(len, self._middle))
        self.is_prefix = self._last == "" and not self._middle and "?" not in first

    def matches(self, word: str) -> bool:
        """Return whether the whole word has this form."""
        if self.is_prefix:
            return word.startswith(self._first)
        if self._last is None:
            return len(word) == self._fixed and _same(word, 0, self._first)
        if len(word) < self._fixed or not _same(word, 0, self._first):
            return False
        end = len(word) - len(self._last)
        if not _same(word, end, self._last):
            return False
        at = len(self._first)
        for part in self._middle:
            at = _find(word, part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True


@lru_cache(maxsize=50_000)
def glob(pattern: str) -> Glob:
    """Return the compiled pattern."""
    return Glob(pattern)


def literal_parts(pattern: str) -> list[str]:
    """Return the stretches between wildcards; the first and last may be empty."""
    return pattern.replace("?", "*").split("*")


def _same(word: str, at: int, part: str) -> bool:
    if "?" not in part:
        return word.startswith(part, at)
    return all(p in {"?", c} for p, c in zip(part, word[at : at + len(part)], strict=True))


def _find(word: str, part: str, start: int, end: int) -> int:
    if "?" not in part:
        return word.find(part, start, end)
    return next((i for i in range(start, end - len(part) + 1) if _same(word, i, part)), -1)
