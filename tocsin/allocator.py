"""Tell the C library how to keep memory, so that a process that runs for months stays small."""

import ctypes
import sys
from contextlib import suppress
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8  # names of glibc's malloc.h

_ARENAS: Final = 2
_GIVE_BACK_BYTES: Final = 256 * 1024


def keep_small() -> None:
    """Share two arenas among all threads, and give back large blocks as soon as they are free.

    By default glibc keeps an arena a thread, and raises what it calls large with each large block freed:
    columns of a batch then stay with the process for ever. Where the C library is another, nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, _ARENAS)
        mallopt(_MMAP_THRESHOLD, _GIVE_BACK_BYTES)
        mallopt(_TRIM_THRESHOLD, _GIVE_BACK_BYTES)
