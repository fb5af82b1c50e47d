"""What a room does when a call-out begins: it opens for it."""

from __future__ import annotations

from tocsin.callout.following import register_follower
from tocsin.callout.models import CallOut
from tocsin.crisis import actions
from tocsin.plan import words


@register_follower
def open_with(callout: CallOut) -> None:
    """Open the room of a call-out, in its launch; a room open for the same scenario becomes its own."""
    try:
        actions.open_room(
            callout.brand,
            callout.launched_by,
            title=words.here(callout.title) or str(callout.brand),
            scenario=callout.scenario,
            level=callout.level,
            callout=callout,
        )
    except actions.AlreadyOpen as standing:
        actions.join_callout(standing.crisis, callout, callout.launched_by)
