"""Posts a second through the whole river, from bytes on the bus to stored rows, sums and alerts.

``tocsin bench river`` measures an empty store; ``python -m bench.river --stored 5000000`` first lays down so
many mentions (minutes, and several GB of disk), and
``--posts`` sets how many are timed. Every figure comes from a process of its own, so that its peak memory is
its own too, and is told as soon as it is known.
"""
# ruff: noqa: PLC0415 - the process of a measure loads only what it measures

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import numpy as np

from bench.tables import Figure, render
from tocsin.store.schema import PLACE_BITS

POSTS = 40_000
CHUNK = 1_000
NAIVE_POSTS = 1_500
DAYS = 30
DAY_MS = 86_400_000
CASES = ((100, 0.4), (100, 1.0), (10_000, 0.4), (10_000, 1.0))
ROOT = Path(__file__).resolve().parents[1]

_SYLLABLES = """
ba ber bou cha cor dal del fan fer gal gor hab jan kel lan lor mar mon nar nor pal pel ran ril
"""
_WORDS = """
le la les une du pain retard livraison commande client service attente boutique équipe encore jamais
très mauvais super merci bonjour aujourd’hui hier matin soir prix euros remboursement colis appel
réponse question problème qualité froid chaud frais magasin rue Paris Lyon Nantes train avion vol
je vous nous ils elle avons été avoir être faire dire voir trop peu plus moins bien mal honteux
"""


def run() -> list[dict[str, Figure]]:
    """Return the table for an empty store, telling each row on the way."""
    rows = []
    for row in table(POSTS, 0):
        print(", ".join(f"{name} {value}" for name, value in row.items()), file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def table(posts: int, stored: int) -> Iterator[dict[str, Figure]]:
    """Yield one row a measure, in posts per second of the clock on this machine."""
    yield _measured("floor", posts=posts)
    for watches, share in CASES:
        yield _measured("river", watches=watches, share=share, posts=posts, stored=stored)
    yield _measured("naive", watches=100, share=0.4, posts=NAIVE_POSTS)


def _measured(what: str, folder: Path | None = None, **options: float) -> dict[str, Figure]:
    arguments = [f"--{name}={value}" for name, value in options.items()]
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as temporary:
        done = subprocess.run(
            [sys.executable, "-m", "bench.river", "--measure", what, *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "TOCSIN_DATA": str(folder or temporary),
                "DJANGO_SETTINGS_MODULE": "tocsin.settings",
            },
            stdout=subprocess.PIPE,
            check=True,
        )
    row: dict[str, Figure] = json.loads(done.stdout.splitlines()[-1])
    return row


# posts


def brands(count: int) -> list[str]:
    """Return so many names that no other text holds."""
    random = Random(1)
    return [
        f"{''.join(random.choices(_SYLLABLES.split(), k=3))}{number}".capitalize() for number in range(count)
    ]


def payloads(
    posts: int, names: list[str], share: float, *, seed: int, end_ms: int, span_ms: int
) -> Iterator[bytes]:
    """Return batches of posts as the bus carries them; a share of the posts names one of the brands."""
    random, said = Random(seed), _WORDS.split()
    encoder = msgspec.json.Encoder()
    for start in range(0, posts, CHUNK):
        lines = []
        for number in range(start, min(start + CHUNK, posts)):
            words = random.choices(said, k=20)
            if random.random() < share:
                words.insert(random.randrange(20), random.choice(names))
            moment = end_ms - span_ms + span_ms * number // posts
            lines.append(
                {
                    "id": f"x:{seed}-{number}",
                    "network": random.choice(("x", "bluesky", "mastodon")),
                    "native_id": f"{seed}-{number}",
                    "url": f"https://x.test/client/status/{number}",
                    "author_id": f"client-{random.randrange(50_000)}",
                    "author_handle": f"client{number % 50_000}",
                    "author_name": "Jeanne Martin",
                    "followers": random.randrange(5_000),
                    "text": " ".join(words),
                    "published_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment / 1000)),
                    "likes": random.randrange(30),
                    "reposts": random.randrange(5),
                }
            )
        yield encoder.encode_lines(lines)


# the measures


def measure_floor(options: argparse.Namespace) -> dict[str, Figure]:
    """Decode alone: no river can be faster than reading its input."""
    now = time.time_ns() // 1_000_000
    batches = list(payloads(options.posts, brands(100), 0.4, seed=2, end_ms=now, span_ms=60_000))
    from tocsin.stream.post import Post

    decoder = msgspec.json.Decoder(Post)
    began = time.perf_counter()
    for batch in batches:
        decoder.decode_lines(batch)
    return _row("floor: msgspec decode alone", options, time.perf_counter() - began)


def measure_river(options: argparse.Namespace) -> dict[str, Figure]:
    """The river: decode, fold, match, understand, narrate, sum, store, detect, in its own two threads."""
    import django

    django.setup()
    folder = Path(os.environ["TOCSIN_DATA"])
    river = _River(folder, brands(options.watches))
    now = time.time_ns() // 1_000_000
    if options.stored:
        river.fill(options.stored, now)
    river.warm(payloads(2 * CHUNK, river.names, options.share, seed=4, end_ms=now - 60_000, span_ms=30_000))
    river.publish(payloads(options.posts, river.names, options.share, seed=5, end_ms=now, span_ms=60_000))
    began = time.perf_counter()
    river.run()
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    river.catch_up()
    return _row("Tocsin: the whole river", options, seconds) | {
        "full text behind, s": round(time.perf_counter() - began, 1),
        "write, p95 ms": round(river.p95_ms, 1),
    }


class _River:
    """The parts of the river with watches of their own instead of Django's."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        from tocsin.bus.local import LocalBus
        from tocsin.river.ahead import Ahead
        from tocsin.river.current import Current
        from tocsin.river.flow import Flow
        from tocsin.river.reasons import Explainer
        from tocsin.river.service import tune_garbage_collection
        from tocsin.river.watches import Watched, WatchSet
        from tocsin.river.watchtower import Watchtower
        from tocsin.store.fulltext import SqliteFullText
        from tocsin.store.sqlite import SqliteStore
        from tocsin.stream.query.compiler import WatchDefinition

        self.names = names
        self.bus, self.store = LocalBus(folder / "bus.db"), SqliteStore(folder / "river.db")
        self.full_text = SqliteFullText(folder / "fulltext.db")
        self.tower = Watchtower(self.store, Explainer(self.store))
        definitions = [WatchDefinition(i + 1, 1, 1, name, (), ()) for i, name in enumerate(names)]
        watched = {1: [Watched(d.id, 1, 1, 2.0) for d in definitions]}
        flow = self.flow = Flow("river", None, self.store, folder / "refused", Ahead())
        flow.use(WatchSet(definitions, watched))
        self.tower.use(watched)
        self._commits: list[float] = []
        self.current = Current(
            self.bus, self.store, flow, topic="posts", consumer="river", batch=8000,
            refresh=lambda: None, stored=lambda told: self.tower.stored(told.organisation, told.watches),
        )  # fmt: skip
        self._time_commits()
        tune_garbage_collection()

    def _time_commits(self) -> None:
        """Note how long each transaction holds the lock that another writer of the file would wait for."""
        write: Callable[..., None] = self.store._write

        def timed(*arguments: Any) -> None:  # noqa: ANN401 - passed on
            began = time.perf_counter()
            write(*arguments)
            self._commits.append(time.perf_counter() - began)

        self.store._write = timed  # type: ignore[assignment,method-assign]  # measured, not changed

    @property
    def p95_ms(self) -> float:
        """Return the 95th percentile of the transactions timed."""
        return sorted(self._commits)[int(len(self._commits) * 0.95)] * 1000

    def publish(self, batches: Iterator[bytes]) -> None:
        """Lay batches on the bus."""
        for batch in batches:
            self.bus.publish("posts", "posts", 1, 1, batch, meta={"brand": 1})

    def fill(self, mentions: int, now_ms: int) -> None:
        """Let the river store one day's mentions, and lay down copies of that day for all days before."""
        if self.store.oldest(1 << 62, 1).size:
            return
        midnight = now_ms // DAY_MS * DAY_MS
        a_day = -(-mentions // DAYS)
        self.publish(payloads(a_day, self.names, 1.0, seed=3, end_ms=midnight - 1, span_ms=DAY_MS - 1))
        self.run()
        for day in range(1, DAYS):
            with self.store.transaction() as connection:
                for statement in copies_of_a_day(day):
                    connection.execute(statement, {"midnight": (midnight - DAY_MS) << PLACE_BITS})
                places = connection.execute("SELECT n FROM post ORDER BY n LIMIT ?", (a_day,)).fetchall()
                for start in range(0, a_day, 2000):
                    some = np.array([n for (n,) in places[start : start + 2000]], dtype="<i8")
                    connection.execute("INSERT INTO pending_text (places) VALUES (?)", (some.tobytes(),))
            self.store._checkpointer.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        self.catch_up()

    def warm(self, batches: Iterator[bytes]) -> None:
        """Let the caches fill, and forget the times."""
        self.publish(batches)
        self.run()
        self._commits.clear()

    def run(self) -> None:
        """Take everything on the bus through, looking at the open minute meanwhile, as the service does."""
        stop = threading.Event()
        watching = threading.Thread(target=self._watch, args=(stop,))
        watching.start()
        self.current.run(threading.Event(), until=self.bus.last("posts"))
        stop.set()
        watching.join()

    def _watch(self, stop: threading.Event) -> None:
        while not stop.wait(0.25):
            self.tower.tick(lambda organisation: time.time_ns() // 1_000_000)
            self.store.durable("river")

    def catch_up(self) -> None:
        """Index the texts that wait."""
        from tocsin.river.lag import index_pending

        while index_pending(self.store, self.full_text):
            pass


def copies_of_a_day(day: int) -> Iterator[str]:
    """Yield statements that copy the day before `:midnight`'s next to so many days earlier, with new keys."""
    from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS
    from tocsin.store.schema import MEASURES, UNIT_MINUTES

    mark = Random(day).getrandbits(62)
    shift = day * DAY_MS
    moved = {
        "n": f"n - {shift << PLACE_BITS}",
        "id": f"id || '-{day}'",
        "native_id": f"native_id || '-{day}'",
        "published": f"published - {shift}",
        "arrived": f"arrived - {day << 40}",
        # SQLite has no exclusive or
        "key": f"(key | {mark}) - (key & {mark})",
        "narrative": f"(narrative | {mark}) - (narrative & {mark})",
    }
    for name, columns in (("post", POST_COLUMNS), ("mention", MENTION_COLUMNS)):
        values = ", ".join(moved.get(column, column) for column in columns)
        yield (f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM {name} WHERE n >= :midnight")
    for unit, minutes in enumerate(UNIT_MINUTES):
        yield (
            f"INSERT INTO rollup SELECT watch, unit, bucket - {day * 1440 // minutes}, network, "
            f"{', '.join(MEASURES)}, author_sketch FROM rollup WHERE unit = {unit} "
            f"AND bucket >= (:midnight >> {PLACE_BITS}) / {60_000 * minutes}"
        )


def measure_naive(options: argparse.Namespace) -> dict[str, Figure]:
    """What one would write: json, re, VADER and bulk_create, post by post."""
    import django
    from django.db import connection, models
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    django.setup()

    class Mention(models.Model):  # noqa: DJ008 - it lives for this measure only
        watch = models.IntegerField(db_index=True)
        post = models.CharField(max_length=100, db_index=True)
        text = models.TextField()
        author = models.CharField(max_length=100)
        published = models.DateTimeField(db_index=True)
        sentiment = models.FloatField()

        class Meta:
            app_label = "bench"

    with connection.schema_editor() as editor:
        editor.create_model(Mention)
    names = brands(options.watches)
    patterns = [re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE) for name in names]
    now = time.time_ns() // 1_000_000
    batches = list(payloads(options.posts, names, options.share, seed=5, end_ms=now, span_ms=60_000))
    vader = SentimentIntensityAnalyzer()
    began = time.perf_counter()
    for batch in batches:
        found = []
        for line in batch.splitlines():
            post = json.loads(line)
            for watch, pattern in enumerate(patterns):
                if pattern.search(post["text"]):
                    score = vader.polarity_scores(post["text"])["compound"]
                    found.append(
                        Mention(watch=watch, post=post["id"], text=post["text"], author=post["author_id"],
                                published=post["published_at"], sentiment=score)
                    )  # fmt: skip
        models.QuerySet(model=Mention).bulk_create(found)  # type: ignore[arg-type]  # no plug-in tells its type
    return _row("naive: json + re + VADER + bulk_create", options, time.perf_counter() - began)


def _row(name: str, options: argparse.Namespace, seconds: float) -> dict[str, Figure]:
    return {
        "measure": name,
        "watches": options.watches,
        "matching, %": round(options.share * 100),
        "already stored": options.stored,
        "posts/s": round(options.posts / seconds),
        "peak memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Measure one thing and print it as JSON, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", choices=("floor", "river", "naive"))
    parser.add_argument("--watches", type=int, default=0)
    parser.add_argument("--share", type=float, default=0.0)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--stored", type=int, default=0)
    options = parser.parse_args()
    if options.measure is None:
        for row in table(options.posts, options.stored):
            print(render([row]), flush=True)
        return
    measure = {"floor": measure_floor, "river": measure_river, "naive": measure_naive}[options.measure]
    print(json.dumps(measure(options)))


if __name__ == "__main__":
    main()
