"""Posts put straight into the river's tables, as the river would have stored them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from django.db import connections

from tocsin.store.base import MENTION_COLUMNS, POST_COLUMNS
from tocsin.store.schema import PLACE_BITS, UNIT_MINUTES
from tocsin.stream.post import key_of
from tocsin.watch.models import Watch
from tocsin.watch.vocabulary import topic_bit

SENTIMENTS = {-1: "negative", 0: "neutral", 1: "positive"}


def store_mention(watch: Watch, text: str, at: datetime, **known: Any) -> int:
    """Store a post and its mention by a watch, add it to its sums; return its place."""
    identifier = known.get("id", f"x:{key_of(text + str(at))}")
    key = key_of(identifier)
    published = int(at.timestamp() * 1000)
    place = published << PLACE_BITS | (key & ((1 << PLACE_BITS) - 1))
    post: dict[str, Any] = {
        **dict.fromkeys(("author_id", "url", "title", "author_handle", "native_id"), ""),
        **dict.fromkeys(("parent_key", "repost_key", "conversation_key"), 0),
        **dict.fromkeys(("likes", "reposts", "replies", "views", "followers"), -1),
        **dict.fromkeys(("score", "urgency", "irony", "vulnerable"), 0.0),
        "n": place,
        "organisation": watch.organisation_id,
        "key": key,
        "id": identifier,
        "network": "x",
        "kind": "post",
        "author_name": "Jeanne",
        "author_key": key_of(known.get("author_name", "Jeanne")),
        "text": text,
        "lang": "fr",
        "published": published,
        "fetched": published,
        "rating": None,
        "media": "[]",
        "arrived": published,
        "source": 1,
        "role": 0,
        "sentiment": 0,
        "emotions": np.zeros(8, np.uint8).tobytes(),
        "expectations": 0,
        "topics": topic_bit(known.pop("topic", "other")),
        "narrative": key,
    }
    post |= {name: value for name, value in known.items() if name in POST_COLUMNS}
    mention = {**post, "watch": watch.pk, "reach": 10, "engagement": 2, "emotions": 0, "urgency": 0}
    _insert("post", POST_COLUMNS, post)
    _insert("mention", MENTION_COLUMNS, mention)
    _sum(watch, post)
    return place


def _insert(table: str, columns: tuple[str, ...], values: dict[str, Any]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    with connections["river"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", [values[name] for name in columns]
        )


def _sum(watch: Watch, post: dict[str, Any]) -> None:
    tone = SENTIMENTS[post["sentiment"]]
    with connections["river"].cursor() as cursor:
        for unit, minutes in enumerate(UNIT_MINUTES):
            bucket = post["published"] // 60_000 // minutes
            cursor.execute(
                f"INSERT INTO rollup (watch, unit, bucket, network, volume, {tone}, reach, engagement) "
                "VALUES (%s, %s, %s, %s, 1, 1, 10, 2) "
                "ON CONFLICT (watch, unit, bucket, network) DO UPDATE SET "
                f"volume = rollup.volume + 1, {tone} = rollup.{tone} + 1",
                [watch.pk, unit, bucket, post["network"]],
            )
