"""From messages of the bus to a batch ready to be settled."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.bus import Message
from tocsin.river.recall import Recall
from tocsin.river.settle import Arrival
from tocsin.river.watches import WatchSet
from tocsin.store.base import Store
from tocsin.stream.batch import Batch, Ints
from tocsin.stream.decode import decode
from tocsin.stream.known import collapse
from tocsin.stream.narrate import Narrator
from tocsin.stream.pipeline import Flowed, Matching, Pipeline
from tocsin.stream.understand.reader import Reader

log = logging.getLogger(__name__)

_JOIN_BYTES: Final = 2 << 20
_ON_THEIR_WAY: Final = 8
"""Batches between the stages and the store at most; more than the queue holds."""


@dataclass(slots=True)
class Work:
    """A batch on its way to the store, with the messages that it came from."""

    messages: list[Message]
    flowed: Flowed
    arrival: Arrival

    @property
    def at_ms(self) -> int:
        """Time of arrival of its last message."""
        return self.messages[-1].at_ms


def grouped(messages: Sequence[Message], posts: int) -> Iterator[list[Message]]:
    """Put messages that follow one another and come from the same source together, up to a size in lines."""
    group: list[Message] = []
    lines = size = 0
    for message in messages:
        count = message.payload.count(b"\n") + 1
        alike = group and _heading(group[0]) == _heading(message)
        if group and not (alike and lines + count <= posts and size < _JOIN_BYTES):
            yield group
            group, lines, size = [], 0, 0
        group.append(message)
        lines, size = lines + count, size + len(message.payload)
    if group:
        yield group


def _heading(message: Message) -> tuple[object, ...]:
    meta = message.meta
    # arrivals of different minutes stay apart, so that each post without a date gets its own
    return (
        message.kind, message.organisation, message.source, message.at_ms // 1000,
        meta.get("brand"), meta.get("owned"), meta.get("import"), meta.get("watch"),
    )  # fmt: skip


class Flow:
    """Decodes batches and takes them through the pipeline with the watches of the moment.

    Parameters
    ----------
    refused : Path
        Folder where batches that no code could take are kept.
    """

    def __init__(self, consumer: str, reader: Reader, store: Store, refused: Path) -> None:
        self._consumer = consumer
        self._reader = reader
        self._narrator = Narrator()
        self._recall = Recall(store, self._narrator)
        self._store = store
        self._on_their_way: deque[Ints] = deque(maxlen=_ON_THEIR_WAY)
        self._refused = refused
        self._watches = WatchSet()
        self._pipeline: Pipeline | None = None

    def use(self, watches: WatchSet, matcher: Matching) -> None:
        """Take up changed watches; the next batch meets them."""
        self._watches = watches
        self._pipeline = Pipeline(matcher, self._reader, self._narrator, watches.own)

    def take(self, group: list[Message]) -> list[Work]:
        """Return the work of a group of messages; what makes code fail is kept aside and counted."""
        try:
            return [self._work(group)]
        except Exception:
            # whatever it is, one batch must not stop the river
            log.exception("A batch could not be taken through the stages")
        if len(group) > 1:
            return [work for message in group for work in self.take([message])]
        return [self.refuse(group)]

    def refuse(self, group: list[Message]) -> Work:
        """Keep the messages' bytes in the folder of refused batches, and count their lines as rejected."""
        self._on_their_way.clear()  # what was thought to be on its way may be among the refused
        self._refused.mkdir(parents=True, exist_ok=True)
        lines = 0
        for message in group:
            path = self._refused / f"{message.topic}-{message.sequence}.ndjson"
            path.write_bytes(message.payload)
            lines += len([line for line in message.payload.split(b"\n") if line.strip()])
            log.error("Batch %s could not be stored; its posts are kept in %s", message.sequence, path)
        empty = [
            Message(m.sequence, m.topic, m.kind, m.organisation, m.source, b"", m.meta, m.at_ms)
            for m in group
        ]
        work = self._work(empty)
        work.arrival = _arrival(self._consumer, group, received=lines, rejected=lines)
        return work

    def _familiar(self, batch: Batch) -> npt.NDArray[np.bool_]:
        """Return which posts are understood already, counting those on their way to the store."""
        before = np.concatenate([np.empty(0, dtype=np.int64), *self._on_their_way])
        familiar: npt.NDArray[np.bool_] = np.isin(batch.key, before)
        return familiar | self._store.familiar(batch.organisation, batch.key)

    def _work(self, group: list[Message]) -> Work:
        assert self._pipeline is not None
        head = group[0]
        owned, brand = bool(head.meta.get("owned")), int(head.meta.get("brand") or 0)
        decoded = decode(
            head.payload if len(group) == 1 else b"\n".join(message.payload for message in group),
            organisation=head.organisation,
            source=head.source,
            now_ms=head.at_ms // 1000 * 1000,  # the same however messages of one second are put together
            brand=brand,
            owned=owned,
        )
        collapsed = collapse(decoded.batch)
        familiar = self._familiar(collapsed.batch)
        self._recall.around(collapsed.batch)
        whole = int(head.meta.get("watch") or 0)
        if owned and not whole:
            whole = self._watches.first_of_brand.get(brand, 0)
        flowed = self._pipeline.flow(collapsed, whole, familiar)
        self._on_their_way.append(flowed.kept.key)
        return Work(
            messages=group,
            flowed=flowed,
            arrival=_arrival(
                self._consumer,
                group,
                received=decoded.received,
                rejected=len(decoded.rejected),
                repeated=collapsed.repeated,
                dates_replaced=decoded.dates_replaced,
            ),
        )


def _arrival(consumer: str, group: list[Message], **counts: int) -> Arrival:
    head = group[0]
    scopes = [f"source:{head.source}"]
    if head.meta.get("import"):
        scopes.append(f"import:{head.meta['import']}")
    return Arrival(
        consumer=consumer,
        sequence=group[-1].sequence,
        closed=0,
        scopes=tuple(scopes),
        received=counts["received"],
        rejected=counts["rejected"],
        repeated=counts.get("repeated", 0),
        dates_replaced=counts.get("dates_replaced", 0),
    )
