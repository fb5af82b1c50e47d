"""A first query for a brand that was just declared."""

import re

from tocsin.stream.query.errors import QueryError
from tocsin.stream.query.parser import parse

_SIGNS_OF_QUERIES = re.compile(r'["“”«»*?]')
_NOT_OF_A_WORD = re.compile(r"[^\w]+")


def suggest_query(name: str) -> str:
    """Return a query that finds a brand by its name, written as people and as hashtags write it.

    « Maison Berthier » gives ``"Maison Berthier" OR MaisonBerthier``: the second word also finds
    ``#MaisonBerthier`` and ``@MaisonBerthier``.
    """
    spoken = " ".join(_SIGNS_OF_QUERIES.sub(" ", name).split())
    joined = _NOT_OF_A_WORD.sub("", spoken)
    if not joined:
        return ""
    quoted = f'"{spoken}"'
    wanted = spoken if joined == spoken else f"{quoted} OR {joined}"
    return next((query for query in (wanted, quoted) if _is_query(query)), "")


def _is_query(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True
