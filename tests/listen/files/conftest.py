"""Files written by a test and read back as posts."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tocsin.listen.files.dates import order_of
from tocsin.listen.files.exceptions import Rejection, RowUnusable
from tocsin.listen.files.opening import open_table
from tocsin.listen.files.rows import RowReader, reader_for
from tocsin.listen.files.spread import spread_dates
from tocsin.listen.files.table import Position, Record
from tocsin.stream.post import Post

LATEST = datetime(2027, 1, 1, tzinfo=UTC)


class Told(NamedTuple):
    """What a file gave: posts, and the line and code of each rejected row."""

    posts: list[Post]
    rejected: list[tuple[int, str]]
    reader: RowReader

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.posts]


def tell(path: Path, chosen: dict[str, str] | None = None, network: str = "") -> Told:
    table = open_table(path)
    records = list(table.records(Position()))
    sample = [record.cells for record in records if isinstance(record, Record)]
    reader = reader_for(
        table.columns,
        sample,
        chosen=chosen or {},
        zone=ZoneInfo("Europe/Paris"),
        network=network,
        latest=LATEST,
        order_elsewhere=order_of(spread_dates(path)),
    )
    posts, rejected = [], []
    for record in records:
        if isinstance(record, Rejection):
            rejected.append((record.line, record.code))
            continue
        try:
            posts.append(reader.read(record.cells))
        except RowUnusable as error:
            rejected.append((record.line, error.code))
    table.close()
    return Told(posts, rejected, reader)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | bytes, str], Path]:
    """Write a file and return its path."""

    def write(content: str | bytes, name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
