"""The river's tables, said once for SQLite and PostgreSQL.

`n` is a post's place: ``published milliseconds << 20 | 20 bits``. The low bits tell the order of arrival:
sequence of the batch's first message ``<< 10``, plus the row; where that place is taken, a free one after it.
So `n` is an integer key, grows with time, new rows stand at the end of their second, and mentions clustered
by (watch, n) are clustered by (watch, minute). `key` is the 64-bit hash of the network's identifier and is
unique within an organisation. `arrived` orders posts by arrival: sequence of the batch ``<< 20`` | row.
"""

from typing import Final

from tocsin.stream.understand.words import EMOTIONS, TOPICS

PLACE_BITS: Final = 20
PLACE_MASK: Final = (1 << PLACE_BITS) - 1
ARRIVAL_BITS: Final = 10
"""Posts for which a message finds room in a millisecond; those of a longer one may meet those of the next."""

EMOTION_COLUMNS: Final = tuple(f"emotion_{name}" for name in EMOTIONS)
TOPIC_COLUMNS: Final = tuple(f"topic_{name}" for name in TOPICS)
MEASURES: Final = (
    "volume",
    "authors",
    "negative",
    "neutral",
    "positive",
    *EMOTION_COLUMNS,
    *TOPIC_COLUMNS,
    "reach",
    "engagement",
)

ROLE_MENTION, ROLE_OWN_VOICE, ROLE_CONTEXT = 0, 1, 2
UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_LATE = 0, 1, 2, 3
UNIT_MINUTES: Final = (1, 60, 1440)
"""Minutes in a unit. `UNIT_LATE` rows are no fourth resolution: they count, in their own minute, posts that
came after it was closed, until detection has taken them into its states; charts leave them out."""

_ROLLUP_COLUMNS = ",\n    ".join(f"{name} BIGINT NOT NULL DEFAULT 0" for name in MEASURES)

TABLES: Final = f"""
CREATE TABLE IF NOT EXISTS post (
    n {{place}} PRIMARY KEY,
    organisation BIGINT NOT NULL,
    key BIGINT NOT NULL,
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    native_id TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    author_key BIGINT NOT NULL,
    author_id TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    author_name TEXT NOT NULL,
    followers BIGINT NOT NULL,
    text TEXT NOT NULL,
    lang TEXT NOT NULL,
    published BIGINT NOT NULL,
    fetched BIGINT NOT NULL,
    parent_key BIGINT NOT NULL,
    repost_key BIGINT NOT NULL,
    conversation_key BIGINT NOT NULL,
    likes BIGINT NOT NULL,
    reposts BIGINT NOT NULL,
    replies BIGINT NOT NULL,
    views BIGINT NOT NULL,
    rating REAL,
    media TEXT NOT NULL,
    source BIGINT NOT NULL,
    role SMALLINT NOT NULL,
    sentiment SMALLINT NOT NULL,
    score REAL NOT NULL,
    emotions {{blob}} NOT NULL,
    expectations INTEGER NOT NULL,
    topics INTEGER NOT NULL,
    urgency REAL NOT NULL,
    irony REAL NOT NULL,
    vulnerable REAL NOT NULL,
    narrative BIGINT NOT NULL,
    arrived BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS post_key ON post (organisation, key);
CREATE INDEX IF NOT EXISTS post_parent ON post (organisation, parent_key) WHERE parent_key <> 0;
CREATE TABLE IF NOT EXISTS post_version (
    n BIGINT NOT NULL,
    fetched BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (n, fetched)
);
CREATE TABLE IF NOT EXISTS mention (
    watch BIGINT NOT NULL,
    n BIGINT NOT NULL,
    network TEXT NOT NULL,
    lang TEXT NOT NULL,
    kind TEXT NOT NULL,
    sentiment SMALLINT NOT NULL,
    emotions SMALLINT NOT NULL,
    topics INTEGER NOT NULL,
    expectations INTEGER NOT NULL,
    urgency SMALLINT NOT NULL,
    narrative BIGINT NOT NULL,
    author_key BIGINT NOT NULL,
    reach BIGINT NOT NULL,
    engagement BIGINT NOT NULL,
    source BIGINT NOT NULL,
    PRIMARY KEY (watch, n)
){{clustered}};
CREATE INDEX IF NOT EXISTS mention_place ON mention (n);
CREATE TABLE IF NOT EXISTS rollup (
    watch BIGINT NOT NULL,
    unit SMALLINT NOT NULL,
    bucket BIGINT NOT NULL,
    network TEXT NOT NULL,
    {_ROLLUP_COLUMNS},
    author_sketch {{blob}},
    PRIMARY KEY (watch, unit, bucket, network)
){{clustered}};
CREATE INDEX IF NOT EXISTS rollup_network ON rollup (network, watch) WHERE unit = 2;
CREATE TABLE IF NOT EXISTS consumer (name TEXT PRIMARY KEY, sequence BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS watermark (organisation BIGINT PRIMARY KEY, minute BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS backfill (
    watch BIGINT PRIMARY KEY,
    organisation BIGINT NOT NULL,
    first_minute BIGINT NOT NULL,
    last_minute BIGINT NOT NULL,
    amount BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS detector (
    watch BIGINT PRIMARY KEY,
    minute BIGINT NOT NULL,
    state {{blob}} NOT NULL
);
CREATE TABLE IF NOT EXISTS raised (
    sequence {{serial}},
    key TEXT NOT NULL UNIQUE,
    organisation BIGINT NOT NULL,
    watch BIGINT NOT NULL,
    change TEXT NOT NULL,
    level TEXT NOT NULL,
    minute BIGINT NOT NULL,
    since BIGINT NOT NULL,
    score REAL NOT NULL,
    data TEXT NOT NULL,
    historic SMALLINT NOT NULL
);
CREATE INDEX IF NOT EXISTS raised_watch ON raised (watch, minute);
CREATE TABLE IF NOT EXISTS tally (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (scope, name)
);
CREATE TABLE IF NOT EXISTS pending_text (sequence {{serial}}, places {{blob}} NOT NULL);
CREATE TABLE IF NOT EXISTS revision (
    organisation BIGINT PRIMARY KEY,
    revision BIGINT NOT NULL,
    minute BIGINT NOT NULL
)
"""
