"""How long each page takes to answer with so many mentions stored, beside a page that says "ok".

``tocsin bench pages`` lays down 200,000 mentions; ``python -m bench.pages --stored 5000000 --data FOLDER``
lays down five million (fifteen minutes, 3 GB) in a folder that is kept, and measures again what is there.
Pages are asked for by Django's test client, signed in, in one process: what the network and the browser add
is left out.
"""
# ruff: noqa: PLC0415 - Django is set up by the process that measures

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.tables import Figure, render

if TYPE_CHECKING:
    from django.test import Client

STORED = 200_000
TIMES = 15
ROOT = Path(__file__).resolve().parents[1]
PART = {"HX-Request": "true"}


def run() -> list[dict[str, Figure]]:
    """Return the table for a store that is laid down in a minute."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        return _measured(Path(folder), STORED, TIMES)


def _measured(folder: Path, stored: int, times: int, only: str = "") -> list[dict[str, Figure]]:
    done = subprocess.run(
        [
            sys.executable, "-m", "bench.pages", "--measure",
            f"--stored={stored}", f"--times={times}", f"--only={only}",
        ],
        cwd=ROOT,
        env={**os.environ, "TOCSIN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tocsin.settings"},
        stdout=subprocess.PIPE,
        check=True,
    )  # fmt: skip
    rows: list[dict[str, Figure]] = json.loads(done.stdout.splitlines()[-1])
    return rows


# what is asked for


@dataclass(frozen=True)
class Page:
    """A page, or a part of one that htmx asks for."""

    name: str
    address: str
    part: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What htmx adds to the question."""
        return {**PART, "HX-Target": f"section#{self.part}"} if self.part else {}


def pages() -> Iterator[Page]:
    """Yield every page of the house that `bench.laid` lays down."""
    from django_scopes import scopes_disabled

    from tocsin.alerts.models import Alert
    from tocsin.watch.models import Watch
    from tocsin.watch.period import place_at

    with scopes_disabled():
        alert = Alert.objects.exclude(key__startswith="past:").first() or Alert.objects.first()
        watch = Watch.objects.first()
    first, narrative, author = _first_mention()
    yield Page("floor: a page that says “ok”", "/floor/")
    yield Page("overview", "/")
    yield Page("overview, live part", "/", "overview")
    for name in ("24h", "7d", "30d"):
        yield Page(f"brand with 2 of 5 mentions, {name}", f"/brands/berthier/?period={name}")
    yield Page("brand, a year", f"/brands/berthier/?since={_days_ago(365):%Y-%m-%d}")
    yield Page("brand by topic, 7d", "/brands/berthier/?period=7d&split=topic")
    yield Page("brand by network, 30d", "/brands/berthier/?period=30d&split=network")
    yield Page("brand, live part", "/brands/berthier/?period=7d", "brand-figures")
    yield Page("brand, live lists", "/brands/berthier/?period=7d", "brand-lists")
    yield Page("brand, small, 30d", "/brands/halliage/?period=30d")
    yield Page("explorer", "/explore/")
    yield Page("explorer, all time", "/explore/?period=all")
    yield Page("explorer, one brand", "/explore/?watch=brand-berthier")
    older = f"/explore/?period=all&sentiment=negative&before={place_at(_days_ago(180))}"
    yield Page("explorer, older", older, "older")
    yield Page("explorer, is there anything new", f"/explore/?after={first}", "fresh")
    for words in ("remboursement", "verre croissant", "balkelnor", "ber*", "rembours*", "berthier -merci"):
        yield Page(f"explorer, {words}", f"/explore/?q={words}")
    yield Page("explorer, “livraison en retard”", '/explore/?q="livraison en retard"')
    yield Page("explorer, no such word", "/explore/?q=zzzzzz")
    yield Page("explorer, a word in a brand", "/explore/?q=remboursement&watch=brand-lacaze")
    yield Page("explorer, a word and a sentiment", "/explore/?q=merci&sentiment=negative")
    for filters in ("network=press", "lang=en", "sentiment=positive", "topic=safety", "emotion=fear"):
        yield Page(f"explorer, {filters}", f"/explore/?period=all&{filters}")
    yield Page("explorer, one author", f"/explore/?author={author}")
    yield Page("explorer, one narrative", f"/explore/?narrative={narrative}")
    yield Page("a mention in the pane", f"/mentions/{first}/", "pane")
    yield Page("a mention", f"/mentions/{first}/")
    yield Page("alerts", "/alerts/")
    yield Page("alerts of the past", "/alerts/?show=past")
    yield Page("an alert", f"/alerts/{alert.pk if alert else 1}/")
    yield Page("watches", "/watches/")
    yield Page("a watch", f"/watches/{watch.pk if watch else 1}/")
    yield Page("trying a query", "/watches/check/?query=berthier AND verre")
    yield Page("sources", "/sources/")
    yield Page("settings", "/settings/")
    yield Page("journal", "/settings/journal/")
    yield Page("palette", "/palette/?q=ber")


def _first_mention() -> tuple[int, int, int]:
    """Return the newest mention of a narrative of many, that narrative, and an author of many."""
    from django.db import connections

    with connections["river"].cursor() as cursor:
        cursor.execute(
            "SELECT max(n), narrative FROM (SELECT n, narrative FROM mention WHERE watch = 1 "
            "ORDER BY n DESC LIMIT 5000) GROUP BY narrative ORDER BY count(*) DESC LIMIT 1"
        )
        place, narrative = cursor.fetchone()
        cursor.execute(
            "SELECT author_key FROM (SELECT author_key FROM mention WHERE watch = 1 "
            "ORDER BY n DESC LIMIT 5000) GROUP BY author_key ORDER BY count(*) DESC LIMIT 1"
        )
        return int(place), int(narrative), int(cursor.fetchone()[0])


def _days_ago(days: int) -> datetime:
    from tocsin.accounts.models import Organisation
    from tocsin.clock import now

    return now(Organisation.objects.get(slug="pages")) - timedelta(days=days)


# measuring


@dataclass
class Asked:
    """What the databases were asked while a page was made."""

    count: int = 0
    seconds: float = 0.0
    said: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Count a question and the time it takes."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = time.perf_counter() - began
            self.count, self.seconds = self.count + 1, self.seconds + took
            self.said.append((took, f"{sql[:200]} … {params!s:.100}"))


def measure(stored: int, times: int, only: str) -> list[dict[str, Figure]]:
    """Lay the house down where it is not there yet, and ask for each page so many times."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from bench import laid
    from tocsin.accounts.models import User

    laid.lay(stored)
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "bench.pages", ["*"]
    client = Client()
    client.force_login(User.objects.get(email=laid.PERSON), backend=settings.AUTHENTICATION_BACKENDS[0])
    return [_row(client, page, times, loud=bool(only)) for page in pages() if only in page.name]


def _row(client: Client, page: Page, times: int, *, loud: bool) -> dict[str, Figure]:
    asked = _ask(client, page)
    if loud:
        for took, sql in sorted(asked.said, reverse=True)[:12]:
            print(f"  {1000 * took:7.1f} ms  {sql}", file=sys.stderr)
    cpu, wall = [], []
    for _ in range(times):
        began, spent = time.perf_counter(), time.process_time()
        asked = _ask(client, page)
        cpu.append(1000 * (time.process_time() - spent))
        wall.append(1000 * (time.perf_counter() - began))
    row: dict[str, Figure] = {
        "page": page.name,
        "questions": asked.count,
        "ms in them": round(1000 * asked.seconds, 1),
        "processor ms, median": round(statistics.median(cpu), 1),
        "p95": round(sorted(cpu)[int(0.95 * times)], 1),
        "clock ms, median": round(statistics.median(wall), 1),
        "clock p95": round(sorted(wall)[int(0.95 * times)], 1),
    }
    print(", ".join(f"{name} {value}" for name, value in row.items()), file=sys.stderr, flush=True)
    return row


def _ask(client: Client, page: Page) -> Asked:
    from django.db import connections

    asked = Asked()
    with ExitStack() as stack:
        for name in connections:
            stack.enter_context(connections[name].execute_wrapper(asked))
        answer = client.get(page.address, headers=page.headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{page.address} answered {answer.status_code}")
    return asked


def __getattr__(name: str) -> Any:  # noqa: ANN401 - Django asks this module for its addresses
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.http import HttpResponse
    from django.urls import include, path

    return [path("floor/", lambda _request: HttpResponse("ok")), path("", include("tocsin.urls"))]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--stored", type=int, default=STORED)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="", help="of which pages, and show their slowest questions")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.stored, options.times, options.only)))
    elif options.data:
        print(render(_measured(options.data, options.stored, options.times, options.only)))
    else:
        print(render(run()))


if __name__ == "__main__":
    main()
