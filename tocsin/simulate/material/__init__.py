"""The written material: text files of sections, one line a wording; written for Tocsin."""

from bisect import bisect
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Final

from tocsin.simulate.grammar import Sequence, compile_line

FILES: Final = (
    "talk.txt",
    "talk_more.txt",
    "edges.txt",
    "voices.txt",
    "english.txt",
    "owned.txt",
    "owned_more.txt",
    "reviews.txt",
    "press.txt",
    "crisis.txt",
    "crisis_more.txt",
    "bumps.txt",
    "names.txt",
)


@cache
def written_lines() -> dict[str, tuple[str, ...]]:
    """Return every written line by section, as it stands in the files."""
    sections: dict[str, list[str]] = {}
    for name in FILES:
        current: list[str] = []
        for raw in files(__name__).joinpath(name).read_text(encoding="utf-8").splitlines():
            line = raw.strip()
            if line.startswith("== "):
                current = sections.setdefault(line[3:], [])
            elif line and not line.startswith("# "):
                current.append(line)
    return {name: tuple(lines) for name, lines in sections.items()}


@cache
def section(name: str) -> tuple[Sequence, ...]:
    """Return the compiled lines of a section; empty when nothing was written for it."""
    return tuple(compile_line(line) for line in written_lines().get(name, ()))


@cache
def _reach(name: str) -> tuple[float, ...]:
    return tuple(accumulate(min(line.count(), 150) ** 0.6 for line in section(name)))


def draw_line(name: str, rng: Random) -> Sequence:
    """Draw a line of a section: the more wordings it has, the more often it can be heard."""
    reach = _reach(name)
    return section(name)[bisect(reach, rng.random() * reach[-1])]


def names(section_name: str) -> tuple[str, ...]:
    """Return the names of a section, several of which stand on each line."""
    return tuple(" ".join(written_lines()[section_name]).split())
