"""A Markdown file as front matter and sections, with the lines on which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from tocsin.errors import TocsinError

LONGEST: Final = 400_000
"""Characters that a file may have: ten times the longest plan of the library."""

_PARSER: Final = MarkdownIt("commonmark")
_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_ATTRIBUTES: Final = re.compile(r"\s*\{([^{}]*)\}\s*\Z")
_BLANKS: Final = re.compile(r"[ \t\n\r]+")
_PAIR: Final = re.compile(r"#([\w-]+)|([\w-]+)=([^\s]+)")


class NotAPlan(TocsinError):
    """The file cannot be read as a plan; nothing was changed.

    Parameters
    ----------
    code
        ``long``, ``front`` (the lines between the first two ``---``) or ``untitled``.
    about
        What is wrong there.
    """

    def __init__(self, code: str, about: str) -> None:
        super().__init__(f"the file cannot be read as a plan ({code}: {about}); nothing was changed")
        self.code = code
        self.about = about


class _Loader(yaml.SafeLoader):
    """Reads no aliases: a few lines of them stand for more than memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types here
            raise yaml.composer.ComposerError(None, None, "aliases are not read here", event.start_mark)
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True)
class Bullet:
    """One point of a list: its words, the points below it, and the names in braces at its end."""

    words: str
    line: int
    below: tuple[Bullet, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it up to the next heading of its depth."""

    title: str
    line: int
    body: str
    bullets: tuple[Bullet, ...]
    below: tuple[Section, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


def front_and_body(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter and the file with its lines left empty, so that line numbers hold.

    Raises
    ------
    NotAPlan
        When the front matter cannot be read, or the file is too long.
    """
    if len(text) > LONGEST:
        raise NotAPlan("long", str(LONGEST))
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    try:
        front = yaml.load(found[1], Loader=_Loader) or {}  # noqa: S506 - a safe loader, made safer
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotAPlan("front", _where(error)) from error
    if not isinstance(front, dict):
        raise NotAPlan("front", str(front)[:200])
    return front, "\n" * found[0].count("\n") + text[found.end() :]


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"{problem} (line {mark.line + 2})" if mark else problem


def sections(body: str, *, depth: int = 2) -> tuple[str, tuple[Section, ...]]:
    """Return what stands before the first heading of a depth, and the sections of that depth."""
    lines = body.split("\n")
    root = SyntaxTreeNode(_PARSER.parse(body))
    return _cut(lines, list(root.children), 0, len(lines), depth)


def _cut(
    lines: Sequence[str], nodes: Sequence[SyntaxTreeNode], first: int, last: int, depth: int
) -> tuple[str, tuple[Section, ...]]:
    starts = [place for place, node in enumerate(nodes) if _depth(node) == depth]
    before = _words(lines, first, _line(nodes[starts[0]]) if starts else last)
    found = []
    for place, after in pairwise([*starts, len(nodes)]):
        end = _line(nodes[after]) if after < len(nodes) else last
        found.append(_section(lines, nodes[place], nodes[place + 1 : after], end, depth))
    return before, tuple(found)


def _section(
    lines: Sequence[str], heading: SyntaxTreeNode, nodes: Sequence[SyntaxTreeNode], end: int, depth: int
) -> Section:
    start = heading.map[1] if heading.map else end
    body, below = _cut(lines, nodes, start, end, depth + 1)
    title, names = named(heading.children[0].content if heading.children else "")
    above = nodes[: next((n for n, node in enumerate(nodes) if _depth(node) == depth + 1), len(nodes))]
    return Section(title, _line(heading) + 1, body, tuple(_bullets(above)), below, names)


def _bullets(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Bullet]:
    for node in nodes:
        if node.type in {"bullet_list", "ordered_list"}:
            for item in node.children:
                yield _bullet(item)


def _bullet(item: SyntaxTreeNode) -> Bullet:
    said = " ".join(
        one_line(node.children[0].content)
        for node in item.children
        if node.type == "paragraph" and node.children
    )
    words, names = named(said)
    return Bullet(words, _line(item) + 1, tuple(_bullets(item.children)), names)


def named(words: str) -> tuple[str, dict[str, str]]:
    """Return words without the braces at their end, and what these say.

    >>> named("Appeler le magasin {#call after=freeze}")
    ('Appeler le magasin', {'id': 'call', 'after': 'freeze'})
    """
    found = _ATTRIBUTES.search(words)
    if found is None:
        return words.strip(), {}
    names = {pair[2] or "id": pair[3] or pair[1] for pair in _PAIR.finditer(found[1])}
    return (words[: found.start()].strip(), names) if names else (words.strip(), {})


def one_line(words: str) -> str:
    """Return words on one line; no-break spaces are the writer's and stay.

    >>> one_line("à 18\u00a0h\n   au plus tard")
    'à 18\xa0h au plus tard'
    """
    return _BLANKS.sub(" ", words).strip(" ")


def _depth(node: SyntaxTreeNode) -> int:
    return int(node.tag[1:]) if node.type == "heading" else 0


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] if node.map else 0


def _words(lines: Sequence[str], first: int, last: int) -> str:
    return "\n".join(lines[first:last]).strip()
