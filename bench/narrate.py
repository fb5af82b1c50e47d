"""Narratives: copies found, strangers kept apart, and speed, beside what one would write.

Unrelated posts are read from ``airlines/tweets.csv`` under ``TOCSIN_BENCH_DATA``; without it, generated.
"""

import csv
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np

from bench.tables import Figure, render
from tocsin.stream.fold import fold_batch
from tocsin.stream.narrate import Narrator
from tocsin.stream.shingles import sketch

POSTS, NAIVE_POSTS = 4_000, 600
EDITS = 400

Teller = Callable[[list[str]], list[int]]


def run() -> list[dict[str, Figure]]:
    """Return one row a method: share of edits that join their original, by edit, and of wrong joins."""
    random = Random(20_150_222)
    posts = _unrelated(random)
    rows = [_row("Tocsin", _tocsin, posts, random)]
    rows.append(_row("all pairs by Jaccard of words (0.5)", _all_pairs, posts[:NAIVE_POSTS], random))
    rows.append(_row("same text", _same_text, posts, random))
    rows.append({"method": "floor: a hash of each text", "posts/s": _speed(_floor, posts)})
    rows.append({"method": "Tocsin: sketches alone", "posts/s": _speed(_sketches, posts)})
    return rows


def main() -> None:
    """Print the table."""
    print(render(run()))


def _row(name: str, teller: Teller, posts: list[str], random: Random) -> dict[str, Figure]:
    row: dict[str, Figure] = {"method": name}
    long_enough = [post for post in posts if len(post.split()) >= 8]
    for edit, make in _EDITS.items():
        originals = random.sample(long_enough, min(EDITS, len(long_enough) // 2))
        told = teller(originals + [make(post, random) for post in originals])
        half = len(originals)
        row[f"{edit}, %"] = round(100 * float(np.mean([told[n] == told[n + half] for n in range(half)])), 1)
    strangers = _distinct(posts)
    told = teller(strangers)
    row["wrong joins, %"] = round(100 * (1 - len(set(told)) / len(told)), 2)
    row["posts/s"] = _speed(teller, posts)
    return row


def _speed(teller: Callable[[list[str]], object], posts: list[str]) -> int:
    folded = fold_batch(posts)
    teller(folded[:200])
    started = time.process_time()
    teller(folded)
    return round(len(posts) / max(time.process_time() - started, 1e-9))


def _distinct(posts: list[str]) -> list[str]:
    """Return posts of which no two share half of their words: a join among them is nearly always wrong."""
    kept: list[tuple[str, frozenset[str]]] = []
    for post in posts[: 2 * NAIVE_POSTS]:
        words = frozenset(post.lower().split())
        if all(len(words & other) < 0.3 * min(len(words), len(other)) for _, other in kept):
            kept.append((post, words))
    return [post for post, _ in kept]


# Edits.


def _typos(post: str, random: Random) -> str:
    letters = list(post)
    for _ in range(2):
        place = random.randrange(len(letters) - 1)
        letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def _truncated(post: str, random: Random) -> str:
    words = post.split()
    return " ".join(words[: max(len(words) * random.randint(60, 90) // 100, 6)]) + "…"


def _tagged(post: str, random: Random) -> str:
    return post + random.choice((" #fail", " #boycott #fail", " #wow https://t.example/x1"))


def _quoted(post: str, random: Random) -> str:
    comment = random.choice(("So true!", "Unbelievable. I am done with them.", "Same here, twice this year"))
    return f"{comment} “{post}”"


def _reposted(post: str, random: Random) -> str:
    return f"RT @someone{random.randrange(99)}: {post}"


_EDITS: dict[str, Callable[[str, Random], str]] = {
    "two typos": _typos,
    "truncated": _truncated,
    "hashtags": _tagged,
    "quoted with comment": _quoted,
    "RT": _reposted,
}

# Methods.


def _tocsin(posts: list[str]) -> list[int]:
    count = len(posts)
    keys, none = np.arange(1, count + 1), np.zeros(count, np.int64)
    return [int(n) for n in Narrator().assign(1, keys, fold_batch(posts), keys * 1000, none)]


def _all_pairs(posts: list[str]) -> list[int]:
    sets: list[set[str]] = [set(post.lower().split()) for post in posts]
    told: list[int] = []
    for n, words in enumerate(sets):
        same = (m for m in range(n) if len(words & sets[m]) >= 0.5 * len(words | sets[m]))
        told.append(told[m] if (m := next(same, -1)) >= 0 else n)
    return told


def _same_text(posts: list[str]) -> list[int]:
    first: dict[str, int] = {}
    return [first.setdefault(post.lower(), n) for n, post in enumerate(posts)]


def _sketches(posts: list[str]) -> object:
    return [sketch(posts[begin : begin + 2048]) for begin in range(0, len(posts), 2048)]


def _floor(posts: list[str]) -> object:
    return [hashlib.blake2b(post.encode(), digest_size=8).digest() for post in posts]


def _unrelated(random: Random) -> list[str]:
    path = Path(os.environ.get("TOCSIN_BENCH_DATA", "data")) / "airlines" / "tweets.csv"
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as stream:
            texts = [row["text"] for row in csv.DictReader(stream)]
        random.shuffle(texts)
        return texts[:POSTS]
    words = ["".join(random.choices("bcdfglmnprst", k=2)) + random.choice("aeiou") * 2 for _ in range(3000)]
    return [" ".join(random.choices(words, k=random.randint(6, 22))) for _ in range(POSTS)]


if __name__ == "__main__":
    main()
