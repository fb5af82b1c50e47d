"""The explorer finds any mention, page after page, and hides what insults."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.watch.stored import store_mention
from tocsin.accounts.models import User
from tocsin.ui.highlight import marked
from tocsin.watch import export
from tocsin.watch.abuse import abusive
from tocsin.watch.highlights import of_words
from tocsin.watch.models import Watch
from tocsin.watch.period import place_at
from tocsin.watch.selectors import mentions
from tocsin.watch.selectors.mentions import Wanted

NOW = datetime.now(UTC)


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def everything(watch: Watch, **wanted: object) -> Wanted:
    low, high = place_at(ago(days=400)), place_at(NOW + timedelta(days=1))
    return Wanted(watch.organisation_id, [watch.pk], low, high, **wanted)  # type: ignore[arg-type]  # test's own names


def test_mentions_come_newest_first_with_their_words_marked(page: Client, watch: Watch) -> None:
    store_mention(watch, "Maison Berthier ce matin", ago(hours=2))
    store_mention(watch, "Maison Berthier ce soir", ago(hours=1))
    said = page.get("/explore/").content.decode()
    assert said.index("ce soir") < said.index("ce matin")
    assert "<mark>Maison Berthier</mark>" in said


def test_who_looks_for_a_story_finds_it_whenever_it_was_told(page: Client, watch: Watch) -> None:
    store_mention(watch, "notre valise perdue", ago(days=4000), narrative=77)
    assert "valise" not in page.get("/explore/").content.decode()
    assert "valise" in page.get("/explore/?narrative=77").content.decode()
    assert "valise" in page.get("/explore/?period=all").content.decode()


def test_every_mention_is_listed_once_over_the_pages(watch: Watch, competitor: Watch) -> None:
    places = {store_mention(watch, f"mention {number}", ago(minutes=number)) for number in range(25)}
    places |= {
        store_mention(competitor, f"ailleurs {number}", ago(minutes=number, seconds=30))
        for number in range(9)
    }
    wanted = Wanted(
        watch.organisation_id, [watch.pk, competitor.pk], place_at(ago(days=1)), place_at(ago(seconds=-9))
    )
    seen: list[int] = []
    before = None
    while True:
        found = mentions.page(wanted, before, size=7)
        seen += [post.n for post in found.posts]
        before = found.next_place
        if before is None:
            break
    assert seen == sorted(places, reverse=True)


def test_a_rare_filter_looks_at_a_bounded_number_of_rows_and_goes_on(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mentions, "SCANNED", 10)
    rare = store_mention(watch, "enfin en colère", ago(days=2), sentiment=-1)
    for number in range(40):
        store_mention(watch, f"rien {number}", ago(minutes=number))
    wanted = everything(watch, sentiment=-1)
    found, before, rounds = [], None, 0
    while True:
        one = mentions.page(wanted, before, size=5)
        found += [post.n for post in one.posts]
        before, rounds = one.next_place, rounds + 1
        if before is None:
            break
    assert found == [rare]
    assert 1 < rounds < 10


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sentiment=negative", "furieuse"),
        ("network=instagram", "jolie"),
        ("topic=delivery", "livraison"),
        ("lang=en", "lovely"),
    ],
)
def test_filters_keep_what_fits(page: Client, watch: Watch, query: str, expected: str) -> None:
    store_mention(watch, "je suis furieuse", ago(hours=1), sentiment=-1)
    store_mention(watch, "une jolie vitrine", ago(hours=2), network="instagram")
    store_mention(watch, "ma livraison", ago(hours=3), topic="delivery")
    store_mention(watch, "what a lovely bakery", ago(hours=4), lang="en")
    answer = page.get(f"/explore/?{query}")
    assert [expected in mention.post.text for mention in answer.context["mentions"]] == [True]
    assert answer.context["chips"]


def test_words_from_outside_are_never_markup(page: Client, watch: Watch) -> None:
    place = store_mention(
        watch,
        '<script>alert(1)</script> Maison Berthier <b hx-get="/x">',
        ago(hours=1),
        author_name="<img src=x onerror=alert(1)>",
        url="javascript:alert(1)",
    )
    for address in ("/explore/", f"/mentions/{place}/"):
        said = page.get(address).content.decode()
        assert "<script>alert" not in said
        assert "<img src=x" not in said
        assert '<b hx-get="/x">' not in said
        assert 'href="javascript:' not in said


def test_abuse_is_blurred_until_asked_for(page: Client, watch: Watch) -> None:
    place = store_mention(watch, "Maison Berthier bande d'enculés", ago(hours=1))
    said = page.get("/explore/").content.decode()
    assert f'data-reveal="blur-{place}"' in said
    assert abusive("Va crever, sale connasse")
    assert not abusive("Ce pain est dégueulasse, honte à vous")
    assert not abusive("La pédale de frein et le pain de Salon")


def test_the_detail_says_what_is_no_longer_kept(page: Client, watch: Watch) -> None:
    assert "n’est plus conservée" in page.get("/mentions/12345/").content.decode()


def test_the_export_holds_every_mention_and_no_formula(watch: Watch) -> None:
    store_mention(watch, "=SOMME(A1)", ago(hours=1))
    store_mention(watch, 'il a dit "non", puis\nrien', ago(hours=2))
    wanted = everything(watch)
    first = mentions.page(wanted, None, 1000)
    table = export.table(first.posts).decode()
    assert "'=SOMME(A1)" in table
    assert '"il a dit ""non"", puis\nrien"' in table


def test_the_export_ends(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = iter([mentions.Page([], 5), mentions.Page([], None)])
    monkeypatch.setattr(export.mentions, "page", lambda *_: next(pages))

    async def read() -> bytes:
        return b"".join([piece async for piece in export.csv_lines(everything(watch))])

    assert asyncio.run(read()).startswith("\ufeffid,network,".encode())


def test_searched_words_are_marked_whatever_their_accents() -> None:
    text = "L’été, la Brioche brûlée"
    assert marked(text, of_words(text, "ete brulee")) == "L’<mark>été</mark>, la Brioche <mark>brûlée</mark>"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6))
def test_marking_never_changes_the_words(text: str, spans: list[tuple[int, int]]) -> None:
    from django.utils.html import escape  # noqa: PLC0415 - beside what it is compared with

    assert marked(text, spans).replace("<mark>", "").replace("</mark>", "") == str(escape(text))


@pytest.mark.parametrize(
    "asked",
    [
        "author=99999999999999999999999",
        "narrative=-99999999999999999999",
        "since=2020-01-01&until=9998-12-31",
        "since=0001-01-01&until=0001-01-05",
        "before=99999999999999999999999",
    ],
)
def test_an_address_beyond_all_bounds_is_answered(page: Client, watch: Watch, asked: str) -> None:
    store_mention(watch, "Une baguette", ago(hours=1))
    assert page.get(f"/explore/?{asked}").status_code == 200
    assert page.get(f"/brands/{watch.brand.slug}/?{asked}").status_code == 200


def test_a_part_of_the_chart_beyond_all_bounds_is_answered(page: Client, watch: Watch) -> None:
    asked = {"from": "0001-01-01T00:00:00Z", "to": "9998-01-01T00:00:00Z"}
    assert page.get(f"/brands/{watch.brand.slug}/", asked).status_code == 200


def test_the_explorer_says_how_many_mentions_fit(page: Client, watch: Watch) -> None:
    for minutes in range(1, 4):
        store_mention(watch, f"Une brioche {minutes}", ago(minutes=minutes))
    store_mention(watch, "Un pain", ago(minutes=9))
    assert page.get("/explore/").context["fitting"] == 4
    answer = page.get("/explore/", {"sentiment": "neutral", "watch": str(watch.pk)})
    assert answer.context["fitting"] == 4
    assert "4\u00a0mentions" in answer.content.decode() or "4 mentions" in answer.content.decode()


def test_more_mentions_than_a_page_are_counted_where_the_sums_know(page: Client, watch: Watch) -> None:
    for minutes in range(mentions.PAGE + 5):
        store_mention(watch, f"Une brioche {minutes}", ago(minutes=minutes + 1))
    assert page.get("/explore/", {"watch": str(watch.pk)}).context["fitting"] == mentions.PAGE + 5
    filtered = page.get("/explore/", {"watch": str(watch.pk), "network": "x"})
    assert filtered.context["fitting"] is None
    assert len(filtered.context["mentions"]) == mentions.PAGE


def test_an_edited_post_shows_its_newest_text_first(page: Client, watch: Watch) -> None:
    place = store_mention(watch, "Du verre dans mon pain", ago(hours=2))
    with connections["river"].cursor() as cursor:
        for minutes, text in ((60, "Du métal dans mon pain"), (30, "Une graine dans mon pain")):
            fetched = int(ago(minutes=minutes).timestamp() * 1000)
            cursor.execute(
                "INSERT INTO post_version (n, fetched, text) VALUES (%s, %s, %s)", [place, fetched, text]
            )
    (listed,) = page.get("/explore/").context["mentions"]
    assert (listed.text, bool(listed.post.edited_at)) == ("Une graine dans mon pain", True)
    assert "modifiée" in page.get("/explore/").content.decode()
    answer = page.get(f"/mentions/{place}/")
    assert "Une graine" in answer.context["mention"].text
    assert [text for _when, text in answer.context["earlier"]] == [
        "Du verre dans mon pain",
        "Du métal dans mon pain",
    ]
    exported = b"".join(page.get("/explore/export.csv")).decode()  # type: ignore[arg-type]  # streamed
    assert "Une graine" in exported
    assert "verre" not in exported


def test_no_text_column_of_the_export_is_a_formula(page: Client, watch: Watch) -> None:
    store_mention(watch, "＝1+1", ago(hours=1), network='=HYPERLINK("http://x.test")', lang="@x")
    lines = b"".join(page.get("/explore/export.csv")).decode()  # type: ignore[arg-type]  # streamed
    assert "\"'=HYPERLINK" in lines
    assert ",'@x," in lines
    assert ",'＝1+1," in lines
