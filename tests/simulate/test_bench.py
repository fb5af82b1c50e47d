"""Bench lines are posts that decode, all different, with the asked share of matches."""

import msgspec
import pytest

from tocsin.simulate import bench_posts
from tocsin.simulate.population import unaccented
from tocsin.stream.post import Post


def posts(n: int, **asked: object) -> list[Post]:
    return [msgspec.json.decode(line, type=Post) for line in bench_posts(1, n, **asked)]  # type: ignore[arg-type]


def test_every_line_is_a_post_with_an_id_of_its_own():
    lines = list(bench_posts(1, 3000))
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in lines)
    decoded = posts(3000)
    assert len({post.native_id for post in decoded}) == 3000
    assert len({post.text for post in decoded}) > 2950
    assert {post.network for post in decoded} == {"x", "bluesky", "mastodon", "facebook", "instagram"}


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_the_asked_share_contains_a_term(share: float):
    terms = ("fournil vastrelle", "galette")
    decoded = posts(4000, match_share=share, terms=terms)
    matching = sum(any(term in unaccented(post.text).lower() for term in terms) for post in decoded)
    assert abs(matching / 4000 - share) < 0.03


def test_lines_are_the_same_for_the_same_seed():
    assert list(bench_posts(5, 500)) == list(bench_posts(5, 500))
    assert list(bench_posts(5, 500)) != list(bench_posts(6, 500))


def test_time_goes_on_by_five_hundred_posts_a_second():
    decoded = posts(1001)
    first, last = decoded[0].published_at, decoded[-1].published_at
    assert first is not None
    assert last is not None
    assert (last - first).total_seconds() == 2
