"""All watches of an organisation, joined into one automaton and a few arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import BytesAhoCorasick

from tocsin.stream.query.anchors import requirement_of
from tocsin.stream.query.columns import is_columnar, needs_language
from tocsin.stream.query.evaluate import Check, check_of
from tocsin.stream.query.nodes import And, Language, Network, Node, Or
from tocsin.stream.query.parser import parse

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WatchDefinition:
    """A watch as the matcher needs it.

    Attributes
    ----------
    id, organisation : int
    brand : int
        The brand it belongs to; 0 for a watch of the whole organisation.
    query : str
    languages, networks : tuple of str
        When not empty, posts in no other language, from no other network.
    """

    id: int
    organisation: int
    brand: int
    query: str
    languages: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broad:
    """A watch that no term of the text anchors: looked at in every batch.

    Attributes
    ----------
    condition : Node or None
        A columnar node that must hold; None when any post may match.
    whole : bool
        The condition is all of the query.
    """

    watch: int
    condition: Node | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """The watches of one organisation, numbered in the order of their ids.

    Attributes
    ----------
    ids, brands : int64 array
        Of each watch.
    checks : list of callables
        Whether the query holds for a post.
    limits : list of nodes, limit_of : int64 array
        The different limits of language and network, and which each watch has (-1 for none).
    automaton, first_link, link_watch, link_proves
        The patterns, and for pattern ``p`` the links ``first_link[p]:first_link[p + 1]`` to watches, with
        whether the pattern alone proves the watch's query.
    """

    ids: Ints
    brands: Ints
    checks: list[Check]
    limits: list[Node]
    limit_of: Ints
    wants_language: Flags
    automaton: BytesAhoCorasick | None
    first_link: Ints
    link_watch: Ints
    link_proves: Flags
    broad: list[Broad]


def compile_watches(definitions: Sequence[WatchDefinition]) -> Compiled:
    """Compile the watches of one organisation.

    Raises
    ------
    QueryError
        When a query cannot be understood.
    """
    ordered = sorted(definitions, key=lambda d: d.id)
    nodes = [_parsed(definition.query) for definition in ordered]
    links: dict[bytes, list[tuple[int, bool]]] = {}
    broad: list[Broad] = []
    for watch, node in enumerate(nodes):
        conditions = _link(watch, node, links)
        if conditions is not None:
            broad.append(conditions)
    limits: dict[Node, int] = {}
    limit_of = [_number(_limit(definition), limits) for definition in ordered]
    wanting = [needs_language(n) or bool(d.languages) for n, d in zip(nodes, ordered, strict=True)]
    counts = [len(found) for found in links.values()]
    flat = [link for found in links.values() for link in found]
    return Compiled(
        ids=np.array([d.id for d in ordered], np.int64),
        brands=np.array([d.brand for d in ordered], np.int64),
        checks=[check_of(node) for node in nodes],
        limits=list(limits),
        limit_of=np.array(limit_of, np.int64),
        wants_language=np.array(wanting, np.bool_),
        automaton=BytesAhoCorasick(list(links)) if links else None,
        first_link=np.concatenate(([0], np.cumsum(counts, dtype=np.int64))).astype(np.int64),
        link_watch=np.array([watch for watch, _ in flat], np.int64),
        link_proves=np.array([proves for _, proves in flat], np.bool_),
        broad=broad,
    )


@lru_cache(maxsize=20_000)
def _parsed(query: str) -> Node:
    """Parse a query once: when one watch changes, thousands are compiled again."""
    return parse(query)


def _link(watch: int, node: Node, links: dict[bytes, list[tuple[int, bool]]]) -> Broad | None:
    """Link the anchors of a watch to it; return what must be looked at in every batch."""
    requirement = requirement_of(node)
    if requirement is None:
        return Broad(watch, _condition_within(node), whole=False)
    for anchor in requirement.anchors:
        if anchor.pattern:
            links.setdefault(anchor.pattern, []).append((watch, anchor.proves))
    conditions = tuple(anchor.condition for anchor in requirement.anchors if anchor.condition is not None)
    if not conditions:
        return None
    if is_columnar(node):
        return Broad(watch, node, whole=True)
    return Broad(watch, conditions[0] if len(conditions) == 1 else Or(conditions), whole=False)


def _condition_within(node: Node) -> Node | None:
    """Return the conditions on fields that hold wherever the query does."""
    if not isinstance(node, And):
        return None
    conditions = tuple(child for child in node.children if is_columnar(child))
    return And(conditions) if conditions else None


def _limit(definition: WatchDefinition) -> Node | None:
    parts: list[Node] = []
    if definition.languages:
        parts.append(Or(tuple(Language(language.casefold()) for language in definition.languages)))
    if definition.networks:
        parts.append(Or(tuple(Network(network.casefold()) for network in definition.networks)))
    return And(tuple(parts)) if parts else None


def _number(limit: Node | None, limits: dict[Node, int]) -> int:
    return -1 if limit is None else limits.setdefault(limit, len(limits))
