"""From the engine's columns to the rows of posts and mentions."""

from collections.abc import Iterable, Mapping
from itertools import repeat
from operator import itemgetter
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS, PROMOTED_COLUMNS, Row
from tocsin.store.schema import PLACE_BITS
from tocsin.stream.batch import Batch, Ints
from tocsin.stream.known import counters_of, engagement
from tocsin.stream.pipeline import ROLE_CONTEXT, ROLE_MENTION, Flowed, Reading
from tocsin.stream.rollup import EMOTION_PRESENT

Rows = npt.NDArray[np.intp]

_BITS: Final = 1 << np.arange(8)
_AS_THEY_ARE: Final = (
    "ids", "network", "native_id", "url", "title", "kind", "author_id", "author_handle", "author_name",
    "text",
)  # fmt: skip
_INTEGERS: Final = (
    "key", "author_key", "followers", "published", "fetched", "parent_key", "repost_key", "conversation_key",
    "likes", "reposts", "replies", "views",
)  # fmt: skip
_READ: Final = ("sentiment", "score", "expectations", "topics", "urgency", "irony", "vulnerable")


def emotion_bits(emotions: npt.NDArray[np.float32]) -> Ints:
    """Return one bit an emotion that is present, in the order of `EMOTIONS`."""
    bits: Ints = ((emotions >= EMOTION_PRESENT) * _BITS).sum(axis=1)
    return bits


def reach(batch: Batch) -> Ints:
    """Return how many people a post may reach: its author's followers, or its views where there are more."""
    return np.maximum(np.maximum(batch.followers, batch.views), 0)


def post_rows(
    new: Batch, context: Batch, places: Ints, flowed: Flowed, rows: Rows, *, sequence: int, came_ms: int
) -> list[Row]:
    """Return rows in the order of `POST_COLUMNS`, by place.

    Parameters
    ----------
    new, context : Batch
        Posts of the rows of `flowed.kept`, and posts kept as context, about which nothing was understood.
    places : int64 array
        Those of `new`, then those of `context`.
    sequence : int
        That of the batch.
    came_ms : int
        When it came: no post was fetched earlier, whatever is said of it.
    """
    one = _columns(new, flowed.reading, rows, flowed.role[rows], flowed.narrative[rows])
    other = _columns(
        context,
        Reading.blank(context.lang),
        np.arange(len(context)),
        np.full(len(context), ROLE_CONTEXT),
        context.key,
    )
    arrived = range(sequence << PLACE_BITS, (sequence << PLACE_BITS) + len(places))
    one |= {"n": places[: len(new)].tolist(), "arrived": arrived[: len(new)]}
    other |= {"n": places[len(new) :].tolist(), "arrived": arrived[len(new) :]}
    one["fetched"] = np.maximum(new.fetched, came_ms).tolist()
    other["fetched"] = np.maximum(context.fetched, came_ms).tolist()
    table = [*_zipped(one, POST_COLUMNS), *_zipped(other, POST_COLUMNS)]
    table.sort(key=itemgetter(0))
    return table


def _columns(
    batch: Batch, reading: Reading, rows: Rows, role: Ints, narrative: Ints
) -> dict[str, Iterable[Any]]:
    columns: dict[str, Iterable[Any]] = {name: getattr(batch, name) for name in _AS_THEY_ARE}
    columns["id"] = columns.pop("ids")
    columns |= {name: getattr(batch, name).tolist() for name in _INTEGERS}
    columns |= {name: getattr(reading, name)[rows].tolist() for name in _READ}
    return columns | {
        "organisation": repeat(batch.organisation, len(batch)),
        "source": repeat(batch.source, len(batch)),
        "rating": [None if rating != rating else rating for rating in batch.rating.tolist()],  # noqa: PLR0124 - nan
        "media": [msgspec.json.encode(media).decode() if media else "[]" for media in batch.media],
        "lang": [reading.lang[row] for row in rows.tolist()],
        "role": role.tolist(),
        "emotions": _emotion_blobs(reading.emotions[rows]),
        "narrative": narrative.tolist(),
    }


def _zipped(columns: Mapping[str, Iterable[Any]], names: Iterable[str]) -> Iterable[Row]:
    return zip(*(columns[name] for name in names), strict=True)


def _emotion_blobs(emotions: npt.NDArray[np.float32]) -> list[bytes]:
    """Return the chances of each post's emotions, one byte each, 255 for certain."""
    table = np.rint(np.clip(emotions, 0, 1) * 255).astype(np.uint8)
    joined, width = table.tobytes(), table.shape[1]
    return [joined[start : start + width] for start in range(0, len(joined), width)]


def mention_rows(flowed: Flowed, place: Ints, watch: Ints, row: Ints) -> list[Row]:
    """Return rows in the order of `MENTION_COLUMNS` for pairs of a watch and a row of `flowed.kept`."""
    kept, reading, rows = flowed.kept, flowed.reading, row.tolist()
    columns: dict[str, Iterable[Any]] = {
        "watch": watch.tolist(),
        "n": place[row].tolist(),
        "network": [kept.network[r] for r in rows],
        "lang": [reading.lang[r] for r in rows],
        "kind": [kept.kind[r] for r in rows],
        "emotions": emotion_bits(reading.emotions[row]).tolist(),
        "urgency": np.rint(reading.urgency[row] * 100).astype(np.int64).tolist(),
        "narrative": flowed.narrative[row].tolist(),
        "author_key": kept.author_key[row].tolist(),
        "reach": reach(kept)[row].tolist(),
        "engagement": engagement(counters_of(kept))[row].tolist(),
        "source": repeat(kept.source, len(rows)),
    }
    columns |= {
        name: getattr(reading, name)[row].tolist() for name in ("sentiment", "topics", "expectations")
    }
    return list(_zipped(columns, MENTION_COLUMNS))


def promoted_rows(flowed: Flowed, rows: Rows, place: Ints) -> list[Row]:
    """Return rows in the order of `PROMOTED_COLUMNS`, then n, for context that became a mention."""
    reading = flowed.reading
    columns: dict[str, Iterable[Any]] = {name: getattr(reading, name)[rows].tolist() for name in _READ}
    columns |= {
        "role": repeat(ROLE_MENTION, len(rows)),
        "lang": [reading.lang[row] for row in rows.tolist()],
        "emotions": _emotion_blobs(reading.emotions[rows]),
        "narrative": flowed.narrative[rows].tolist(),
        "n": place[rows].tolist(),
    }
    return list(_zipped(columns, (*PROMOTED_COLUMNS, "n")))
