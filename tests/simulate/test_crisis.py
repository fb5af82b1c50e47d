"""The crisis unfolds as it is told: fast, by strangers, with a rumour beside it and a silent brand."""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.simulate.conftest import END, SEED, Told
from tocsin.simulate import COMPANY, SOURCES, Background, Crisis, expected_posts
from tocsin.stream.post import Post

OWN_AUTHORS = {account.author_id for account in COMPANY.accounts}


def minute_of(post: Post) -> int:
    assert post.published_at is not None
    return int((post.published_at - END).total_seconds() // 60)


@pytest.fixture(scope="session")
def by_minute(crisis: Told) -> Counter[int]:
    return Counter(minute_of(post) for _, post in crisis)


def first_time(crisis: Told, pattern: str) -> int:
    return next(minute_of(post) for _, post in crisis if re.search(pattern, post.text, re.IGNORECASE))


def test_it_starts_with_a_mother_and_is_loud_within_three_minutes(crisis: Told, by_minute: Counter[int]):
    _, first = crisis[0]
    assert "éclat de métal" in first.text
    assert first.media
    assert 1 <= by_minute[0] <= 3
    assert 8 <= by_minute[1] <= 26
    assert 22 <= by_minute[2] <= 62


def test_it_stays_high_for_forty_minutes_and_then_dies_slowly(by_minute: Counter[int]):
    plateau = [by_minute[minute] for minute in range(8, 48)]
    assert 80 <= sum(plateau) / len(plateau) <= 150
    assert min(plateau) > 55
    assert by_minute[115] < 0.75 * sum(plateau) / len(plateau)
    assert expected_posts(6 * 60) < 4
    assert expected_posts(24 * 60) == 0


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_seed_begins_the_same_way(seed: int):
    crisis = Crisis(seed, END)
    counts = [
        len(crisis.between(END + timedelta(minutes=minute), END + timedelta(minutes=minute + 1)))
        for minute in range(3)
    ]
    assert 1 <= counts[0] <= 3
    assert 8 <= counts[1] <= 26
    assert 22 <= counts[2] <= 62


def test_the_same_seed_and_start_give_the_same_posts(crisis: Told):
    assert Crisis(SEED, END).between(END, END + timedelta(hours=2)) == crisis


def test_it_may_be_asked_in_any_slices(crisis: Told):
    unfolding = Crisis(SEED, END)
    pieces: Told = []
    moment = END - timedelta(seconds=30)
    while moment < END + timedelta(minutes=15):
        pieces += unfolding.between(moment, moment + timedelta(seconds=7))
        moment += timedelta(seconds=7)
    assert pieces == [(source, post) for source, post in crisis if published(post) < moment]


def published(post: Post) -> datetime:
    assert post.published_at is not None
    return post.published_at


def test_ids_are_unique_also_beside_the_background(crisis: Told):
    quiet = Background(SEED).between(END, END + timedelta(hours=2))
    ids = [post.id for _, post in crisis + quiet]
    assert len(set(ids)) == len(ids)


def test_posts_come_in_order_and_answer_what_was_published_before(crisis: Told):
    seen: dict[str, datetime] = {}
    for _, post in crisis:
        for earlier in filter(None, (post.parent_id, post.repost_of)):
            assert seen[earlier] < published(post)
        seen[post.id] = published(post)
    assert list(seen.values()) == sorted(seen.values())


def test_the_brand_speaks_only_three_times_out_of_turn_and_late(crisis: Told):
    own = [post for _, post in crisis if post.author_id in OWN_AUTHORS and not post.repost_of]
    assert {minute_of(post) for post in own} == {6, 38}
    assert "éclairs" in own[0].text
    assert "vérifications" in own[-1].text


def test_strangers_recognise_the_same_thing_and_a_rumour_runs_beside(crisis: Told):
    assert first_time(crisis, "chez .* en (mars|avril|juin|juillet|septembre|janvier)") >= 3
    assert first_time(crisis, r"l.hôpital|hospitalis|\bCHU\b|in hospital") in {9, 10}
    assert first_time(crisis, r"photo.*\busine\b|\busine\b.*photo") == 16
    doubts = [post for _, post in crisis if re.search("n.a RIEN|[Rr]echerche inversée", post.text)]
    assert len(doubts) > 5


def test_nobody_mentions_what_has_not_happened_yet(crisis: Told):
    assert first_time(crisis, "(nos|des|les|vos) éclairs|posts éclairs") == 6
    assert first_time(crisis, "vérifications (sont )?en cours|le communiqué|under way") >= 38


def test_the_press_comes_after_eight_minutes_and_corrects_the_rumour(crisis: Told):
    articles = [post for _, post in crisis if post.kind == "article"]
    assert minute_of(articles[0]) == 8
    assert len(articles) >= 10
    assert any("aucune hospitalisation" in post.title for post in articles)


def test_a_tenth_is_english_and_many_are_copies_or_reposts(crisis: Told):
    original = [post for _, post in crisis if not post.repost_of]
    english = [
        post for post in original if any(word in post.text.split() for word in ("the", "is", "from", "from"))
    ]
    assert 0.05 < len(english) / len(original) < 0.16
    assert 0.15 < 1 - len(original) / len(crisis) < 0.4
    assert sum("galettes de vos enfants" in post.text for post in original) > 20
    assert sum("> Galette achetée" in post.text for post in original) > 10


def test_owned_pages_and_reviews_fill_up_too(crisis: Told):
    owned = {source.name for source in SOURCES if source.owned}
    reached = Counter(source for source, _ in crisis if source in owned)
    assert set(reached) == owned
    ratings = [post.rating for _, post in crisis if post.kind == "review" and post.rating is not None]
    assert max(ratings) <= 2


def test_most_of_the_crowd_writes_once_or_twice(crisis: Told):
    authors = Counter(post.author_id for _, post in crisis)
    assert len(authors) > 0.4 * len(crisis)
