"""The stages that depend on nothing but the posts and the watches: bytes in, a batch ready to be told out.

They know no store, no bus and no Django, so that a process of their own can run them ahead of the river.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.stream.batch import Batch
from tocsin.stream.decode import decode
from tocsin.stream.known import collapse
from tocsin.stream.pipeline import Flowed, Pipeline, Voices
from tocsin.stream.query.compiler import WatchDefinition
from tocsin.stream.query.matcher import Matcher
from tocsin.stream.understand.reader import Reader

_REMEMBERED: Final = 1 << 16


@dataclass(slots=True)
class Choosing:
    """What decides which posts are kept: the watches, and the brand's own accounts by organisation."""

    definitions: Sequence[WatchDefinition] = ()
    own: dict[int, Voices] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The bytes of messages that came together, and what is said of all of them.

    Attributes
    ----------
    now_ms : int
        Time of arrival, milliseconds since 1970 UTC.
    whole_watch : int
        The watch that everything in it is a mention of; 0 when watches choose.
    """

    payload: bytes
    organisation: int
    source: int
    brand: int
    owned: bool
    now_ms: int
    whole_watch: int = 0


@dataclass(slots=True)
class Sorted:
    """A parcel after the stages, and its counts."""

    flowed: Flowed
    received: int
    rejected: int
    repeated: int
    dates_replaced: int


class Stages:
    """Decode, fold, match and understand, with the watches of the moment.

    Posts that these stages have read lately are not read again: they come again and again with new counters.
    Whether they were stored in the end is for the river to see.
    """

    def __init__(self, reader: Reader, choosing: Choosing) -> None:
        self._pipeline = Pipeline(Matcher(choosing.definitions), reader, None, choosing.own)
        # keys of posts by organisation, oldest first
        self._lately: dict[int, dict[int, None]] = {}

    def sort(self, parcel: Parcel, *, afresh: bool = False) -> Sorted:
        """Take a parcel through the stages.

        Parameters
        ----------
        afresh : bool
            Read every mention, whatever was read lately.
        """
        decoded = decode(
            parcel.payload,
            organisation=parcel.organisation,
            source=parcel.source,
            now_ms=parcel.now_ms,
            brand=parcel.brand,
            owned=parcel.owned,
        )
        collapsed = collapse(decoded.batch)
        familiar = None if afresh else self._read_lately(collapsed.batch)
        flowed = self._pipeline.ahead(collapsed, parcel.whole_watch, familiar)
        self._remember(flowed)
        return Sorted(
            flowed,
            received=decoded.received,
            rejected=len(decoded.rejected),
            repeated=collapsed.repeated,
            dates_replaced=decoded.dates_replaced,
        )

    def _read_lately(self, batch: Batch) -> npt.NDArray[np.bool_]:
        lately = self._lately.get(batch.organisation, {})
        return np.fromiter(map(lately.__contains__, batch.key.tolist()), np.bool_, len(batch))

    def _remember(self, flowed: Flowed) -> None:
        lately = self._lately.pop(flowed.kept.organisation, {})
        lately |= dict.fromkeys(flowed.kept.key[flowed.read].tolist())
        self._lately[flowed.kept.organisation] = lately  # the last, being the newest
        excess = sum(map(len, self._lately.values())) - _REMEMBERED
        for of in list(self._lately):
            if excess <= 0:
                break
            oldest = list(islice(self._lately[of], excess))
            excess -= len(oldest)
            for key in oldest:
                del self._lately[of][key]
            if not self._lately[of]:
                del self._lately[of]
