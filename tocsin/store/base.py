"""What every store does, and the one transaction of a batch."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from tocsin.errors import TocsinError
from tocsin.stream.batch import Ints
from tocsin.stream.known import Known
from tocsin.stream.rollup import Rollups

Row = tuple[Any, ...]


class StoreUnavailable(TocsinError):
    """The store cannot be read or written; what was accepted waits on the bus."""


class AlreadyStored(TocsinError):
    """The consumer's position is already at or after this batch: its effect is in the store."""


class Overtaken(TocsinError):
    """Meanwhile a minute was closed, or another river stored one of these posts; settle the batch again."""


class Collided(Overtaken):
    """A row of the batch stands in the store already; it was brought by another river, or will never fit."""


POST_COLUMNS: Final = (
    "n", "organisation", "key", "id", "network", "native_id", "url", "title", "kind", "author_key",
    "author_id", "author_handle", "author_name", "followers", "text", "lang", "published", "fetched",
    "parent_key", "repost_key", "conversation_key", "likes", "reposts", "replies", "views", "rating",
    "media", "source", "role", "sentiment", "score", "emotions", "expectations", "topics", "urgency",
    "irony", "vulnerable", "narrative", "arrived",
)  # fmt: skip
MENTION_COLUMNS: Final = (
    "watch", "n", "network", "lang", "kind", "sentiment", "emotions", "topics", "expectations", "urgency",
    "narrative", "author_key", "reach", "engagement", "source",
)  # fmt: skip
BEHIND_COLUMNS: Final = (
    "n", "key", "network", "author_key", "author_handle", "author_name", "followers", "title", "text",
    "sentiment", "emotions", "topics", "narrative", "reach", "engagement", "reposts",
)  # fmt: skip
PROMOTED_COLUMNS: Final = (
    "role", "lang", "sentiment", "score", "emotions", "expectations", "topics", "urgency", "irony",
    "vulnerable", "narrative",
)  # fmt: skip


@dataclass(slots=True)
class Backfill:
    """Minutes of a watch that were closed before these posts came; detection must go over them again."""

    watch: int
    organisation: int
    first_minute: int
    last_minute: int
    amount: int


@dataclass(slots=True)
class Commit:
    """Everything that one batch changes. It happens whole, with the consumer's position, or not at all.

    Attributes
    ----------
    posts, mentions : list of tuple
        New rows, in the order of `POST_COLUMNS` and `MENTION_COLUMNS`.
    versions : list of (n, fetched, text)
    counters : list of (likes, reposts, replies, views, n)
        New counters of known posts.
    promoted : list of tuple
        Known posts that became mentions: `PROMOTED_COLUMNS`, then n.
    engaged : list of (difference, watch, n)
        What known mentions gained in engagement.
    rollups : Rollups or None
    tally : list of (scope, name, amount)
    closed : int or None
        The organisation's last closed minute, from which the batch told late posts and backfill; None when
        it does not matter.
    """

    consumer: str
    sequence: int
    organisation: int
    posts: Sequence[Row] = ()
    mentions: Sequence[Row] = ()
    versions: Sequence[Row] = ()
    counters: Sequence[Row] = ()
    promoted: Sequence[Row] = ()
    engaged: Sequence[Row] = ()
    rollups: Rollups | None = None
    tally: Sequence[tuple[str, str, int]] = ()
    backfill: Sequence[Backfill] = ()
    closed: int | None = None
    text_places: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    minute: int = 0

    @property
    def revised(self) -> bool:
        """Whether live pages have anything new to show."""
        return self.rollups is not None and len(self.rollups) > 0


@dataclass(slots=True)
class Raised:
    """A change of an alert, found by detection.

    Attributes
    ----------
    key : str
        The same however often the same minutes are looked at.
    change : str
        ``begin``, ``escalate`` or ``end``.
    """

    key: str
    organisation: int
    watch: int
    change: str
    level: str
    minute: int
    since: int
    score: float
    data: dict[str, Any]
    historic: bool = False


@dataclass(slots=True)
class Watched:
    """The transaction of a look at the minutes: what was raised, and how far detection has come.

    Attributes
    ----------
    watermark : int or None
        Last minute that is closed and folded; None leaves it.
    detectors : list of (watch, minute, state)
    recomputed : list of (watch, amount)
        Backfill that was gone over; what grew meanwhile stays to be gone over again.
    taken : list of (watch, minute)
        Minutes whose late posts are in the states stored here; they are not to be taken again.
    """

    organisation: int
    watermark: int | None = None
    raised: Sequence[Raised] = ()
    detectors: Sequence[tuple[int, int, bytes]] = ()
    recomputed: Sequence[tuple[int, int]] = ()
    taken: Sequence[tuple[int, int]] = ()
    minute: int = 0


@dataclass(slots=True, eq=False)
class Minutes:
    """Rollup rows of minutes, one row a watch and minute, networks summed.

    Attributes
    ----------
    watch, minute : int64 array, shape (k,)
    measures : float64 array, shape (k, len(MEASURES))
    """

    watch: Ints
    minute: Ints
    measures: npt.NDArray[np.float64]


class Store(Protocol):
    """Where the river keeps everything; written by one thread of the river, read by anyone."""

    def position(self, consumer: str) -> int:
        """Return the sequence of the last batch whose effect is stored, 0 for none."""
        ...

    def positions(self) -> dict[str, int]:
        """Return the position of every consumer."""
        ...

    def share(self, consumers: Sequence[str]) -> None:
        """Let these consumers, and no others, have positions from now on, so that nothing is left out."""
        ...

    def known(self, organisation: int, keys: Ints) -> Known:
        """Return what is stored of the posts with these keys."""
        ...

    def wanted(self, organisation: int, keys: Ints) -> npt.NDArray[np.bool_]:
        """Return which of these keys are parents of stored posts."""
        ...

    def taken(self, places: Ints) -> Ints:
        """Return which of these places are taken."""
        ...

    def mentioned(self, places: Ints) -> tuple[Ints, Ints]:
        """Return the pairs (watch, place) of stored mentions of these places."""
        ...

    def commit(self, change: Commit) -> None:
        """Make everything of a batch happen, once.

        Raises
        ------
        AlreadyStored
            When the position shows that the batch happened before.
        Overtaken
            When something else was faster; nothing happened.
        StoreUnavailable
            When it cannot be written (disk full, locked, unreachable); nothing happened.
        """
        ...

    def durable(self, consumer: str) -> int:
        """Return the position up to which effects survive a power cut, making them so where needed."""
        ...

    def watermark(self, organisation: int) -> int | None:
        """Return the last closed minute of an organisation, None before the first."""
        ...

    def closing(self, organisation: int) -> AbstractContextManager[None]:
        """Keep batches of an organisation from being committed while its minutes are read and closed."""
        ...

    def watched(self, change: Watched) -> int:
        """Store a look at the minutes in one transaction; return how many changes were new."""
        ...

    def detector_states(self, watches: Sequence[int]) -> dict[int, tuple[int, bytes]]:
        """Return the minute and state of each detector that was stored."""
        ...

    def raised(self, watch: int) -> list[Raised]:
        """Return everything raised for a watch, oldest first."""
        ...

    def backfills(self, organisation: int) -> list[Backfill]:
        """Return the spans that detection has yet to go over again."""
        ...

    def most_backfill(self) -> int:
        """Return how many posts wait at most in a watch for detection to go over its past."""
        ...

    def minutes(self, watches: Sequence[int], first: int, last: int, *, late: bool = False) -> Minutes:
        """Return the minutes of watches in a span, both ends included.

        Parameters
        ----------
        late : bool
            Only what came after its minute was closed and is not taken yet; its authors are not counted.
        """
        ...

    def first_minute(self, watches: Sequence[int]) -> int | None:
        """Return the first minute in which any of these watches has anything, None for never."""
        ...

    def behind(self, watch: int, first_ms: int, last_ms: int, limit: int) -> list[Row]:
        """Return mentions of a watch in a span of time, newest first.

        Returns
        -------
        list of tuple
            In the order of `BEHIND_COLUMNS`.
        """
        ...

    def told(self, organisation: int, first_ms: int, last_ms: int, limit: int) -> list[Row]:
        """Return mentions of an organisation in a span of time, the newest so many, in order of arrival.

        Returns
        -------
        list of tuple
            Key, text, published, repost key, narrative and order of arrival.
        """
        ...

    def pending_texts(self, batches: int, posts: int) -> tuple[int, Ints]:
        """Return places whose text is to be indexed, and the sequence up to which they reach (0 for none).

        Parameters
        ----------
        batches, posts : int
            How many at most, whole batches; the first may be larger.
        """
        ...

    def texts(self, places: Ints) -> list[Row]:
        """Return (n, organisation, title, text) of posts, and nothing of posts that are gone."""
        ...

    def forget_pending(self, sequence: int) -> None:
        """Forget places to be indexed up to a sequence."""
        ...

    def oldest(self, after: int, before: int, limit: int) -> tuple[Ints, Ints]:
        """Return the lowest places between two, and when each post was fetched (milliseconds since 1970)."""
        ...

    def delete(self, places: Ints) -> None:
        """Delete posts with their versions and mentions; what was summed stays."""
        ...

    def close(self) -> None:
        """Let go of the file or the connections."""
        ...
