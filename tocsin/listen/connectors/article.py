"""The text of an article behind its address, without menus and advertising."""

import logging

import trafilatura

from tocsin.listen.fetch.client import Client
from tocsin.listen.fetch.exceptions import FetchFailed

log = logging.getLogger(__name__)

_SHORTEST = 200


def article_text(client: Client, url: str) -> str:
    """Return the text of the article at an address; empty when it cannot be had.

    An article that cannot be fetched is no failure of its feed: its summary stays.
    """
    try:
        page = client.fetch(url, {"Accept": "text/html,application/xhtml+xml"})
    except FetchFailed as error:
        log.info("The article %s could not be fetched: %s", url, error)
        return ""
    if "html" not in page.headers.get("content-type", "html"):
        return ""
    text = trafilatura.extract(
        page.body, url=url, include_comments=False, include_tables=False, favor_precision=True
    )
    return text if text and len(text) >= _SHORTEST else ""
