"""What others do when a call-out begins: the room registers itself here, since call-outs know no room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tocsin.callout.models import CallOut

Follower = Callable[[CallOut], object]

after_launch: Final[list[Follower]] = []
"""Called inside the transaction of a launch whose launcher asked for a room; each fails alone."""


def register_follower(follower: Follower) -> Follower:
    """Let a function be called with each call-out that is launched with a room; once, however often asked."""
    if follower not in after_launch:
        after_launch.append(follower)
    return follower
