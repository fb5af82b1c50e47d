"""Lines of posts by the hundred thousand, for measuring how much the river carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Final

import msgspec

from tocsin.simulate.background import Background
from tocsin.simulate.dice import dice
from tocsin.simulate.population import unaccented

_POOL_HOURS: Final = 72
_POOL_AT: Final = datetime(2026, 3, 9, tzinfo=UTC)
_START: Final = datetime(2026, 3, 12, 8, tzinfo=UTC)
_NETWORKS: Final = ("x", "bluesky", "mastodon", "facebook", "instagram")
_PER_SECOND: Final = 500


@lru_cache(maxsize=2)
def _fragments(seed: int) -> tuple[str, ...]:
    """Return what was said in three quiet days, each text once."""
    told = Background(seed).between(_POOL_AT, _POOL_AT + timedelta(hours=_POOL_HOURS))
    return tuple(dict.fromkeys(post.text for _, post in told if len(post.text) < 240))


def bench_posts(
    seed: int,
    n: int,
    match_share: float = 0.4,
    *,
    terms: Sequence[str] = ("maison berthier",),
    networks: Sequence[str] = _NETWORKS,
    start: datetime = _START,
) -> Iterator[bytes]:
    r"""Yield ``n`` posts as NDJSON lines (with their ``\n``), cheaply enough not to weigh on a bench.

    Parameters
    ----------
    match_share : float
        The share of posts that contain one of ``terms``; the others contain none of them.
    terms : sequence of str
        Words or phrases; compared without case and accents.
    networks : sequence of str
        The networks that the posts come from, in turn at random.
    start : datetime
        The first post's time; 500 posts follow in each second.

    Notes
    -----
    Ids are all different. A text is two fragments out of several thousand and, where it matches, a
    term between them, so that texts are mostly different too.
    """
    rng = dice(seed, "bench")
    left, right = _halves(seed, tuple(terms), rng)
    middles = [b" " + _inside(term) + b" " for term in terms]
    heads = [_head(network, number) for network in networks for number in range(400)]
    random, lefts, rights, kinds = rng.random, len(left), len(right), len(heads)
    stamp = b""
    for number in range(n):
        if number % _PER_SECOND == 0:
            moment = start + timedelta(seconds=number // _PER_SECOND)
            stamp = moment.astimezone(UTC).strftime('"published_at":"%Y-%m-%dT%H:%M:%SZ","text":"').encode()
        middle = middles[int(random() * len(middles))] if random() < match_share else b" "
        yield b'{"native_id":"%d",%b%b%b%b%b"}\n' % (
            number,
            heads[int(random() * kinds)],
            stamp,
            left[int(random() * lefts)],
            middle,
            right[int(random() * rights)],
        )


def _halves(seed: int, terms: tuple[str, ...], rng: Random) -> tuple[list[bytes], list[bytes]]:
    plain_terms = [unaccented(term).lower() for term in terms]
    halves: list[bytes] = []
    for text in _fragments(seed):
        plain = unaccented(text).lower().replace("’", "'")
        if not any(term in plain for term in plain_terms):
            words = text.split(" ")
            halves += [
                _inside(" ".join(part))
                for part in (words[: len(words) // 2], words[len(words) // 2 :])
                if part
            ]
    rng.shuffle(halves)
    return halves[: len(halves) // 2], halves[len(halves) // 2 :]


def _inside(text: str) -> bytes:
    """Return the text as it stands inside the quotes of a JSON string."""
    return msgspec.json.encode(text)[1:-1]


def _head(network: str, number: int) -> bytes:
    author = f"{network}:bench{number}"
    head = {
        "network": network,
        "author_id": author,
        "author_handle": f"bench{number}",
        "author_name": f"Banc {number}",
        "followers": number * 7 % 2900,
        "likes": number % 13,
    }
    return msgspec.json.encode(head)[1:-1] + b","
