"""A past of a month: one day goes through the river, the days after it are copies under new keys.

The copies are laid down by SQL without a journal and without indexes, which are built at the end; the full
text is written meanwhile by a process of its own. Killed meanwhile, the folder is good for nothing.
"""
# ruff: noqa: PLC0415 - Django is set up by whoever asks; only names of columns are put into statements

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Final

from bench.load.posts import CHUNK, at, payloads
from tocsin.store.schema import PLACE_BITS

DAYS: Final = 30
DAY_MS: Final = 86_400_000
_FAST: Final = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;"
_Document = tuple[int, str, str]


def lay(folder: Path, mentions: int, watched: list[str], tell: Callable[[str], None]) -> None:
    """Lay so many mentions down, the last of them yesterday, with their sums and full text; once a folder."""
    if sqlite3.connect(folder / "river.db").execute("SELECT 1 FROM post LIMIT 1").fetchone():
        return
    first = int(time.time()) // 86_400 * 86_400 - DAYS * 86_400
    tell("one day goes through the river")
    _store_a_day(-(-mentions // DAYS), watched, first)
    documents = _documents(folder)
    tell(f"{DAYS - 1} copies of {len(documents):,} mentions are laid down, and their words")
    words = multiprocessing.get_context("fork").Process(target=_index, args=(folder, documents))
    words.start()
    _copy(folder, tell)
    words.join()
    if words.exitcode:
        raise RuntimeError("the full text could not be laid down")
    tell("the past is laid down")


def _store_a_day(mentions: int, watched: list[str], first: int) -> None:
    from tocsin.river.opening import open_river

    river, turn = open_river()
    for number, payload in enumerate(payloads(mentions, watched, 1.0, seed=3)):
        moment = first + 86_400 * number * CHUNK / mentions
        river.bus.publish("posts", "posts", 1, 1, at(payload, moment), meta={"brand": 0})
    river.refresh()
    river.current.run(threading.Event(), until=river.bus.last("posts"))
    river.tell_bus()
    river.let_go()
    if turn is not None:
        turn.close()


def _documents(folder: Path) -> list[_Document]:
    """Return place, words and tags of the posts of the day."""
    from tocsin.store.fulltext import Document
    from tocsin.stream.fold import fold_batch

    connection = sqlite3.connect(folder / "river.db")
    rows = connection.execute(
        "SELECT post.n, text, watch FROM post JOIN mention ON mention.n = post.n ORDER BY post.n"
    ).fetchall()
    connection.close()
    folded = fold_batch([text for _, text, _ in rows])
    found = [Document(n, words, 1, (watch,)) for (n, _, watch), words in zip(rows, folded, strict=True)]
    return [(document.n, document.folded, document.tags) for document in found]


def _index(folder: Path, documents: list[_Document]) -> None:
    connection = sqlite3.connect(folder / "fulltext.db", isolation_level=None)
    connection.executescript(_FAST)
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 67108864)")
    for day in range(DAYS):
        shift = (day * DAY_MS) << PLACE_BITS
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO words (rowid, body) VALUES (?, ?)",
            ((n + shift, f"{tags} {words}") for n, words, tags in documents),
        )
        connection.executemany(
            "INSERT INTO indexed VALUES (?, ?)", ((n + shift, tags) for n, _, tags in documents)
        )
        connection.execute("COMMIT")
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 1048576)")
    connection.executescript("PRAGMA journal_mode=WAL")
    connection.close()


def _copy(folder: Path, tell: Callable[[str], None]) -> None:
    connection = sqlite3.connect(folder / "river.db", isolation_level=None)
    connection.executescript(_FAST)
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type='index' AND tbl_name IN ('post', 'mention') "
        "AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    low, high = connection.execute("SELECT min(n), max(n) FROM post").fetchone()
    for day in range(1, DAYS):
        connection.execute("BEGIN")
        for statement in _copies_of_a_day(day):
            connection.execute(statement, {"low": low, "high": high})
        connection.execute("COMMIT")
    tell("indexes are built")
    for _, statement in indexes:
        connection.execute(statement)
    # what was copied is indexed, and detection is not what is measured
    connection.executescript("DELETE FROM pending_text; DELETE FROM backfill; PRAGMA journal_mode=WAL;")
    connection.close()


def _copies_of_a_day(day: int) -> Iterator[str]:
    """Yield statements that copy the places from `:low` to `:high` to so many days later, with new keys."""
    from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS
    from tocsin.store.schema import MEASURES, UNIT_MINUTES

    mark = Random(day).getrandbits(62)
    shift = day * DAY_MS
    moved = {
        "n": f"n + {shift << PLACE_BITS}",
        "id": f"id || '-{day}'",
        "native_id": f"native_id || '-{day}'",
        "published": f"published + {shift}",
        "fetched": f"fetched + {shift}",
        "arrived": f"arrived + {day << 20}",
        # SQLite has no exclusive or
        "key": f"(key | {mark}) - (key & {mark})",
        "narrative": f"(narrative | {mark}) - (narrative & {mark})",
    }
    for name, columns, order in (("post", POST_COLUMNS, "n"), ("mention", MENTION_COLUMNS, "watch, n")):
        values = ", ".join(moved.get(column, column) for column in columns)
        yield (
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM {name} "
            f"WHERE n BETWEEN :low AND :high ORDER BY {order}"
        )
    for unit, minutes in enumerate(UNIT_MINUTES):
        low, high = (f"({end} >> {PLACE_BITS}) / {60_000 * minutes}" for end in (":low", ":high"))
        yield (
            f"INSERT INTO rollup (watch, unit, bucket, network, {', '.join(MEASURES)}, author_sketch) "
            f"SELECT watch, unit, bucket + {day * 1440 // minutes}, network, {', '.join(MEASURES)}, "
            f"author_sketch FROM rollup WHERE unit={unit} AND bucket BETWEEN {low} AND {high}"
        )
