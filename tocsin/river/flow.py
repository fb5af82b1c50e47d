"""From messages of the bus to a batch ready to be settled."""

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tocsin.bus import Message
from tocsin.river.ahead import AT_ONCE, Ahead
from tocsin.river.aside import Aside
from tocsin.river.recall import Recall
from tocsin.river.settle import Arrival
from tocsin.river.stages import Choosing, Parcel, Sorted, Stages
from tocsin.river.watches import WatchSet
from tocsin.store.base import Store
from tocsin.stream.known import Known
from tocsin.stream.narrate import Narrator
from tocsin.stream.pipeline import ROLE_CONTEXT, ROLE_MENTION, Flowed
from tocsin.stream.understand.reader import Reader, default_reader

log = logging.getLogger(__name__)

_JOIN_BYTES: Final = 8 << 20


@dataclass(slots=True)
class Work:
    """A batch on its way to the store, with the messages that it came from.

    Attributes
    ----------
    told : bool
        It was narrated.
    refused : bool
        Nothing of it could be taken; only its counts and its position are to be stored.
    """

    messages: list[Message]
    flowed: Flowed
    arrival: Arrival
    told: bool = False
    refused: bool = False

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
    """Takes batches through the stages with the watches of the moment, and tells them their narratives.

    Attributes
    ----------
    aside : Aside
        Where it puts what cannot be stored.

    Parameters
    ----------
    reader : Reader or None
        What understands posts in this process; the packaged one by default, made when first needed.
    refused : Path
        Folder where batches that no code could take are kept.
    ahead : Ahead, optional
        A process to which the stages are left.
    """

    def __init__(
        self, consumer: str, reader: Reader | None, store: Store, refused: Path, ahead: Ahead | None = None
    ) -> None:
        self._consumer = consumer
        self._reader = reader
        self._narrator = Narrator()
        self._recall = Recall(store, self._narrator)
        self.aside = Aside(refused)
        self._watches = WatchSet()
        self._stages: Stages | None = None
        self._sorting = threading.RLock()
        self._ahead = ahead

    @property
    def at_once(self) -> int:
        """How many groups may be begun before the first is taken."""
        return 0 if self._ahead is None else AT_ONCE

    def use(self, watches: WatchSet) -> None:
        """Take up changed watches; the next batch meets them."""
        self._watches = watches
        self._stages = None
        if self._ahead is not None:
            self._ahead.use(self._choosing)

    @property
    def _choosing(self) -> Choosing:
        return Choosing(self._watches.definitions, self._watches.own)

    def begin(self, group: list[Message]) -> None:
        """Have a group read ahead, where there is a process for it; groups are taken in this order."""
        if self._ahead is not None:
            self._ahead.give(self._parcel(group))

    def abandon(self) -> None:
        """Let go of what was begun and not taken."""
        if self._ahead is not None:
            self._ahead.abandon()

    def take(self, group: list[Message]) -> list[Work]:
        """Return the work of the group begun first; what makes code fail is kept aside and counted."""
        ready = None if self._ahead is None else self._ahead.result()
        if ready is not None:
            return [self._work(group, ready)]
        return self.take_here(group)

    def take_here(self, group: list[Message]) -> list[Work]:
        """Do the same in this process, whatever was begun."""
        stages = self._stages_here()
        try:
            with self._sorting:
                return [self._work(group, stages.sort(self._parcel(group)))]
        except Exception:
            # whatever it is, one batch must not stop the river
            log.exception("A batch could not be taken through the stages")
        if len(group) > 1:
            return [work for message in group for work in self.take_here([message])]
        return [self.refuse(group)]

    def _stages_here(self) -> Stages:
        with self._sorting:
            if self._stages is None:
                self._reader = self._reader or default_reader()
                self._stages = Stages(self._reader, self._choosing)
            return self._stages

    def refuse(self, group: list[Message]) -> Work:
        """Keep the messages' bytes in the folder of refused batches, and count their lines as rejected.

        Raises
        ------
        StoreUnavailable
            When they cannot be kept; they wait on the bus.
        """
        lines = 0
        for message in group:
            self.aside.refuse(message)
            lines += len([line for line in message.payload.split(b"\n") if line.strip()])
        head = group[0]
        nothing = Parcel(b"", head.organisation, head.source, 0, owned=False, now_ms=head.at_ms)
        stages = self._stages_here()
        with self._sorting:
            work = self._work(group, stages.sort(nothing))
        work.arrival = _arrival(self._consumer, group, received=lines, rejected=lines)
        work.refused = True
        return work

    def tell(self, work: Work, known: Known) -> None:
        """Give the posts of a batch their narratives, once; batches come here in the order of the bus.

        Parameters
        ----------
        known : Known
            What the store holds of them.
        """
        if work.told:
            return
        stored = known.key[known.role != ROLE_CONTEXT]
        familiar = np.isin(work.flowed.kept.key, stored)
        if (~work.flowed.read & ~familiar & (work.flowed.role == ROLE_MENTION)).any():
            # read lately, and not stored all the same
            stages = self._stages_here()
            with self._sorting:
                work.flowed = stages.sort(self._parcel(work.messages), afresh=True).flowed
        self._recall.around(work.flowed.kept)
        work.flowed.tell(self._narrator, familiar)
        work.told = True

    def _parcel(self, group: list[Message]) -> Parcel:
        head = group[0]
        owned, brand = bool(head.meta.get("owned")), int(head.meta.get("brand") or 0)
        whole = int(head.meta.get("watch") or 0)
        if owned and not whole:
            whole = self._watches.first_of_brand.get(brand, 0)
        return Parcel(
            payload=head.payload if len(group) == 1 else b"\n".join(message.payload for message in group),
            organisation=head.organisation,
            source=head.source,
            brand=brand,
            owned=owned,
            now_ms=_came_ms(head),
            whole_watch=whole,
        )

    def _work(self, group: list[Message], sorted_: Sorted) -> Work:
        return Work(
            messages=group,
            flowed=sorted_.flowed,
            arrival=_arrival(
                self._consumer,
                group,
                received=sorted_.received,
                rejected=sorted_.rejected,
                repeated=sorted_.repeated,
                dates_replaced=sorted_.dates_replaced,
            ),
        )

    def close(self) -> None:
        """Let the process ahead end."""
        if self._ahead is not None:
            self._ahead.close()


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
        came_ms=_came_ms(head),
        first=head.sequence,
    )


def _came_ms(message: Message) -> int:
    """Return when a message came, the same however messages of one second are put together."""
    return message.at_ms // 1000 * 1000
