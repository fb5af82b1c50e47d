"""Fetching a picture that a stranger's post names: guarded as every fetch is, larger than a feed may be."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.conf import settings

from tocsin.listen.fetch.client import Client, Limits

LARGEST: Final = 20 << 20
"""Bytes of a picture, packed and unpacked alike."""
ACCEPTED: Final = "image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1"


def fetch_picture(address: str) -> bytes:
    """Return what stands at an address, whatever it is: who asked looks at its first bytes.

    Raises
    ------
    FetchFailed
        One of `tocsin.listen.fetch.exceptions`; `tocsin.listen.problems.words` says it.
    """
    return _client().fetch(address, headers={"Accept": ACCEPTED}).body


@lru_cache(maxsize=1)
def _client() -> Client:
    return Client(
        private=bool(settings.FETCH_PRIVATE), limits=Limits(size=LARGEST, seconds=30.0, silence=15.0)
    )
