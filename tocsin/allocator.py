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


def keep_small(large_bytes: int = _GIVE_BACK_BYTES) -> None:
    """Share two arenas among all threads, and give back large blocks as soon as they are free.

    Parameters
    ----------
    large_bytes : int
        From which size a block is large. A process that takes and frees many blocks of one size all the time
        spends a third of its time on pages that come and go, unless they are small by this.

    By default glibc keeps an arena a thread, and raises what it calls large with each large block freed:
    columns of a batch then stay with the process for ever. Where the C library is another, nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, _ARENAS)
        mallopt(_MMAP_THRESHOLD, large_bytes)
        mallopt(_TRIM_THRESHOLD, large_bytes)
