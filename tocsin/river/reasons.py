"""The reasons of a signal: what `stream.explain` finds in the posts of its window."""

from dataclasses import asdict
from typing import Any, Final

import numpy as np

from tocsin.store.base import BEHIND_COLUMNS, Row, Store
from tocsin.stream.batch import Ints
from tocsin.stream.detect import Signal
from tocsin.stream.explain import Window, explain
from tocsin.stream.fold import fold_batch
from tocsin.stream.rollup import MINUTE_MS
from tocsin.stream.understand.words import EMOTIONS

_LOOKED_AT: Final = 2_000
_BEFORE: Final = 1_000
_BEFORE_MINUTES: Final = 1_440
_SHOWN: Final = 50
_AT: Final = {name: index for index, name in enumerate(BEHIND_COLUMNS)}


class Explainer:
    """Reads the posts behind a signal and says in codes and figures what is unusual about them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def explain(self, signal: Signal) -> tuple[list[dict[str, Any]], list[int]]:
        """Return the reasons as ``{"code", "figures"}``, and the places of the posts, most telling first."""
        first = (signal.minute - signal.horizon_minutes + 1) * MINUTE_MS
        last = (signal.minute + 1) * MINUTE_MS - 1
        rows = self._store.behind(signal.watch, first, last, _LOOKED_AT)
        before = self._store.behind(signal.watch, first - _BEFORE_MINUTES * MINUTE_MS, first - 1, _BEFORE)
        telling = sorted(rows, key=_how_telling)
        return [asdict(reason) for reason in explain(signal, _window(rows, before))], [
            row[_AT["n"]] for row in telling[:_SHOWN]
        ]


def _how_telling(row: Row) -> tuple[bool, int, int]:
    return row[_AT["sentiment"]] >= 0, -row[_AT["engagement"]], -row[_AT["n"]]


def _window(rows: list[Row], before: list[Row]) -> Window:
    columns = dict(zip(BEHIND_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else {}

    def ints(name: str) -> Ints:
        return np.array(columns.get(name, ()), dtype=np.int64)

    blobs = b"".join(bytes(blob) for blob in columns.get("emotions", ()))
    return Window(
        key=ints("key"),
        author_key=ints("author_key"),
        author=[row[_AT["author_name"]] or row[_AT["author_handle"]] for row in rows],
        network=list(columns.get("network", ())),
        followers=ints("followers"),
        reposts=ints("reposts"),
        engagement=ints("engagement"),
        sentiment=ints("sentiment"),
        emotions=np.frombuffer(blobs, dtype=np.uint8).reshape(-1, len(EMOTIONS)) / 255,
        topics=ints("topics"),
        narrative=ints("narrative"),
        folded=_folded(rows),
        text=[row[_AT["text"]] or row[_AT["title"]] for row in rows],
        before=_folded(before),
    )


def _folded(rows: list[Row]) -> list[str]:
    return fold_batch([f"{row[_AT['title']]}\n{row[_AT['text']]}" for row in rows])
