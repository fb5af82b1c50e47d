"""Detection: what is usual in each watch, what isn't, and how often chance would bring as much."""

from tocsin.stream.detect.bands import Band
from tocsin.stream.detect.bank import (
    DEFAULT_TOLERATED,
    LEVELS,
    TESTED,
    WATCHED_MEASURES,
    DetectorBank,
    Signal,
)
from tocsin.stream.detect.state import UnreadableState

__all__ = [
    "DEFAULT_TOLERATED",
    "LEVELS",
    "TESTED",
    "WATCHED_MEASURES",
    "Band",
    "DetectorBank",
    "Signal",
    "UnreadableState",
]
