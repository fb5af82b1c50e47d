"""Feeds from a real server, kind and unkind."""

import json
from datetime import UTC, datetime

import pytest

from tests.listen.servers import Server
from tocsin.listen.connectors import article as articles
from tocsin.listen.connectors.base import Address
from tocsin.listen.connectors.feed.client import FeedConnector, entries_of
from tocsin.listen.connectors.feed.discovery import feeds_of, is_page
from tocsin.listen.connectors.feed.exceptions import HarmfulFeed, NotAFeed
from tocsin.listen.connectors.feed.mapping import post_of
from tocsin.listen.fetch.client import Client
from tocsin.listen.fetch.exceptions import Refused
from tocsin.stream.post import Post

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Le Courrier</title><language>fr-FR</language>
<item><title>Un corps étranger dans une galette</title><link>https://courrier.example/a/1</link><guid>courrier-1</guid>
<description>&lt;p&gt;Une cliente de &lt;b&gt;Maison Berthier&lt;/b&gt; raconte.&lt;/p&gt;
&lt;script&gt;alert(1)&lt;/script&gt;</description>
<pubDate>Tue, 24 Feb 2026 10:35:00 GMT</pubDate>
<dc:creator>Jeanne Morin</dc:creator>
<enclosure url="https://courrier.example/a/1.jpg" type="image/jpeg" length="1"/></item>
<item><title>Autre nouvelle</title><link>javascript:alert(1)</link><guid>courrier-2</guid>
<description>Rien.</description></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
<entry><title type="html">Caf&amp;eacute; &amp;amp; pain</title><id>tag:blog.example,2026:1</id>
<link href="/notes/1"/>
<updated>2026-02-24T11:35:00+01:00</updated>
<content type="html">&lt;p&gt;Premier.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</content>
</entry></feed>"""
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    '<rss version="2.0"><channel><item><title>&c;</title></item></channel></rss>'
)


def posts(body: str | bytes, base: str = "https://courrier.example/rss") -> list[Post]:
    raw = body.encode() if isinstance(body, str) else body
    return [post for entry in entries_of(raw) if (post := post_of(entry, "press", base)) is not None]


def test_an_rss_item_becomes_an_article() -> None:
    first, second = posts(RSS)
    assert first.id == "press:courrier-1"
    assert first.title == "Un corps étranger dans une galette"
    assert first.text == "Une cliente de Maison Berthier raconte."
    assert first.published_at == datetime(2026, 2, 24, 10, 35, tzinfo=UTC)
    assert (first.author_name, first.kind, first.lang) == ("Jeanne Morin", "article", "")
    assert first.media == ["https://courrier.example/a/1.jpg"]
    assert second.url == ""


def test_an_atom_entry_becomes_an_article() -> None:
    (post,) = posts(ATOM, "https://blog.example/atom.xml")
    assert post.title == "Café & pain"
    assert post.text == "Premier.\nSecond."
    assert post.url == "https://blog.example/notes/1"
    assert post.published_at == datetime(2026, 2, 24, 10, 35, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_feeds_in_other_encodings_are_read(encoding: str) -> None:
    first = posts(RSS.replace("UTF-8", encoding).encode(encoding))[0]
    assert first.title == "Un corps étranger dans une galette"


@pytest.mark.parametrize(
    "bomb",
    [
        BOMB.encode(),
        BOMB.encode("utf-16"),
        b'<!DOCTYPE x SYSTEM "http://10.0.0.1/x" [\n<!ENTITY % y SYSTEM "file:///etc/passwd">]><rss/>',
        BOMB.replace('"1.0"', '"1.0" encoding="utf-7"').encode("utf-7"),
        b'<?xml version="1.0" encoding="cp037"?>' + BOMB.encode("cp037"),
    ],
    ids=["plain", "utf-16", "external", "utf-7", "ebcdic"],
)
def test_a_document_that_declares_entities_is_refused_unparsed(bomb: bytes) -> None:
    with pytest.raises(HarmfulFeed):
        entries_of(bomb)


def test_an_article_may_write_about_entities() -> None:
    written = RSS.replace("Autre nouvelle", "<![CDATA[What <!ENTITY a> means]]>")
    assert len(posts(written)) == 2


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Bienvenue</body></html>", b"{}", b"\x00\xff\xfe", b"rubbish"]
)
def test_what_is_no_feed_is_told(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        entries_of(body)


def test_a_feed_is_asked_for_changes_only_and_gives_each_entry_once(server: Server, client: Client) -> None:
    address = Address(server.serve("/rss", RSS, ETag='"v1"', Last_Modified="Tue, 24 Feb 2026 10:40:00 GMT"))
    connector = FeedConnector(client)
    first = connector.fetch(address, {})
    assert [post.native_id for post in first.posts] == [
        "127.0.0.1/rss#courrier-1",
        "127.0.0.1/rss#courrier-2",
    ]
    again = connector.fetch(address, json.loads(json.dumps(first.memory)))
    assert again.posts == []
    assert again.seen == 2
    assert server.asked[1].headers["if-none-match"] == '"v1"'
    assert server.asked[1].headers["if-modified-since"] == "Tue, 24 Feb 2026 10:40:00 GMT"


def test_an_unchanged_feed_costs_nothing_and_keeps_its_memory(server: Server, client: Client) -> None:
    connector = FeedConnector(client)
    first = connector.fetch(Address(server.serve("/rss", RSS, ETag='"v1"')), {})
    server.serve("/rss", b"", "304 Not Modified")
    assert connector.fetch(Address(server.url("/rss")), first.memory).memory == first.memory


def test_a_rewritten_entry_is_given_again(server: Server, client: Client) -> None:
    connector = FeedConnector(client)
    address = Address(server.serve("/rss", RSS))
    first = connector.fetch(address, {})
    server.serve("/rss", RSS.replace("Rien.", "Rectificatif."))
    assert [post.text for post in connector.fetch(address, first.memory).posts] == ["Rectificatif."]


def article(text: str) -> str:
    paragraphs = "".join(
        f"<p>{text} Paragraphe {n}, avec assez de mots pour compter comme du texte.</p>" for n in range(9)
    )
    head = "<html><head><title>x</title></head><body><nav>Menu Accueil</nav>"
    return f"{head}<article><h1>Titre</h1>{paragraphs}</article></body></html>"


def test_the_text_of_the_article_takes_the_place_of_a_summary(server: Server, client: Client) -> None:
    server.serve(
        "/a/1", article("La cliente raconte sa mésaventure."), Content_Type="text/html; charset=utf-8"
    )
    url = server.serve("/rss", RSS.replace("https://courrier.example/a/1<", server.url("/a/1") + "<"))
    fetched = FeedConnector(client).fetch(Address(url, article_text=True), {})
    assert "Paragraphe 8" in fetched.posts[0].text
    assert "Menu" not in fetched.posts[0].text


def test_an_article_that_cannot_be_had_leaves_the_summary(server: Server, client: Client) -> None:
    url = server.serve("/rss", RSS.replace("https://courrier.example/a/1<", server.url("/gone") + "<"))
    fetched = FeedConnector(client).fetch(Address(url, article_text=True), {})
    assert fetched.posts[0].text == "Une cliente de Maison Berthier raconte."


def test_a_server_that_fails_is_told(server: Server, client: Client) -> None:
    with pytest.raises(Refused):
        FeedConnector(client).fetch(Address(server.serve("/rss", b"", "500 Oops")), {})


def test_the_same_guid_in_two_feeds_is_two_articles(server: Server, client: Client) -> None:
    connector = FeedConnector(client)
    numbered = RSS.replace("courrier-1", "4711")
    found = [
        connector.fetch(Address(server.serve(path, numbered)), {}).posts[0].id
        for path in ("/a.rss", "/b.rss")
    ]
    assert len(set(found)) == 2


def test_a_guid_of_the_whole_web_is_one_article_in_every_feed(server: Server, client: Client) -> None:
    connector = FeedConnector(client)
    named = RSS.replace(">courrier-1<", ">https://courrier.example/?p=1<")
    found = [
        connector.fetch(Address(server.serve(path, named)), {}).posts[0].id for path in ("/une", "/nantes")
    ]
    assert set(found) == {"press:https://courrier.example/?p=1"}


def test_a_feed_that_moves_keeps_its_articles(server: Server, client: Client) -> None:
    connector = FeedConnector(client)
    first = connector.fetch(Address(server.serve("/rss", RSS)), {})
    again = connector.fetch(Address(server.serve("/nouveau", RSS)), first.memory)
    assert (again.posts, again.seen) == ([], 2)


def test_articles_that_there_was_no_time_for_come_with_the_next_fetch(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MAX_ARTICLES", 1)
    story = (
        "<html><body><article>"
        + "<p>Maison Berthier a rappelé ses galettes.</p>" * 40
        + "</article></body></html>"
    )
    pages = [server.serve(f"/a/{n}", story, Content_Type="text/html") for n in (1, 2)]
    feed = RSS.replace("https://courrier.example/a/1", pages[0]).replace("javascript:alert(1)", pages[1])
    address = Address(server.serve("/rss", feed, ETag='"v1"'), article_text=True)
    connector = FeedConnector(client)
    first = connector.fetch(address, {})
    assert [len(post.text) > 500 for post in first.posts] == [True, False]
    second = connector.fetch(address, first.memory)
    assert "if-none-match" not in server.asked[-2].headers
    assert [len(post.text) > 500 for post in second.posts] == [True]
    assert connector.fetch(address, second.memory).posts == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            b'<html><head><link rel=alternate type="application/rss+xml" href=/f></head></html>',
            ["https://a.example/f"],
        ),
        (b'<html><a href="/feed/">RSS</a><a href="/x">x</a></html>', ["https://a.example/feed/"]),
        (b'<html><link rel="alternate stylesheet" type="text/css" href="/f.css"></html>', []),
        (b'<html><link rel=alternate type="application/rss+xml" href="javascript:alert(1)"></html>', []),
        (b'<html><link rel=alternate type="application/rss+xml" href="file:///etc/passwd"></html>', []),
        (b"<html><head>" + b"<div>" * 50_000, []),
        (b"<html>\x00\xff\xfe", []),
        (
            b"<html>" + b'<link rel=alternate type="application/rss+xml" href="/%d">' * 3,
            ["https://a.example/%d"],
        ),
    ],
)
def test_a_pages_feeds_are_found_and_nothing_else(body: bytes, found: list[str]) -> None:
    assert is_page(body)
    assert [one["url"] for one in feeds_of(body, "https://a.example/")] == found


def test_a_page_of_a_thousand_feeds_proposes_a_few() -> None:
    links = "".join(f'<link rel=alternate type="application/rss+xml" href="/{n}">' for n in range(1000))
    assert len(feeds_of(f"<html>{links}</html>".encode(), "https://a.example/")) == 8


def test_titles_of_feeds_are_read_though_the_page_declares_no_encoding() -> None:
    page = '<html><link rel=alternate type="application/rss+xml" title="Économie" href="/f"></html>'
    assert feeds_of(page.encode(), "https://a.example/")[0]["title"] == "Économie"
