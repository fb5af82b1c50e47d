"""A file cut into chunks that are published one by one: posts, and what became of the other rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from typing import Any, Final

from tocsin.listen.files.delimited import DelimitedTable
from tocsin.listen.files.exceptions import Rejection, RowUnusable
from tocsin.listen.files.rows import Filter, RowReader
from tocsin.listen.files.table import Position, Record, Stretch, Table
from tocsin.listen.files.together import RowsReader
from tocsin.stream.post import Post

CHUNK_SIZE: Final = 8_000_000
"""Bytes of the file, or characters of texts, after which a chunk ends."""

_Piece = Stretch | Record | Rejection


@dataclass(slots=True)
class Chunk:
    """Posts read since the last publication, and what became of the other rows."""

    begin: Position
    end: Position
    posts: list[Post] = field(default_factory=list)
    read: int = 0
    skipped: int = 0
    characters: int = 0
    rejections: list[dict[str, Any]] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def span(self) -> tuple[datetime, ...]:
        """Return when its earliest and latest posts were published; nothing where no post says."""
        moments = [post.published_at for post in self.posts if post.published_at is not None]
        return (min(moments), max(moments)) if moments else ()

    def take(self, line: int, found: Post | RowUnusable | Rejection) -> None:
        """Take what became of a row that was not left out."""
        if isinstance(found, Post):
            self.posts.append(found)
            self.characters += len(found.text)
        else:
            self.rejected[found.code] += 1
            self.rejections.append({"line": line, "code": found.code, "figures": found.figures})


class Chunks:
    """Cuts the rest of a file into chunks; where one ends depends on nothing but where it began.

    Parameters
    ----------
    rows : int
        Rows after which a chunk ends.
    """

    def __init__(self, table: Table, reader: RowReader, filters: Sequence[Filter], rows: int) -> None:
        self._table, self._reader, self._filters, self._rows = table, reader, filters, rows
        self._together = RowsReader(reader, table.columns)

    def after(self, start: Position) -> Iterator[Chunk]:
        """Iterate over the chunks from a position on."""
        chunk = Chunk(start, start)
        for piece in self._pieces(start):
            rest: _Piece | None = piece
            while rest:
                rest = self._fill(chunk, rest)
                if self._is_full(chunk):
                    yield chunk
                    chunk = Chunk(chunk.end, chunk.end)
        if chunk.read:
            yield chunk

    def _pieces(self, start: Position) -> Iterator[_Piece]:
        if isinstance(self._table, DelimitedTable):
            return self._table.stretches(start)
        return self._table.records(start)

    def _is_full(self, chunk: Chunk) -> bool:
        size = max(chunk.end.offset - chunk.begin.offset, chunk.characters)
        return chunk.read >= self._rows or size >= CHUNK_SIZE

    def _fill(self, chunk: Chunk, piece: _Piece) -> Stretch | None:
        """Put a piece into a chunk; return what there was no room for."""
        if isinstance(piece, Stretch):
            fits, rest = piece.cut(self._rows - chunk.read, chunk.begin.offset + CHUNK_SIZE)
            self._take_together(chunk, fits)
            return rest
        chunk.read += 1
        chunk.end = Position(piece.end, piece.last_line)
        if isinstance(piece, Rejection):
            chunk.take(piece.line, piece)
        elif all(chosen.keeps(piece.cells) for chosen in self._filters):
            chunk.take(piece.line, self._read(piece))
        else:
            chunk.skipped += 1
        return None

    def _read(self, record: Record) -> Post | RowUnusable:
        try:
            return self._reader.read(record.cells)
        except RowUnusable as error:
            return error

    def _take_together(self, chunk: Chunk, stretch: Stretch) -> None:
        lines, rows = stretch.lines, stretch.rows
        chunk.read += len(rows)
        chunk.end = Position(stretch.ends[-1], stretch.last_lines[-1])
        if self._filters:
            kept = self._together.kept(rows, self._filters)
            lines, rows = list(compress(lines, kept)), list(compress(rows, kept))
            chunk.skipped += len(kept) - len(rows)
        for line, found in zip(lines, self._together.read(rows), strict=True):
            chunk.take(line, found)
