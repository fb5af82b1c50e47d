"""The way in: posts of a source onto the bus."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
from django.conf import settings

from tocsin.bus import Bus, open_bus
from tocsin.listen.models import Source
from tocsin.stream.clean import clean, identify
from tocsin.stream.post import Post

TOPIC: Final = "posts"
KIND: Final = "posts"


def bus_address() -> str | Path:
    """Return where the bus is, as the settings say."""
    return str(settings.BUS) if settings.BUS else Path(settings.DATA) / "bus.db"


@lru_cache(maxsize=4)
def _bus_at(address: str) -> Bus:
    return open_bus(address)


def the_bus() -> Bus:
    """Return this process's one connection to the bus."""
    return _bus_at(str(bus_address()))


def encode_posts(posts: Sequence[Post], network: str = "", *, checked: bool = False) -> bytes:
    """Return posts as JSON lines, each safe to keep, with `id` and `network` filled.

    Parameters
    ----------
    network : str
        Used where a post names none.
    checked : bool
        Each has its `id` and `network` and is within `tocsin.listen.limits`; nothing is left to make safe.
    """
    encoder = msgspec.json.Encoder()
    if checked:
        return encoder.encode_lines(posts)
    return encoder.encode_lines([clean(identify(post, network)) for post in posts])


def publish_posts(
    source: Source,
    posts: Sequence[Post],
    *,
    key: str | None = None,
    import_id: int | None = None,
    watch_id: int | None = None,
    checked: bool = False,
) -> int:
    """Append posts of a source to the bus; once this returns they are not lost.

    Parameters
    ----------
    key : str, optional
        What makes the batch recognisable: published again under the same key within 72 hours, it is not
        taken twice.
    import_id : int, optional
        The import it belongs to, under which its posts are counted too.
    watch_id : int, optional
        The watch that everything in it is a mention of.
    checked : bool
        As `encode_posts` means it.

    Returns
    -------
    int
        Its sequence on the bus.

    Raises
    ------
    BusUnavailable
        When it could not be made durable; publishing again is safe.
    """
    meta: dict[str, Any] = {"brand": source.brand_id or 0, "owned": source.owned}
    if import_id is not None:
        meta["import"] = import_id
    if watch_id is not None:
        meta["watch"] = watch_id
    payload = encode_posts(posts, source.network, checked=checked)
    named = None if key is None else f"{source.organisation_id}:{source.pk}:{key}"
    return the_bus().publish(TOPIC, KIND, source.organisation_id, source.pk, payload, key=named, meta=meta)
