"""The watch query language: parser, matcher and highlighter."""

from tocsin.stream.query.compiler import WatchDefinition
from tocsin.stream.query.errors import QueryError
from tocsin.stream.query.matcher import Matcher, Matches
from tocsin.stream.query.nodes import Node
from tocsin.stream.query.parser import parse
from tocsin.stream.query.spans import Highlighter, spans

__all__ = [
    "Highlighter",
    "Matcher",
    "Matches",
    "Node",
    "QueryError",
    "WatchDefinition",
    "parse",
    "spans",
]
