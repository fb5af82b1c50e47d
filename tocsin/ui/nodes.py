"""Tags that templates use a hundred times a page, written so that what never changes is worked out once.

They stand in for Django's own of the same name and give the same; what they do not know they leave to them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.base import FilterExpression, Node, Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as compile_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class Address(Node):
    """``{% url %}`` with arguments by place, which remembers the addresses of names and arguments."""

    def __init__(self, node: URLNode) -> None:
        self._node = node

    def render(self, context: Context) -> SafeString:
        """Write the address."""
        values = tuple(one.resolve(context) for one in (self._node.view_name, *self._node.args))
        if not context.autoescape or not all(isinstance(value, str | int) for value in values):
            return SafeString(self._node.render(context))
        return _address(settings.ROOT_URLCONF, get_urlconf(), get_script_prefix(), values)


@lru_cache(maxsize=4096, typed=True)
def _address(_of: str, _of_call: str | None, _prefix: str, values: tuple[Any, ...]) -> SafeString:
    return SafeString(escape(reverse(values[0], args=values[1:])))


def url(parser: Parser, token: Token) -> Node:
    """Compile ``{% url %}``."""
    node = compile_url(parser, token)
    return node if node.asvar or node.kwargs else Address(node)


class Words(Node):
    """``{% translate %}`` of words that stand in the template, which remembers them in each language."""

    def __init__(self, node: TranslateNode) -> None:
        self._node = node
        self._known: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> SafeString:
        """Write the words in the active language."""
        key = (get_language(), context.autoescape)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._node.render(context)
        return SafeString(known)


def translate(parser: Parser, token: Token) -> Node:
    """Compile ``{% translate %}``."""
    node = do_translate(parser, token)
    if not isinstance(node, TranslateNode) or node.asvar or node.noop or not _stands(node.filter_expression):
        return node
    return Words(node) if node.message_context is None or _stands(node.message_context) else node


def _stands(given: FilterExpression) -> bool:
    """Return whether an argument stands in the template itself."""
    if given.filters:
        return False
    return isinstance(given.var, str) or (isinstance(given.var, Variable) and given.var.literal is not None)
