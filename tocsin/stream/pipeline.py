"""Batch in, batch out: fold, match, understand and narrate one batch of posts; nothing is stored here."""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from tocsin.stream.batch import Batch, Ints
from tocsin.stream.fold import fold_batch
from tocsin.stream.known import Collapsed
from tocsin.stream.query.columns import Detector
from tocsin.stream.query.matcher import Matches
from tocsin.stream.shingles import Hashes, sketches
from tocsin.stream.understand.reader import Reader
from tocsin.stream.understand.words import EMOTIONS

ROLE_MENTION: Final = 0
ROLE_OWN_VOICE: Final = 1
ROLE_CONTEXT: Final = 2


class Matching(Protocol):
    """What chooses watches for posts; `tocsin.stream.query.Matcher` is one."""

    def match(self, batch: Batch, folded: Sequence[str], langs: Detector | None = None) -> Matches:
        """Return which watches of the batch's organisation (and brand) match which rows."""
        ...


class Narrating(Protocol):
    """What tells which posts tell the same thing; `tocsin.stream.narrate.Narrator` is one."""

    def assign(
        self, organisation: int, key: Ints, folded: list[str], published: Ints, repost_key: Ints
    ) -> Ints:
        """Return the narrative of each post: the key of its first post."""
        ...


class Wording(Protocol):
    """What does the same of texts as sketches (`tocsin.stream.shingles.sketch`)."""

    def assign_sketches(
        self, organisation: int, key: Ints, pairs: Hashes, published: Ints, repost_key: Ints
    ) -> Ints:
        """Return the narrative of each post."""
        ...


@dataclass(frozen=True, slots=True)
class Voices:
    """The brand's own accounts of an organisation: pairs of network and folded handle or identifier."""

    accounts: frozenset[tuple[str, str]] = frozenset()

    def rows(self, batch: Batch) -> npt.NDArray[np.bool_]:
        """Return which posts of the batch the brand itself wrote."""
        if not self.accounts:
            return np.zeros(len(batch), dtype=bool)
        networks = {network for network, _ in self.accounts}
        own = (
            network in networks
            and (
                (network, _handle(handle)) in self.accounts or (network, _handle(identifier)) in self.accounts
            )
            for network, handle, identifier in zip(
                batch.network, batch.author_handle, batch.author_id, strict=True
            )
        )
        return np.fromiter(own, dtype=bool, count=len(batch))


def voices(accounts: Sequence[tuple[str, str]]) -> Voices:
    """Return the voices of these pairs of network and handle, with or without ``@``, in any case.

    Sources name X by its old name or its new one; an account is the same under both.
    """
    return Voices(
        frozenset(
            (name, _handle(handle))
            for network, handle in accounts
            for name in (("x", "twitter") if network in {"x", "twitter"} else (network,))
        )
    )


def _handle(handle: str) -> str:
    return handle.removeprefix("@").casefold()


_UNDERSTOOD: Final = (
    "sentiment", "score", "emotions", "expectations", "topics", "urgency", "irony", "vulnerable",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Reading:
    """What was understood of each post of a batch; zero where nobody looked (own voice, context)."""

    lang: list[str]
    sentiment: npt.NDArray[np.int8]
    score: npt.NDArray[np.float32]
    emotions: npt.NDArray[np.float32]
    expectations: npt.NDArray[np.uint16]
    topics: npt.NDArray[np.uint16]
    urgency: npt.NDArray[np.float32]
    irony: npt.NDArray[np.float32]
    vulnerable: npt.NDArray[np.float32]

    @classmethod
    def blank(cls, langs: list[str]) -> "Reading":
        """Return a reading in which nothing was understood."""
        size = len(langs)
        return cls(
            lang=list(langs),
            sentiment=np.zeros(size, dtype=np.int8),
            score=np.zeros(size, dtype=np.float32),
            emotions=np.zeros((size, len(EMOTIONS)), dtype=np.float32),
            expectations=np.zeros(size, dtype=np.uint16),
            topics=np.zeros(size, dtype=np.uint16),
            urgency=np.zeros(size, dtype=np.float32),
            irony=np.zeros(size, dtype=np.float32),
            vulnerable=np.zeros(size, dtype=np.float32),
        )

    def forget(self, rows: npt.NDArray[np.bool_], langs: list[str]) -> None:
        """Leave nothing understood of some rows; `langs` are those that the network told."""
        for name in _UNDERSTOOD:
            getattr(self, name)[rows] = 0
        for row in np.flatnonzero(rows).tolist():
            self.lang[row] = langs[row]


class Rest:
    """Posts that no watch wanted: their keys, and the posts themselves, of which hardly any is asked for.

    Between processes the posts travel packed, and are unpacked only when one of them is taken.
    """

    __slots__ = ("_batch", "_nothing", "_packed", "key")

    def __init__(self, batch: Batch) -> None:
        self.key = batch.key
        self._batch: Batch | None = batch
        self._nothing = batch.take(np.empty(0, dtype=np.intp))
        self._packed = b""

    def __len__(self) -> int:
        return len(self.key)

    def __getstate__(self) -> tuple[Ints, Batch, bytes]:
        packed = self._packed if self._batch is None else pickle.dumps(self._batch, protocol=5)
        return self.key, self._nothing, packed

    def __setstate__(self, state: tuple[Ints, Batch, bytes]) -> None:
        self.key, self._nothing, self._packed = state
        self._batch = None

    def take(self, rows: npt.NDArray[np.integer]) -> Batch:
        """Return the batch of the given rows, in their order."""
        if not len(rows):
            return self._nothing
        if self._batch is None:
            self._batch = pickle.loads(self._packed)  # noqa: S301 - packed above, by a process of the river
        return self._batch.take(rows)


@dataclass(slots=True, eq=False)
class Flowed:
    """A batch after the pipeline.

    Attributes
    ----------
    kept : Batch
        Mentions and the brand's own voice.
    role : int64 array, shape (len(kept),)
    watch, row : int64 arrays
        Which watch mentions which row of `kept`; sorted by watch, then row.
    narrative : int64 array, shape (len(kept),)
        Key of the first post that told the same; the post's own key outside mentions.
    rest : Rest
        Posts that no watch wanted: not stored, unless they are context of a mention.
    versions : list of (int, int, str)
        Row of `kept`, time of fetching and text of a later version in the same batch.
    read : bool array, shape (len(kept),)
        Of which posts something was understood.
    wording : uint32 array
        `tocsin.stream.shingles.sketch` of the posts that were read; empty once they are narrated.
    """

    kept: Batch
    role: Ints
    watch: Ints
    row: Ints
    reading: Reading
    narrative: Ints
    rest: Rest
    versions: list[tuple[int, int, str]]
    read: npt.NDArray[np.bool_]
    wording: Hashes = field(default_factory=lambda: np.empty((0, 0), np.uint32))

    def tell(self, narrator: Wording, familiar: npt.NDArray[np.bool_]) -> None:
        """Give each post its narrative, and leave nothing understood of those that are stored already."""
        told = self.read & ~familiar
        self.narrative = self.kept.key.copy()
        if told.any():
            self.narrative[told] = narrator.assign_sketches(
                self.kept.organisation,
                self.kept.key[told],
                self.wording[told[self.read]],
                self.kept.published[told],
                self.kept.repost_key[told],
            )
        if familiar.any():
            self.reading.forget(familiar, self.kept.lang)


class Pipeline:
    """The stages that need no store, for the watches of any number of organisations.

    Parameters
    ----------
    matcher, reader, narrator
        The engines; without a narrator each post stays its own narrative.
    own : mapping of int to Voices
        The brand's own accounts by organisation.
    """

    def __init__(
        self,
        matcher: Matching,
        reader: Reader,
        narrator: Narrating | None,
        own: Mapping[int, Voices] | None = None,
    ) -> None:
        self._matcher = matcher
        self._reader = reader
        self._narrator = narrator
        self._own = own or {}

    def flow(
        self, collapsed: Collapsed, whole_watch: int = 0, familiar: npt.NDArray[np.bool_] | None = None
    ) -> Flowed:
        """Take a batch through fold, match, understand and narrate.

        Parameters
        ----------
        whole_watch : int
            The watch that everything in this batch is a mention of; 0 when watches choose.
        familiar : bool array, shape (n,), optional
            Posts that were understood when they first came: they are matched again, but not read again.
        """
        flowed, folded = self._flow(collapsed, whole_watch, familiar)
        read = np.flatnonzero(flowed.read)
        if self._narrator is not None and len(read):
            kept = flowed.kept
            flowed.narrative[read] = self._narrator.assign(
                kept.organisation,
                kept.key[read],
                folded,
                kept.published[read],
                kept.repost_key[read],
            )
        return flowed

    def ahead(
        self, collapsed: Collapsed, whole_watch: int = 0, familiar: npt.NDArray[np.bool_] | None = None
    ) -> Flowed:
        """Take a batch through all that depends on nothing before it: `Flowed.tell` does the rest."""
        flowed, folded = self._flow(collapsed, whole_watch, familiar)
        flowed.wording = sketches(folded)
        return flowed

    def _flow(
        self, collapsed: Collapsed, whole_watch: int, familiar: npt.NDArray[np.bool_] | None
    ) -> tuple[Flowed, list[str]]:
        """Return the batch without narratives, and the folded texts of the posts that were read."""
        batch = collapsed.batch
        folded = fold_batch(batch.text)
        own = self._own.get(batch.organisation, Voices()).rows(batch)
        watch, row = self._mentions(batch, folded, own, whole_watch)
        role = np.full(len(batch), -1, dtype=np.int64)
        role[row] = ROLE_MENTION
        role[own] = ROLE_OWN_VOICE
        keep, rest = np.flatnonzero(role >= 0), np.flatnonzero(role < 0)
        place = np.full(len(batch), -1, dtype=np.int64)
        place[keep] = np.arange(len(keep))
        kept = batch.take(keep) if len(rest) else batch
        unread = role[keep] == ROLE_MENTION
        if familiar is not None:
            unread &= ~familiar[keep]
        flowed = Flowed(
            kept=kept,
            role=role[keep],
            watch=watch,
            row=place[row],
            reading=self._read(kept, np.flatnonzero(unread)),
            narrative=kept.key.copy(),
            rest=Rest(batch.take(rest)),
            versions=[(int(place[r]), at, text) for r, at, text in collapsed.earlier if place[r] >= 0],
            read=unread,
        )
        return flowed, [folded[i] for i in keep[unread].tolist()]

    def _mentions(
        self, batch: Batch, folded: list[str], own: npt.NDArray[np.bool_], whole_watch: int
    ) -> tuple[Ints, Ints]:
        matches = self._matcher.match(batch, folded, partial(self._languages, batch))
        watch, row = matches.watch.astype(np.int64), matches.row.astype(np.int64)
        if whole_watch:
            chosen = watch != whole_watch
            everything = np.arange(len(batch), dtype=np.int64)
            watch = np.concatenate([watch[chosen], np.full(len(batch), whole_watch, dtype=np.int64)])
            row = np.concatenate([row[chosen], everything])
        public = ~own[row]
        watch, row = watch[public], row[public]
        order = np.lexsort((row, watch))
        return watch[order], row[order]

    def _read(self, kept: Batch, mentioned: npt.NDArray[np.intp]) -> Reading:
        reading = Reading.blank(kept.lang)
        if not len(mentioned):
            return reading
        rows = mentioned.tolist()
        texts = [f"{kept.title[i]}\n{kept.text[i]}" if kept.title[i] else kept.text[i] for i in rows]
        understood = self._reader.read(texts, [kept.lang[i] for i in rows])
        for name in _UNDERSTOOD:
            getattr(reading, name)[mentioned] = getattr(understood, name)
        for row, lang in zip(rows, understood.lang, strict=True):
            reading.lang[row] = lang
        return reading

    def _languages(self, batch: Batch, rows: Sequence[int]) -> list[str]:
        """Tell the languages of posts that a watch asks for before anything is known to be a mention."""
        chosen = [int(row) for row in rows]
        return self._reader.read([batch.text[i] for i in chosen], [batch.lang[i] for i in chosen]).lang
