"""News sitemaps from a real server."""

import gzip
from datetime import UTC, datetime

import pytest

from tests.listen.servers import Server
from tocsin.listen.connectors.base import Address
from tocsin.listen.connectors.sitemap.client import SitemapConnector, root_of
from tocsin.listen.connectors.sitemap.exceptions import HarmfulSitemap, NotASitemap
from tocsin.listen.fetch.client import Client

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://courrier.example/a/1</loc><news:news><news:publication><news:name>Le Courrier</news:name>
<news:language>fr</news:language></news:publication><news:publication_date>2026-02-24T11:35:00+01:00</news:publication_date>
<news:title>Galette : un corps étranger</news:title></news:news></url>
<url><loc>https://courrier.example/about</loc></url>
<url><loc>javascript:alert(1)</loc><news:news><news:title>x</news:title></news:news></url>
</urlset>"""


def test_news_become_articles_and_other_pages_do_not(server: Server, client: Client) -> None:
    (post,) = SitemapConnector(client).fetch(Address(server.serve("/news.xml", NEWS)), {}).posts
    assert post.text == "Galette : un corps étranger"
    assert post.id == "press:https://courrier.example/a/1"
    assert post.author_name == "Le Courrier"
    assert post.published_at == datetime(2026, 2, 24, 10, 35, tzinfo=UTC)


def test_an_index_leads_to_its_newest_sitemaps(server: Server, client: Client) -> None:
    server.serve("/new.xml", NEWS)
    children = "".join(
        f"<sitemap><loc>{server.url(path)}</loc><lastmod>{day}</lastmod></sitemap>"
        for path, day in [*((f"/old{n}.xml", "2020-01-01") for n in range(30)), ("/new.xml", "2026-02-24")]
    )
    for number in range(30):
        server.serve(f"/old{number}.xml", "<urlset/>")
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'
    fetched = SitemapConnector(client).fetch(Address(server.serve("/index.xml", index)), {})
    assert len(fetched.posts) == 1
    assert server.paths()[1] == "/new.xml"
    assert len(server.asked) == 6


def test_a_sitemap_stored_packed_is_read(server: Server, client: Client) -> None:
    url = server.serve("/news.xml.gz", gzip.compress(NEWS.encode()))
    assert len(SitemapConnector(client).fetch(Address(url), {}).posts) == 1


def test_the_same_news_are_given_once(server: Server, client: Client) -> None:
    connector, address = SitemapConnector(client), Address(server.serve("/news.xml", NEWS))
    first = connector.fetch(address, {})
    assert connector.fetch(address, first.memory).posts == []


def test_entities_are_refused() -> None:
    with pytest.raises(HarmfulSitemap):
        root_of(b'<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>')
    with pytest.raises(HarmfulSitemap):
        root_of(b'<!DOCTYPE urlset SYSTEM "http://10.0.0.1/x.dtd"><urlset/>')


@pytest.mark.parametrize("body", [b"", b"<html/>", b"<urlset>", b"rubbish", b"\x00" * 100])
def test_what_is_no_sitemap_is_told(body: bytes) -> None:
    with pytest.raises(NotASitemap):
        root_of(body)
