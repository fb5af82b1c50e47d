"""The words that rose, as the posts behind an alert write them: « métal », not « metal »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError

from tocsin.alerts.raised import Raised
from tocsin.watch.selectors import posts
from tocsin.watch.spelling import spelling

READ_AT_MOST = 300


def spelt(row: Raised, organisation: int) -> list[dict[str, Any]] | None:
    """Return the reasons of a raised row with its words as people write them; None where it has none.

    The river counts words without capitals and accents. What no post at hand writes stays as it was counted.
    """
    reasons: list[dict[str, Any]] | None = row.data.get("reasons")
    if not reasons or not any(one.get("code") == "words" for one in reasons):
        return reasons
    named = [int(place) for place in row.data.get("posts", [])][:READ_AT_MOST]
    try:
        found = posts.by_place(organisation, named) + posts.newest(organisation, [row.watch], READ_AT_MOST)
    except DatabaseError:
        return reasons  # the river's tables are away: an alert in plain letters is better than none
    return [_spelt(one, spelling([post.text for post in found])) for one in reasons]


def _spelt(reason: dict[str, Any], written: dict[str, str]) -> dict[str, Any]:
    if reason.get("code") != "words":
        return reason
    words: Sequence[str] = reason["figures"]["words"]
    return {**reason, "figures": {**reason["figures"], "words": [written.get(word, word) for word in words]}}
