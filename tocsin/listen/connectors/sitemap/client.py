"""Fetching a news sitemap, and the newest of those that an index lists."""

from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tocsin.listen.connectors.article import article_texts
from tocsin.listen.connectors.base import Address, Fetched, Memory
from tocsin.listen.connectors.markup import declares_entities
from tocsin.listen.connectors.memory import conditional_headers, remembered, unseen, validators_of
from tocsin.listen.connectors.sitemap.exceptions import HarmfulSitemap, NotASitemap
from tocsin.listen.connectors.sitemap.mapping import children_of, posts_of
from tocsin.listen.fetch.client import Client, unpacked
from tocsin.stream.post import Post

MAX_CHILDREN: Final = 5
MAX_UNPACKED: Final = 50 << 20


class SitemapConnector:
    """Fetches news sitemaps."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def fetch(self, address: Address, memory: Memory) -> Fetched:
        """Fetch what is new in a sitemap.

        Raises
        ------
        FetchFailed
        """
        document = self._client.fetch(address.url, conditional_headers(memory))
        if document.status == 304:
            return Fetched([], memory, moved_to=document.moved_to)
        root = root_of(document.body)
        children = children_of(root)[:MAX_CHILDREN]
        roots = [root_of(self._client.fetch(child).body) for child in children] or [root]
        posts = [post for each in roots for post in posts_of(each, address.network)]
        seen = memory.get("seen", {})
        fresh = unseen(posts, seen)
        # an index may stay the same while what it lists changes
        left = self._complete(fresh) if address.article_text else set()
        validators = {} if children or left else validators_of(document)
        marks = remembered(posts, seen)
        kept = {**validators, "seen": {name: mark for name, mark in marks.items() if name not in left}}
        return Fetched(fresh, kept, seen=len(posts), moved_to=document.moved_to)

    def _complete(self, posts: list[Post]) -> set[str]:
        texts, left = article_texts(self._client, posts)
        for post in posts:
            if text := texts.get(post.native_id):
                post.text, post.title = text, post.title or post.text
        return left


def root_of(body: bytes) -> Element:
    """Return the root of a sitemap, unpacked first where it is stored packed.

    Raises
    ------
    HarmfulSitemap, NotASitemap
    """
    if body.startswith(b"\x1f\x8b"):
        body = unpacked(body, MAX_UNPACKED)
    if declares_entities(body):
        raise HarmfulSitemap
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise HarmfulSitemap from error
    except (ParseError, ValueError, LookupError) as error:
        raise NotASitemap from error
    if root.tag.rpartition("}")[2] not in {"urlset", "sitemapindex"}:
        raise NotASitemap
    return root
