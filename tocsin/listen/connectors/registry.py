"""The connectors by kind of source: a new one is added here."""

from collections.abc import Callable
from typing import Final

from tocsin.listen.connectors.base import Connector
from tocsin.listen.connectors.feed.client import FeedConnector
from tocsin.listen.connectors.sitemap.client import SitemapConnector
from tocsin.listen.fetch.client import Client

CONNECTORS: Final[dict[str, Callable[[Client], Connector]]] = {
    "feed": FeedConnector,
    "sitemap": SitemapConnector,
}
