"""Posts about Maison Berthier and the stages that take them, for tests of the river."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tocsin.river.settle import Arrival, settle
from tocsin.store.base import Commit, Store
from tocsin.stream.batch import Ints
from tocsin.stream.decode import decode
from tocsin.stream.known import collapse
from tocsin.stream.pipeline import Pipeline, voices
from tocsin.stream.query.compiler import WatchDefinition
from tocsin.stream.query.matcher import Matcher
from tocsin.stream.rollup import MINUTE_MS
from tocsin.stream.understand.reader import default_reader

BERTHIER, FOURNIL = 11, 12
ORGANISATION, SOURCE, BRAND = 1, 7, 3
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
NOON_MINUTE = NOON_MS // MINUTE_MS

WATCHES = (
    WatchDefinition(BERTHIER, ORGANISATION, BRAND, '"Maison Berthier"', (), ()),
    WatchDefinition(FOURNIL, ORGANISATION, BRAND, '"Fournil Doré"', (), ()),
)


def post(number: int, text: str = "La Maison Berthier de Nantes est fermée", **fields: Any) -> dict[str, Any]:
    """Return a post published `number` seconds after noon by one of seven customers."""
    moment = NOON + timedelta(seconds=number)
    return {
        "id": f"x:{number}",
        "network": "x",
        "native_id": str(number),
        "text": text,
        "author_id": f"client-{number % 7}",
        "published_at": moment.isoformat().replace("+00:00", "Z"),
        "likes": 1,
        **fields,
    }


def lines(posts: Sequence[dict[str, Any]]) -> bytes:
    """Return posts as the bus carries them."""
    return msgspec.json.Encoder().encode_lines(posts)


class EachItsOwn:
    """Gives every post a narrative of its own."""

    def assign(
        self, organisation: int, key: Ints, folded: list[str], published: Ints, repost_key: Ints
    ) -> Ints:
        """Return the keys."""
        del organisation, folded, published, repost_key
        return key


@dataclass
class Stages:
    """The stages with a store at their end, fed batch by batch."""

    store: Store
    watches: tuple[WatchDefinition, ...] = WATCHES
    own: tuple[tuple[str, str], ...] = ()
    closed: int = NOON_MINUTE - 1
    sequence: int = 0
    scopes: tuple[str, ...] = (f"source:{SOURCE}",)
    crowded: bool = False

    def change(self, posts: Sequence[dict[str, Any]], *, whole_watch: int = 0, received: int = 0) -> Commit:
        """Return what a batch would change."""
        self.sequence += 1
        decoded = decode(
            lines(posts), organisation=ORGANISATION, source=SOURCE, brand=BRAND, now_ms=NOON_MS + 3_600_000
        )
        collapsed = collapse(decoded.batch)
        pipeline = Pipeline(
            Matcher(self.watches), default_reader(), EachItsOwn(), {ORGANISATION: voices(self.own)}
        )
        arrival = Arrival(
            consumer="river",
            sequence=self.sequence,
            closed=self.closed,
            scopes=self.scopes,
            received=received or decoded.received,
            rejected=len(decoded.rejected),
            repeated=collapsed.repeated,
            crowded=self.crowded,
        )
        return settle(pipeline.flow(collapsed, whole_watch), self.store, arrival)

    def take(self, posts: Sequence[dict[str, Any]], **options: Any) -> Commit:
        """Store a batch, and return what it changed."""
        change = self.change(posts, **options)
        self.store.commit(change)
        return change
