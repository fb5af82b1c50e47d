"""A small grammar of written alternatives: ``[one|another|]`` chooses, ``{name}`` asks the scene.

A written line such as ``j'ai attendu {minutes} minutes [à la caisse|au comptoir]`` is compiled once and
then written out as often as wanted; brackets nest, and an empty alternative says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Final

from tocsin.errors import TocsinError

_TOKEN: Final = re.compile(r"[\[\]|]|\{[^{}]*\}|[^\[\]|{}]+")
_SPACES: Final = re.compile(r" {2,}")
_TWO_SIGNS: Final = re.compile(r"([?!…])\.")
_SPACE_BEFORE_POINT: Final = re.compile(r" +([.,…)\n])")

Fill = Callable[[str], str]


class UnbalancedLine(TocsinError):
    """A written line opens or closes a bracket too many."""


class Choice:
    """Alternatives of which exactly one is written."""

    __slots__ = ("options",)

    def __init__(self, options: list[Sequence]) -> None:
        self.options = options

    def write(self, rng: Random, fill: Fill) -> str:
        """Write one alternative."""
        return self.options[int(rng.random() * len(self.options))].write(rng, fill)

    def count(self) -> int:
        """Return how many different wordings there are, slots left aside."""
        return sum(option.count() for option in self.options)


class Slot:
    """A word that only the scene knows: the product, the town, the brand."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, _rng: Random, fill: Fill) -> str:
        """Ask the scene."""
        return fill(self.name)

    def count(self) -> int:
        """Return 1: slots are left aside when wordings are counted."""
        return 1


class Sequence:
    """Words, choices and slots, one after the other."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[str | Choice | Slot]) -> None:
        self.parts = parts

    def write(self, rng: Random, fill: Fill) -> str:
        """Write every part in its order."""
        return "".join([part if isinstance(part, str) else part.write(rng, fill) for part in self.parts])

    def count(self) -> int:
        """Return how many different wordings there are, slots left aside."""
        total = 1
        for part in self.parts:
            total *= 1 if isinstance(part, str) else part.count()
        return total


def compile_line(line: str) -> Sequence:
    """Compile one written line.

    Raises
    ------
    UnbalancedLine
        When brackets do not close as they open, or a bar stands outside brackets.
    """
    stack: list[list[list[str | Choice | Slot]]] = [[[]]]
    for piece in _TOKEN.findall(line):
        if piece == "[":
            stack.append([[]])
        elif piece == "|" and len(stack) > 1:
            stack[-1].append([])
        elif piece == "]" and len(stack) > 1:
            options = [Sequence(parts) for parts in stack.pop()]
            stack[-1][-1].append(Choice(options))
        elif piece in "[]|":
            raise UnbalancedLine(f"A bracket or bar is out of place in this written line: {line}")
        elif piece[0] == "{":
            stack[-1][-1].append(Slot(piece[1:-1]))
        else:
            stack[-1][-1].append(piece)
    if len(stack) != 1:
        raise UnbalancedLine(f"A bracket is left open in this written line: {line}")
    return Sequence(stack[0][0])


def tidy(text: str) -> str:
    """Close the gaps that empty alternatives leave, and drop a point after a stronger sign."""
    text = _SPACE_BEFORE_POINT.sub(r"\1", _SPACES.sub(" ", text)).strip()
    return _TWO_SIGNS.sub(r"\1", text)
