"""SQL said once for both databases; `?` stands for a parameter and is rewritten for PostgreSQL."""
# ruff: noqa: S608 - only names of columns are put into statements

from typing import Final

from tocsin.store.base import BEHIND_COLUMNS, MENTION_COLUMNS, POST_COLUMNS, PROMOTED_COLUMNS
from tocsin.store.schema import MEASURES, UNIT_LATE

ROLLUP_COLUMNS: Final = ("watch", "unit", "bucket", "network", *MEASURES, "author_sketch")


def _values(columns: tuple[str, ...]) -> str:
    return ", ".join("?" * len(columns))


def _summed(measure: str) -> str:
    if measure == "authors":  # an absolute figure, read off the sketch that stands beside it
        return "authors = max(rollup.authors, excluded.authors)"
    return f"{measure} = rollup.{measure} + excluded.{measure}"


INSERT_POST: Final = f"INSERT INTO post ({', '.join(POST_COLUMNS)}) VALUES ({_values(POST_COLUMNS)})"
INSERT_MENTION: Final = (
    f"INSERT INTO mention ({', '.join(MENTION_COLUMNS)}) VALUES ({_values(MENTION_COLUMNS)}) "
    "ON CONFLICT DO NOTHING"
)
INSERT_VERSION: Final = "INSERT INTO post_version (n, fetched, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
UPDATE_COUNTERS: Final = "UPDATE post SET likes=?, reposts=?, replies=?, views=? WHERE n=?"
UPDATE_PROMOTED: Final = f"UPDATE post SET {', '.join(f'{c}=?' for c in PROMOTED_COLUMNS)} WHERE n=?"
UPDATE_ENGAGED: Final = "UPDATE mention SET engagement = engagement + ? WHERE watch=? AND n=?"
UPSERT_ROLLUP: Final = (
    f"INSERT INTO rollup ({', '.join(ROLLUP_COLUMNS)}) VALUES ({_values(ROLLUP_COLUMNS)}) "
    f"ON CONFLICT (watch, unit, bucket, network) DO UPDATE SET {', '.join(map(_summed, MEASURES))}, "
    "author_sketch = coalesce(excluded.author_sketch, rollup.author_sketch)"
)
UPSERT_TALLY: Final = (
    "INSERT INTO tally (scope, name, amount) VALUES (?, ?, ?) "
    "ON CONFLICT (scope, name) DO UPDATE SET amount = tally.amount + excluded.amount"
)
UPSERT_CONSUMER: Final = (
    "INSERT INTO consumer (name, sequence) VALUES (?, ?) "
    "ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence"
)
UPSERT_REVISION: Final = (
    "INSERT INTO revision (organisation, revision, minute) VALUES (?, 1, ?) "
    "ON CONFLICT (organisation) DO UPDATE SET revision = revision.revision + 1, "
    "minute = max(revision.minute, excluded.minute)"
)
UPSERT_BACKFILL: Final = (
    "INSERT INTO backfill (watch, organisation, first_minute, last_minute, amount) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (watch) DO UPDATE SET first_minute = min(backfill.first_minute, excluded.first_minute), "
    "last_minute = max(backfill.last_minute, excluded.last_minute), "
    "amount = backfill.amount + excluded.amount"
)
UPSERT_WATERMARK: Final = (
    "INSERT INTO watermark (organisation, minute) VALUES (?, ?) "
    "ON CONFLICT (organisation) DO UPDATE SET minute = max(watermark.minute, excluded.minute)"
)
UPSERT_DETECTOR: Final = (
    "INSERT INTO detector (watch, minute, state) VALUES (?, ?, ?) "
    "ON CONFLICT (watch) DO UPDATE SET minute = excluded.minute, state = excluded.state"
)
DELETE_LATE: Final = f"DELETE FROM rollup WHERE watch=? AND unit={UNIT_LATE} AND bucket=?"
INSERT_RAISED: Final = (
    "INSERT INTO raised (key, organisation, watch, change, level, minute, since, score, data, historic) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"
)
SELECT_RAISED: Final = (
    "SELECT key, organisation, watch, change, level, minute, since, score, data, historic "
    "FROM raised WHERE watch=? ORDER BY minute, sequence"
)
_BEHIND_FROM_MENTION: Final = {"sentiment", "topics", "narrative", "reach", "engagement"}
SELECT_BEHIND: Final = (
    f"SELECT {', '.join(('m.' if c in _BEHIND_FROM_MENTION else 'p.') + c for c in BEHIND_COLUMNS)} "
    "FROM mention m JOIN post p ON p.n = m.n WHERE m.watch=? AND m.n BETWEEN ? AND ? "
    "ORDER BY m.n DESC LIMIT ?"
)
SELECT_TOLD: Final = (
    "SELECT key, text, published, repost_key, narrative, arrived FROM post "
    "WHERE organisation = ? AND n BETWEEN ? AND ? AND role = 0 ORDER BY n DESC LIMIT ?"
)
SELECT_PENDING: Final = "SELECT sequence, places FROM pending_text ORDER BY sequence LIMIT ?"
SUM_MEASURES: Final = ", ".join(f"CAST(sum({measure}) AS BIGINT)" for measure in MEASURES)


def for_postgres(statement: str) -> str:
    """Return the statement as PostgreSQL and psycopg spell it."""
    return statement.replace("?", "%s").replace("= max(", "= greatest(").replace("= min(", "= least(")
