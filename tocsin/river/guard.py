"""What detection holds of each organisation: its bank, open episodes, and what is to be looked at."""

import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from tocsin.river.minutes import Array
from tocsin.river.watches import Watched
from tocsin.store.base import Store
from tocsin.stream.detect import LEVELS, DetectorBank, UnreadableState

log = logging.getLogger(__name__)


@dataclass(slots=True)
class GuardPost:
    """Detection of one organisation.

    Attributes
    ----------
    tolerated : dict
        False alarms a month that each active watch may raise.
    levels : dict
        Highest level raised of each episode (watch, since minute) that is open.
    historic : set
        Episodes that were history when they were found; they stay so to their end.
    dirty : set of int
        Watches that got mentions since the last look.
    late : dict
        What was taken, of each (watch, minute), of the posts that came after their minute was closed. It is
        stored with the states when the next minute is folded.
    forgotten : set of int
        Watches of which nothing usual is known any more; it is learnt again from their past.
    left : set of int
        Watches that were paused or deleted since the last look, or while the river was off; their alerts end.
    let_go : set of int
        Paused watches that are known to have no alert any more.
    closed : int or None
        The minute up to which this post has folded; None for what is stored.
    """

    bank: DetectorBank = field(default_factory=DetectorBank)
    tolerated: dict[int, float] = field(default_factory=dict)
    levels: dict[tuple[int, int], int] = field(default_factory=dict)
    historic: set[tuple[int, int]] = field(default_factory=set)
    dirty: set[int] = field(default_factory=set)
    late: dict[tuple[int, int], Array] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    let_go: set[int] = field(default_factory=set)
    closed: int | None = None


class Guard:
    """The guard posts of every organisation of this river.

    Attributes
    ----------
    lock : threading.RLock
        Held by whoever changes a post, from reading what is stored until the change is stored.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._posts: dict[int, GuardPost] = {}
        self.lock = threading.RLock()

    def __getitem__(self, organisation: int) -> GuardPost:
        return self._posts[organisation]

    @property
    def organisations(self) -> list[int]:
        """Return the organisations that have ever had a watch here."""
        with self.lock:
            return list(self._posts)

    def use(
        self, watched: Mapping[int, Sequence[Watched]], paused: Mapping[int, Collection[int]] | None = None
    ) -> None:
        """Take up changed watches.

        Parameters
        ----------
        paused : mapping, optional
            Watches of each organisation that are not active; they may have been when a river last ran.
        """
        with self.lock:
            for organisation, watches in watched.items():
                post = self._posts.setdefault(organisation, GuardPost())
                post.left |= set(post.tolerated) - {watch.id for watch in watches}
                post.tolerated = {watch.id: watch.tolerated for watch in watches}
                known = set(post.bank.watches)
                post.bank.extend({w: tolerated for w, tolerated in post.tolerated.items() if w in known})
            for organisation in set(self._posts) - set(watched):
                self._posts[organisation].left |= set(self._posts[organisation].tolerated)
                self._posts[organisation].tolerated = {}
            for organisation, idle in (paused or {}).items():
                post = self._posts.setdefault(organisation, GuardPost())
                post.let_go &= set(idle)
                post.left |= set(idle) - post.let_go

    def stored(self, organisation: int, watches: Iterable[int]) -> None:
        """Remember that watches got mentions, to be looked at next."""
        with self.lock:
            if organisation in self._posts:
                self._posts[organisation].dirty.update(watches)

    def ready(self, organisation: int) -> GuardPost:
        """Return an organisation's post with every active watch in its bank, as last stored."""
        post = self._posts[organisation]
        known = set(post.bank.watches)
        missing = {watch: tolerated for watch, tolerated in post.tolerated.items() if watch not in known}
        if missing:
            post.bank.extend(missing)
            for watch, (_, state) in self._store.detector_states(list(missing)).items():
                _load(post, watch, state)
            self.recall(post, missing)
            # what was stored of the open minute before a restart has not been looked at
            post.dirty.update(missing)
        return post

    def recall(self, post: GuardPost, watches: Iterable[int]) -> None:
        """Remember which episodes of watches are open, from what was raised."""
        for change in chain.from_iterable(self._store.raised(watch) for watch in watches):
            episode = (change.watch, change.since)
            if change.historic:
                post.historic.add(episode)
            if change.change == "end":
                post.levels.pop(episode, None)
            else:
                post.levels[episode] = max(post.levels.get(episode, 0), LEVELS.index(change.level))

    @contextmanager
    def undone_on_failure(self, organisation: int, left: Iterable[int] = ()) -> Iterator[None]:
        """Go back to what is stored when a transaction did not happen."""
        try:
            yield
        except BaseException:
            before = self._posts[organisation]
            post = GuardPost(tolerated=before.tolerated, left=before.left | set(left))
            self._posts[organisation] = post
            self.recall(post, post.left)
            raise

    def read_again(self, organisation: int) -> None:
        """Forget an organisation's detection; it is read from the store at the next look."""
        before = self._posts[organisation]
        self._posts[organisation] = GuardPost(tolerated=before.tolerated, left=before.left)


def _load(post: GuardPost, watch: int, state: bytes) -> None:
    try:
        post.bank.load(watch, state)
    except UnreadableState as error:
        post.forgotten.add(watch)
        log.warning("Watch %s: %s.", watch, error)


def states(bank: DetectorBank, watches: Sequence[int], minute: int) -> list[tuple[int, int, bytes]]:
    """Return the states of watches as they are stored with a minute."""
    if not watches:
        return []  # a bank of none has nothing to tell
    return [(watch, minute, state) for watch, state in zip(watches, bank.dump_all(watches), strict=True)]
