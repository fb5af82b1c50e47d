"""Posts a second through the whole river, from bytes on the bus to stored rows, sums and alerts.

Each measure of Tocsin is a house of its own: `tocsin river` and `tocsin web` as they run for users, and
somebody with a page open, which is reloaded each second, kept live, and on which something is saved four
times a second. Beside it stand the floor (decoding alone) and what one would write by hand.

    tocsin bench river                        an empty store: every case, a burst, floor and naive (6 minutes)
    python -m bench.river --stored 5000000    100 watches on a store with so many mentions (10 minutes, 6 GB)
    python -m bench.river --stored 5000000 --data FOLDER       keeps that store in FOLDER for the next time
    python -m bench.river --only sustained --watches 100 --share 1                                 one case

A row is told as soon as it is known.
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
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bench.load.posts import CHUNK, again, at, names, payloads
from bench.tables import Figure, render

POSTS = 100_000
BURST_POSTS_A_SECOND = 40_000
BURST_SECONDS = 30
NAIVE_POSTS = 1_500
CASES = ((100, 0.4), (100, 1.0), (10_000, 0.4), (10_000, 1.0))
BURSTS = ((100, 0.4),)
ROOT = Path(__file__).resolve().parents[1]
FELT = (
    "memory, MB", "of which", "page p95, ms", "save p95, ms", "full text behind, s", "behind at the end, s",
    "processor ms for 2,000 posts",
)  # fmt: skip
MEASURES = ("floor", "sustained", "burst", "naive")


def run() -> list[dict[str, Figure]]:
    """Return the table for an empty store, telling each row on the way."""
    rows = []
    for row in table(parsed([])):
        print(", ".join(f"{name} {value}" for name, value in row.items()), file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def table(options: argparse.Namespace) -> Iterator[dict[str, Figure]]:
    """Yield one row a measure."""
    chosen = options.only or MEASURES
    if "floor" in chosen:
        yield _measured("floor", posts=options.posts)
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as temporary:
        kept = options.data or Path(temporary)
        for what, cases in (("sustained", CASES), ("burst", BURSTS)):
            for watches, share in _wished(options, cases) if what in chosen else ():
                # a past is laid down once and measured several times: what a measure adds is little beside it
                past = kept / f"{options.stored}-{watches}" if options.stored else None
                of_case = {"watches": watches, "share": share, "stored": options.stored}
                yield _measured(what, past, posts=options.posts, **of_case)
    if "naive" in chosen:
        yield _measured("naive", watches=100, share=0.4, posts=NAIVE_POSTS)


def _wished(
    options: argparse.Namespace, cases: tuple[tuple[int, float], ...]
) -> tuple[tuple[int, float], ...]:
    if options.watches or options.share:
        return ((options.watches or 100, options.share or 0.4),)
    # to lay down a past for each number of watches takes too long to be done unasked
    return tuple(case for case in cases if case[0] == 100) if options.stored else cases


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


# the measures


def measure_floor(options: argparse.Namespace) -> dict[str, Figure]:
    """Decode alone: no river can be faster than reading its input."""
    from tocsin.stream.post import Post

    batches = list(payloads(options.posts, names(100), 0.4, seed=2))
    decoder = msgspec.json.Decoder(Post)
    began = time.perf_counter()
    for batch in batches:
        decoder.decode_lines(batch)
    seconds = time.perf_counter() - began
    return _row("floor: msgspec decode alone", options, options.posts / seconds) | {
        "memory, MB": _own_peak_mb()
    }


def measure_sustained(options: argparse.Namespace) -> dict[str, Figure]:
    """Everything at once on the bus: how fast it is stored while a page is open."""
    with _Opened(options) as opened:
        seed = int(time.time())  # other posts each time on a store that is kept
        messages = list(payloads(options.posts, opened.house.watched, options.share, seed=seed))
        spent = opened.house.processor_seconds()
        began = time.perf_counter()
        opened.house.publish_all(at(message, time.time()) for message in messages)
        opened.house.wait_until_stored()
        seconds = time.perf_counter() - began
        spent = {name: now - spent[name] for name, now in opened.house.processor_seconds().items()}
        row = _row("Tocsin, sustained", options, options.posts / seconds)
        return row | opened.figures() | {
            "processor ms for 2,000 posts": " + ".join(
                f"{name} {2e6 * took / options.posts:.0f}" for name, took in spent.items()
            )
        }  # fmt: skip


def measure_burst(options: argparse.Namespace) -> dict[str, Figure]:
    """Forty thousand posts a second for half a minute: what is accepted, and when all of it is stored."""
    with _Opened(options) as opened:
        house = opened.house
        seed = int(time.time())
        known = list(payloads(100 * CHUNK, house.watched, options.share, seed=seed))
        first = house.bus.last("posts")
        began = time.perf_counter()
        sent = 0
        while (now := time.perf_counter() - began) < BURST_SECONDS:
            if sent * CHUNK > now * BURST_POSTS_A_SECOND:
                time.sleep(0.002)
                continue
            turn, place = divmod(sent, len(known))
            house.publish(at(again(known[place], seed, turn), time.time()))
            sent += 1
        accepted = sent * CHUNK / (time.perf_counter() - began)
        stored = (house.position() - first) * CHUNK / (time.perf_counter() - began)
        over = time.perf_counter()
        house.wait_until_stored()
        behind = time.perf_counter() - over
        row = _row(f"Tocsin, burst: accepted {accepted:,.0f}/s", options, stored)
        return row | opened.figures() | {"behind at the end, s": round(behind, 1)}


class _Opened:
    """A house with a past, its processes, and somebody who has a page open."""

    def __init__(self, options: argparse.Namespace) -> None:
        import django

        django.setup()
        from bench.load.house import House
        from bench.load.memory import Memory
        from bench.load.visitor import Visitor

        folder = Path(os.environ["TOCSIN_DATA"])
        self.house = House(folder, options.watches)
        if options.stored:
            from bench.load.past import lay

            lay(folder, options.stored, self.house.watched, _tell)
        try:
            self._warm(options.share)
            self.visitor = Visitor(self.house)
            self.memory = Memory(self.house.pids)
        except BaseException:
            self.house.stop()
            raise

    def _warm(self, share: float) -> None:
        self.house.start("river", "web")
        some = payloads(4 * CHUNK, self.house.watched, share, seed=int(time.time()) - 1)
        self.house.publish_all(at(message, time.time() - 1) for message in some)
        self.house.wait_until_stored()

    def __enter__(self) -> "_Opened":
        self.memory.__enter__()
        self.visitor.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.house.stop()

    def figures(self) -> dict[str, Figure]:
        """Return what was felt on the page meanwhile, and what it took; waits for the full text."""
        from bench.load.visitor import p95_ms

        self.visitor.__exit__(None, None, None)
        began = time.perf_counter()
        self.house.wait_until_indexed()
        behind = round(time.perf_counter() - began, 1)
        self.memory.__exit__(None, None, None)
        most = self.memory.most
        return {
            "memory, MB": sum(most.values()),
            "of which": ", ".join(f"{name} {part}" for name, part in most.items()),
            "page p95, ms": p95_ms(self.visitor.read),
            "save p95, ms": p95_ms(self.visitor.written),
            "full text behind, s": behind,
        }


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


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
    watched = names(options.watches)
    patterns = [re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE) for name in watched]
    batches = list(payloads(options.posts, watched, options.share, seed=5))
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
    seconds = time.perf_counter() - began
    return _row("naive: json + re + VADER + bulk_create", options, options.posts / seconds) | {
        "memory, MB": _own_peak_mb()
    }


def _row(name: str, options: argparse.Namespace, posts_a_second: float) -> dict[str, Figure]:
    return {
        "measure": name,
        "watches": options.watches,
        "matching, %": round(options.share * 100),
        "already stored": options.stored,
        "load": round(os.getloadavg()[0], 1),
        "posts/s": round(posts_a_second),
        **dict.fromkeys(FELT),
    }


def _own_peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", choices=MEASURES, action="append", help="this measure alone; may be repeated"
    )
    parser.add_argument("--watches", type=int, default=0, help="one case with so many watches (100 or 10000)")
    parser.add_argument("--share", type=float, default=0.0, help="one case with this share of posts matching")
    parser.add_argument("--posts", type=int, default=POSTS, help="posts of a sustained measure")
    parser.add_argument("--stored", type=int, default=0, help="mentions laid down before")
    parser.add_argument("--data", type=Path, help="folder where what was laid down is kept for the next time")
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main() -> None:
    """Measure one thing and print it as JSON, or print the table."""
    options = parsed(None)
    if options.measure is None:
        for row in table(options):
            print(render([row]), flush=True)
        return
    measures: dict[str, Any] = {
        "floor": measure_floor,
        "sustained": measure_sustained,
        "burst": measure_burst,
        "naive": measure_naive,
    }
    print(json.dumps(measures[options.measure](options)))


if __name__ == "__main__":
    main()
