"""A batch of posts of one source, held as columns."""

import marshal
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from tocsin.stream.post import Post, key_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

UNKNOWN = -1

_PLAIN: Final = 2
"""The version of marshal that writes each string as it is, without looking for it among those before."""


@dataclass(slots=True, eq=False)
class Batch:
    """Columns of posts that came together from one source of one organisation.

    Attributes
    ----------
    brand : int
        The brand that the source belongs to; 0 when every watch of the organisation may choose from it.
    owned : bool
        Everything in it is a mention of the brand (its own page, its reviews, its forum).
    key, author_key, parent_key, repost_key, conversation_key : int64 array, shape (n,)
        Keys of identifiers (`tocsin.stream.post.key_of`), 0 for none.
    published, fetched : int64 array, shape (n,)
        Milliseconds since 1970, UTC.
    followers, likes, reposts, replies, views : int64 array, shape (n,)
        Counts, -1 where the network does not tell.
    rating : float32 array, shape (n,)
        Stars out of five, nan where there are none.
    """

    organisation: int
    source: int
    brand: int
    owned: bool
    ids: list[str]
    key: Ints
    network: list[str]
    native_id: list[str]
    url: list[str]
    title: list[str]
    kind: list[str]
    author_key: Ints
    author_id: list[str]
    author_handle: list[str]
    author_name: list[str]
    followers: Ints
    text: list[str]
    lang: list[str]
    published: Ints
    fetched: Ints
    parent_key: Ints
    repost_key: Ints
    conversation_key: Ints
    likes: Ints
    reposts: Ints
    replies: Ints
    views: Ints
    rating: Floats
    media: list[list[str]]

    def __len__(self) -> int:
        return len(self.ids)

    def __getstate__(self) -> tuple[object, ...]:
        """Return the columns for another process: strings by `marshal`, in two thirds of pickle's time."""
        columns = (getattr(self, field.name) for field in fields(self))
        return tuple(marshal.dumps(c, _PLAIN) if isinstance(c, list) else c for c in columns)

    def __setstate__(self, state: tuple[object, ...]) -> None:
        """Take what `__getstate__` returned."""
        for field, column in zip(fields(self), state, strict=True):
            # written above, by a process of this river, which runs the same Python
            value = marshal.loads(column) if isinstance(column, bytes) else column  # noqa: S302
            setattr(self, field.name, value)

    @classmethod
    def from_posts(
        cls,
        posts: Sequence[Post],
        *,
        organisation: int,
        source: int,
        now_ms: int,
        brand: int = 0,
        owned: bool = False,
    ) -> Self:
        """Turn posts (already normalised: `id` and `network` filled) into columns.

        Parameters
        ----------
        now_ms : int
            Time of arrival in milliseconds since 1970, used where a post says no time of its own.
        """
        author = [p.author_id or p.author_handle or p.author_name for p in posts]
        network = [p.network for p in posts]
        return cls(
            organisation=organisation,
            source=source,
            brand=brand,
            owned=owned,
            ids=[p.id for p in posts],
            key=keys_of([p.id for p in posts]),
            network=network,
            native_id=[p.native_id for p in posts],
            url=[p.url for p in posts],
            title=[p.title for p in posts],
            kind=[p.kind for p in posts],
            author_key=keys_of([f"{n}:{a}" if a else "" for n, a in zip(network, author, strict=True)]),
            author_id=[p.author_id for p in posts],
            author_handle=[p.author_handle for p in posts],
            author_name=[p.author_name for p in posts],
            followers=_counts([p.followers for p in posts]),
            text=[p.text for p in posts],
            lang=[p.lang for p in posts],
            published=_times([p.published_at for p in posts], now_ms),
            fetched=_times([p.fetched_at for p in posts], now_ms),
            parent_key=keys_of([p.parent_id for p in posts]),
            repost_key=keys_of([p.repost_of for p in posts]),
            conversation_key=keys_of([p.conversation_id for p in posts]),
            likes=_counts([p.likes for p in posts]),
            reposts=_counts([p.reposts for p in posts]),
            replies=_counts([p.replies for p in posts]),
            views=_counts([p.views for p in posts]),
            rating=np.array([np.nan if p.rating is None else p.rating for p in posts], dtype=np.float32),
            media=[p.media for p in posts],
        )

    def take(self, rows: npt.NDArray[np.integer]) -> Self:
        """Return the batch of the given rows, in their order."""
        chosen = rows.tolist()
        columns: dict[str, object] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            if isinstance(column, np.ndarray):
                columns[field.name] = column[rows]
            elif isinstance(column, list):
                columns[field.name] = [column[i] for i in chosen]
            else:
                columns[field.name] = column
        return type(self)(**columns)  # type: ignore[arg-type]  # the columns come from the fields themselves

    def join(self, other: Self) -> Self:
        """Return the rows of both, those of `other` last; both come from the same source."""
        columns: dict[str, object] = {}
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if isinstance(mine, np.ndarray):
                columns[field.name] = np.concatenate([mine, theirs])
            else:
                columns[field.name] = mine + theirs if isinstance(mine, list) else mine
        return type(self)(**columns)  # type: ignore[arg-type]  # the columns come from the fields themselves


def keys_of(identifiers: Sequence[str]) -> Ints:
    """Return the int64 keys of identifiers (`key_of`), 0 for empty ones."""
    if not any(identifiers):
        return np.zeros(len(identifiers), dtype=np.int64)
    try:
        # the same as `key_of` of each, without two calls for each
        digests = [xxh3_64_intdigest(i.encode()) if i else 0 for i in identifiers]
    except UnicodeEncodeError:  # a lone surrogate
        return np.fromiter((key_of(i) for i in identifiers), dtype=np.int64, count=len(identifiers))
    return np.array(digests, dtype=np.uint64).view(np.int64)


def milliseconds(moment: datetime) -> int:
    """Return an aware datetime as milliseconds since 1970, UTC."""
    return round(moment.timestamp() * 1000)


def _counts(values: Sequence[int | None]) -> Ints:
    return np.array([UNKNOWN if v is None else v for v in values], dtype=np.int64)


def _times(values: Sequence[datetime | None], default: int) -> Ints:
    return np.array([default if v is None else round(v.timestamp() * 1000) for v in values], dtype=np.int64)
